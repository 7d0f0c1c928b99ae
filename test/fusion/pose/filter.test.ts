import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drivers } from '../../../drivers/index.ts';
import { loadConfig } from '../../../src/config/index.ts';
import { NS_PER_SECOND, stampOf, type Frame, type InputNumber, type Measurement } from '../../../src/frame/index.ts';
import { createPoseFilter, type PoseFilter } from '../../../src/fusion/index.ts';
import { IDENTITY_TRANSFORM } from '../../../src/geometry/index.ts';

const config = loadConfig({ embedded: {}, drivers }).fusion.pose;
const START = {
  position: [0, 0, 0],
  orientation: [1, 0, 0, 0],
  deviation: { position: 0.01, orientation: 0.01, velocity: 0.1 },
} as const;

function frame<M extends Measurement>(seconds: number, measurement: M): Frame<M> {
  const stamp = stampOf(Math.round(seconds * NS_PER_SECOND));
  return { input: 0 as InputNumber, stream: 's', frameId: 'f', stamp, deviation: 0, received: stamp, measurement };
}

const imu = (seconds: number, forward = 0) =>
  frame(seconds, { kind: 'imu', angularVelocity: [0, 0, 0], linearAcceleration: [forward, 0, 9.80665] });
const place = (seconds: number, x: number, y = 0) =>
  frame(seconds, { kind: 'pose', pose: { position: [x, y, 0], orientation: [1, 0, 0, 0] } });
const wheels = (seconds: number, x: number, y: number, yaw: number) =>
  frame(seconds, {
    kind: 'odometry',
    childFrameId: 'base_link',
    pose: { position: [x, y, 0], orientation: [Math.cos(yaw / 2), 0, 0, Math.sin(yaw / 2)] },
  });

const feedImu = (filter: PoseFilter, at: Frame<Extract<Measurement, { kind: 'imu' }>>) =>
  filter.imu(at, IDENTITY_TRANSFORM);
const feedPlace = (filter: PoseFilter, at: Frame<Extract<Measurement, { kind: 'pose' }>>) =>
  filter.position(at, IDENTITY_TRANSFORM);

describe('a pose in the map', () => {
  it('is the same whether a place came in time or late', () => {
    const [inTime, late] = [
      createPoseFilter(config, { fix: false, range: false, start: START }),
      createPoseFilter(config, { fix: false, range: false, start: START }),
    ];
    for (let i = 0; i <= 100; i += 1) {
      feedImu(inTime, imu(i / 100, 0.3));
      if (i === 50) feedPlace(inTime, place(0.5, 0.04));
      feedImu(late, imu(i / 100, 0.3));
      if (i === 90) feedPlace(late, place(0.5, 0.04));
    }
    expect(late.estimate()?.pose).toEqual(inTime.estimate()?.pose);
  });

  it('is dead reckoning after a second without a place, and lost after five', () => {
    const filter = createPoseFilter(config, { fix: false, range: false, start: START });
    for (let i = 0; i <= 100; i += 1) {
      feedImu(filter, imu(i / 100));
      if (i % 20 === 0) feedPlace(filter, place(i / 100, 0));
    }
    const at = (seconds: number) => filter.estimate(stampOf(seconds * NS_PER_SECOND));
    expect(at(1.9)?.validity).toBe('valid');
    expect(at(2.2)).toMatchObject({
      validity: 'degraded',
      validityReason: 'dead reckoning: no place for more than 1 s',
    });
    expect(at(6.5)?.validity).toBe('lost');
    expect(at(6.5)?.faults.map(({ source, fault }) => `${source} ${fault}`)).toContain('position silent');
    const spread = (seconds: number) => at(seconds)?.pose.covariance?.[0] ?? NaN;
    expect(spread(3)).toBeGreaterThan(spread(2));
  });

  it('refuses a jump whole, though one of its axes looks innocent, and names it', () => {
    const [jumped, without] = [0, 1].map(() => createPoseFilter(config, { fix: false, range: false, start: START }));
    for (let i = 0; i <= 400; i += 1) {
      for (const filter of [jumped, without]) feedImu(filter, imu(i / 100));
      if (i % 10 !== 0) continue;
      if (i < 100 || i >= 300) for (const filter of [jumped, without]) feedPlace(filter, place(i / 100, 0, 0.01));
      else expect(feedPlace(jumped, place(i / 100, 20, 0.03))).toEqual({ verdict: 'dropped', reason: 'gated' });
      if (i === 200) expect(jumped.estimate()?.faults).toMatchObject([{ source: 'position', fault: 'disagrees' }]);
    }
    const [a, b] = [jumped, without].map((filter) => filter.estimate()?.pose.position ?? [NaN]);
    expect(Math.hypot(...a.map((value, i) => value - b[i]))).toBeLessThan(1e-6);
  });

  it('never lets in what is no number', () => {
    const filter = createPoseFilter(config, { fix: false, range: false, start: START });
    feedImu(filter, imu(0));
    expect(feedPlace(filter, place(0.1, NaN))).toEqual({ verdict: 'dropped', reason: 'not finite' });
    expect(filter.imu(imu(0.2, Infinity), IDENTITY_TRANSFORM)).toEqual({ verdict: 'dropped', reason: 'not finite' });
    expect(filter.estimate()?.pose.position).toEqual([0, 0, 0]);
  });
});

describe('the start', () => {
  const rolling = (seconds: number) =>
    frame(seconds, { kind: 'odometry', childFrameId: 'base', twist: { linear: [1, 0, 0], angular: [0, 0, 0] } });

  it('waits for an IMU for a second, where there is one', () => {
    const [waits, starts] = [createPoseFilter(config), createPoseFilter(config, undefined, { hasImu: false })];
    for (let i = 0; i < 10; i += 1) {
      expect(waits.odometry(rolling(i / 10), IDENTITY_TRANSFORM)).toEqual({
        verdict: 'dropped',
        reason: 'not started',
      });
      expect(starts.odometry(rolling(i / 10), IDENTITY_TRANSFORM)).toEqual({ verdict: 'used' });
    }
    expect(waits.odometry(rolling(1), IDENTITY_TRANSFORM)).toEqual({ verdict: 'used' });
    expect(waits.estimate()?.pose.position[0]).toBe(0);
    expect(starts.estimate()?.pose.position[0]).toBeCloseTo(0.9, 1);
  });

  it('of odometry that tells poses alone is its first one: nothing of the way is lost', () => {
    const filter = createPoseFilter(config, undefined, { hasImu: false });
    for (let i = 0; i <= 3; i += 1) filter.odometry(wheels(i, 5 + i, 2, 0), IDENTITY_TRANSFORM);
    expect(filter.estimate()?.pose.position[0]).toBeCloseTo(3, 9);
  });

  it('that is told with its time is known from then on, before anything is measured', () => {
    const map = { fix: false, range: false, start: { ...START, stamp: stampOf(NS_PER_SECOND) } };
    for (const hasImu of [true, false]) {
      const told = createPoseFilter(config, map, { hasImu }).estimate(stampOf(1.2 * NS_PER_SECOND));
      expect(told?.isPlaced).toBe(true);
      expect(told?.pose.position).toEqual([0, 0, 0]);
      expect(told?.pose.covariance?.[0]).toBeGreaterThan(0.01 ** 2);
    }
  });
});

describe('odometry that tells poses alone', () => {
  it('is summed up whatever its stamps are like', () => {
    const step = fc.record({
      way: fc.double({ min: 0, max: 0.3, noNaN: true }),
      turn: fc.double({ min: -0.3, max: 0.3, noNaN: true }),
      // Bursts: many within a millisecond, and then a pause.
      pause: fc.constantFrom(0.001, 0.002, 0.9),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => {
        const filter = createPoseFilter(config);
        let [x, y, yaw, at] = [0, 0, 0, 2];
        filter.odometry(wheels(0, 0, 0, 0), IDENTITY_TRANSFORM);
        filter.odometry(wheels(0.5, 0, 0, 0), IDENTITY_TRANSFORM);
        filter.odometry(wheels(at, 0, 0, 0), IDENTITY_TRANSFORM);
        for (const { way, turn, pause } of steps) {
          at += pause;
          x += way * Math.cos(yaw);
          y += way * Math.sin(yaw);
          yaw += turn;
          filter.odometry(wheels(at, x, y, yaw), IDENTITY_TRANSFORM);
        }
        const pose = filter.estimate()?.pose;
        expect(Math.hypot((pose?.position[0] ?? NaN) - x, (pose?.position[1] ?? NaN) - y)).toBeLessThan(1e-6);
      }),
      { numRuns: 50 },
    );
  });
});
