import { SensoriumError, showValue } from '../../contract/index.ts';
import { NS_PER_SECOND, type Frame, type Measurement, type Vector3 } from '../../frame/index.ts';
import { createRandom } from '../../random/index.ts';

/** What can be done to a stream's frames. */
export const FAULTS = ['drop', 'jump', 'freeze', 'clip', 'nan', 'restart'] as const;

/** A fault that is put on a recording. */
export interface Injection {
  /** As it was written. */
  readonly text: string;
  readonly stream: string;
  readonly fault: (typeof FAULTS)[number];
  /** jump: m to the north or along x; clip: m/s²; nan: share of the frames. */
  readonly size: number;
  /** s since the first frame. */
  readonly at: number;
  readonly seconds: number;
}

const METRES_PER_DEGREE = 111_320;
/** A gyroscope that was switched off and on has another bias, rad/s. */
const NEW_BIAS = 0.005;

/**
 * Parses `<stream>:<fault>[:<size>]@<second>+<seconds>`: `fix:jump:20@10+2`.
 * @throws SensoriumError E_USAGE
 */
export function parseInjection(text: string): Injection {
  const match = /^([\w.]+):([a-z]+)(?::(\d+(?:\.\d+)?))?@(\d+(?:\.\d+)?)\+(\d+(?:\.\d+)?)$/.exec(text);
  const fault = FAULTS.find((name) => name === match?.[2]);
  if (match === null || fault === undefined) {
    const expected = `expected <stream>:<${FAULTS.join('|')}>[:<size>]@<second>+<seconds>, such as fix:jump:20@10+2`;
    throw new SensoriumError('E_USAGE', `--inject: ${expected}, got ${showValue(text)}`);
  }
  return {
    text,
    stream: match[1],
    fault,
    size: Number(match[3] ?? 0),
    at: Number(match[4]),
    seconds: Number(match[5]),
  };
}

/** The frames of a recording as they would have been with a fault. Times stay. */
export function inject(frames: readonly Frame[], injection: Injection): Frame[] {
  const { stream, fault, size, at, seconds } = injection;
  const from = frames[0].received + at * NS_PER_SECOND;
  const until = from + seconds * NS_PER_SECOND;
  const random = createRandom(1);
  let held: Measurement | undefined;
  return frames.flatMap((frame): Frame[] => {
    if (frame.stream !== stream || frame.received < from) return [frame];
    const during = frame.received < until;
    if (fault === 'restart') return during ? [] : [{ ...frame, measurement: biased(frame.measurement) }];
    if (!during) return [frame];
    if (fault === 'drop') return [];
    if (fault === 'nan' && random() >= size) return [frame];
    held ??= frame.measurement;
    const measurement = fault === 'freeze' ? held : spoilt(frame.measurement, fault, size);
    return [{ ...frame, measurement }];
  });
}

function spoilt(measurement: Measurement, fault: 'jump' | 'clip' | 'nan', size: number): Measurement {
  const { kind } = measurement;
  if (fault === 'jump' && kind === 'fix') {
    return { ...measurement, latitude: measurement.latitude + size / METRES_PER_DEGREE };
  }
  if (fault === 'jump' && kind === 'pose') {
    const [x, y, z] = measurement.pose.position;
    return { ...measurement, pose: { ...measurement.pose, position: [x + size, y, z] } };
  }
  if (fault === 'jump' && kind === 'range') return { ...measurement, distance: (measurement.distance ?? 0) + size };
  if (fault === 'clip' && kind === 'imu') {
    const clip = (value: number): number => Math.max(-size, Math.min(size, value));
    return { ...measurement, linearAcceleration: each(measurement.linearAcceleration, clip) };
  }
  if (fault === 'nan' && kind === 'imu') {
    return { ...measurement, angularVelocity: each(measurement.angularVelocity, () => NaN) };
  }
  if (fault === 'nan' && kind === 'fix') return { ...measurement, latitude: NaN };
  throw new SensoriumError('E_USAGE', `--inject: ${fault} is nothing that befalls a stream of ${kind}`);
}

function biased(measurement: Measurement): Measurement {
  if (measurement.kind !== 'imu') return measurement;
  return { ...measurement, angularVelocity: each(measurement.angularVelocity, (value) => value + NEW_BIAS) };
}

function each(vector: Vector3 | undefined, change: (value: number) => number): Vector3 | undefined {
  return vector && [change(vector[0]), change(vector[1]), change(vector[2])];
}
