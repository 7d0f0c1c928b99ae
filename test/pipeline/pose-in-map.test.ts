import { expect, it } from 'vitest';
import { VIRTUAL_EPOCH } from '../../src/cli/simulate.ts';
import { readConfig } from '../../src/config/index.ts';
import { stampOf, type Measurement, type StreamDescriptor } from '../../src/frame/index.ts';
import { createSequencer } from '../../src/pipeline/index.ts';
import { decode } from '../../src/publish/index.ts';
import { pipelineOf, prepareStreams } from '../../src/replay/index.ts';

/*
 * A robot that rolls straight on at 0.5 m/s, with wheels and a localiser in a map that begins at (10, 5):
 *
 * s          0 ............ 4 ...... 6 ............ 10
 * odom       ||||||||||||||||||||||||||||||||||||||||
 * localiser  | | | | | | | |  20 m off | | | | | | |
 * pose       P P P P P P P P P P P P P P P P P P P P    in odom: from 0 to 5 m, whatever the localiser says
 * pose/map     M M M M M M M M M M M M M M M M M M M    from 10 to 15 m; names the localiser while it is off
 */
const SPEED = 0.5;
const STREAMS: readonly StreamDescriptor[] = [
  { id: 'odom', kind: 'odometry', frameId: 'odom', clock: { domain: 'none' }, nominalRate: 50, role: 'sensor' },
  { id: 'localiser', kind: 'pose', frameId: 'map', clock: { domain: 'none' }, nominalRate: 5, role: 'sensor' },
];

type Told = { readonly topic: string; readonly at: number } & Pick<
  ReturnType<typeof decode<'Pose'>>,
  'pose' | 'faults' | 'innovations'
>;

function drive(): Told[] {
  const told: Told[] = [];
  const preparation = prepareStreams(STREAMS, readConfig({}, []), VIRTUAL_EPOCH);
  const pipeline = pipelineOf(preparation, ({ topic, schema, stamp, payload }) => {
    if (schema !== 'Pose') return;
    const { pose, faults, innovations } = decode(payload, 'Pose');
    told.push({ topic, at: Number(stamp) / 1e9, pose, faults, innovations });
  });
  const { admit } = createSequencer({ step: (input) => pipeline.step(input) });
  const frame = (stream: string, ms: number, measurement: Measurement): void =>
    admit({
      kind: 'frame',
      arrival: { stream, frameId: stream, device: undefined, received: stampOf(ms * 1e6), measurement },
    });
  for (let ms = 0; ms <= 10_000; ms += 10) {
    const way = (SPEED * ms) / 1000;
    if (ms % 20 === 0) {
      const twist = { linear: [SPEED, 0, 0], angular: [0, 0, 0] } as const;
      frame('odom', ms, { kind: 'odometry', childFrameId: 'base_link', twist });
    }
    if (ms % 200 === 0) {
      const off = ms >= 4000 && ms < 6000 ? 20 : 0;
      frame('localiser', ms, { kind: 'pose', pose: { position: [10 + way, 5 + off, 0], orientation: [1, 0, 0, 0] } });
    }
    admit({ kind: 'tick', at: stampOf(ms * 1e6) });
  }
  return told;
}

it('the pose in the map is told beside the one in odom, with what is wrong with its sources', () => {
  const told = drive();
  const of = (topic: string): Told[] => told.filter((one) => one.topic === topic);
  const [inOdom, inMap] = [of('pose').at(-1), of('pose/map').at(-1)];
  // There is no inertial unit to wait for: the origin is where the first odometry is.
  expect(inOdom?.pose.position.x).toBeCloseTo(5, 1);
  expect(inOdom?.pose.position.y).toBeCloseTo(0, 1);
  expect(inMap?.pose.position.x).toBeCloseTo(15, 0);
  expect(inMap?.pose.position.y).toBeCloseTo(5, 0);
  expect(Object.keys(inMap?.innovations ?? {}).sort()).toEqual(['odometry', 'position']);
  expect(Object.keys(inOdom?.innovations ?? {})).toEqual(['odometry']);
  const named = of('pose/map').filter(({ faults = [] }) => faults.some(({ fault }) => fault === 'disagrees'));
  expect(named.length).toBeGreaterThan(0);
  for (const { at, faults = [] } of named) {
    expect(at).toBeGreaterThanOrEqual(4);
    expect(at).toBeLessThan(6.5);
    expect(faults.map(({ source }) => source)).toEqual(['position']);
  }
  // Three in a row, five a second: within a second.
  expect(named[0].at).toBeLessThan(5);
  expect(of('pose').every(({ faults }) => faults === undefined)).toBe(true);
});
