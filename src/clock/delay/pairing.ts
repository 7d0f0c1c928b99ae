import type { StreamDescriptor, StreamId } from '../../frame/index.ts';

/** What two streams are compared by. */
export type DelayKind = 'yaw rate' | 'speed' | 'position' | 'course';

/** Two streams that may see the same motion. */
export interface Pairing {
  readonly of: StreamId;
  readonly against: StreamId;
  readonly by: DelayKind;
  /** Which of the two is sampled more finely and therefore interpolated. */
  readonly finer: 'of' | 'against';
}

/** Most pairs followed at once; further ones are left out. */
export const MOST_PAIRS = 24;

/**
 * The pairs of streams that can see the same motion, in this order: IMU yaw rate against poses, odometry and further
 * IMUs; course against yaw rate; speed against wheel speed; position against the way that the wheels made. Of several IMUs
 * only the first is compared with the others and with everything else: what is between two others follows from that.
 * References are left out: what is compared with is not measured by.
 */
export function pairingsOf(streams: readonly StreamDescriptor[]): Pairing[] {
  const sensors = streams.filter(({ role }) => role === 'sensor');
  const of = (kind: StreamDescriptor['kind']): StreamDescriptor[] => sensors.filter((stream) => stream.kind === kind);
  const [imus, poses, wheels, twists, fixes] = [of('imu'), of('pose'), of('odometry'), of('twist'), of('fix')];
  const pairings: Pairing[] = [];
  const pair = (
    by: DelayKind,
    a: StreamDescriptor,
    b: StreamDescriptor,
    finer: Pairing['finer'] = finerOf(a, b),
  ): void => {
    pairings.push({ of: a.id, against: b.id, by, finer });
  };
  const turning = [...imus, ...poses, ...wheels];
  const further = imus.slice(1);
  turning.forEach((a, i) => {
    if (!further.includes(a)) for (const b of turning.slice(i + 1)) pair('yaw rate', a, b);
  });
  // What is told in totals or over a second is compared with the integral of the other.
  for (const a of twists) for (const b of [...imus.slice(0, 1), ...wheels]) pair('course', a, b, 'against');
  for (const a of twists) for (const b of wheels) pair('speed', a, b);
  wheels.forEach((a, i) => wheels.slice(i + 1).forEach((b) => pair('speed', a, b)));
  for (const a of [...fixes, ...poses]) for (const b of wheels) pair('position', a, b, 'against');
  return pairings.slice(0, MOST_PAIRS);
}

/** The one with the higher rate; an IMU where rates are not known; else the one compared against. */
function finerOf(a: StreamDescriptor, b: StreamDescriptor): Pairing['finer'] {
  if (a.nominalRate !== undefined && b.nominalRate !== undefined)
    return a.nominalRate > b.nominalRate ? 'of' : 'against';
  return a.kind === 'imu' ? 'of' : 'against';
}
