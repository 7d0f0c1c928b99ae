import { describe, expect, it } from 'vitest';
import { drivers } from '../../../drivers/index.ts';
import { loadConfig } from '../../../src/config/index.ts';
import {
  NS_PER_SECOND,
  stampOf,
  type Frame,
  type InputNumber,
  type Measurement,
  type Quaternion,
} from '../../../src/frame/index.ts';
import { createPoseFilter } from '../../../src/fusion/index.ts';
import { IDENTITY_TRANSFORM } from '../../../src/geometry/index.ts';
import { createRandom, normal } from '../../../src/random/index.ts';

/*
 * A robot that rolls on a winding way, with four sources, of which one goes wrong for ten seconds:
 *
 * s           0 ........... 10 .......... 20 ......... 30
 * IMU         ||||||||||||||||||||||||||||||||||||||||||||
 * wheels      | | | | | | | | | | | | | | | | | | | | | |
 * fixes       |   |   |   |   |   |   |   |   |   |   |
 * localiser   |   |   |   |   |   |   |   |   |   |   |
 * one of them .............  wrong       ..............
 * named       nobody ....... it ............ nobody ....
 */
const [FROM, UNTIL, END] = [10, 20, 30];
const METRES_PER_DEGREE = 111_195;
const LATITUDE = 48;
const overrides = {
  'fusion.pose.fix.noise': 0.1,
  'fusion.pose.fix.drift': 0.1,
  'fusion.pose.fix.latency': 0,
  'fusion.pose.fix.latencyDeviation': 0.01,
};
const config = loadConfig({ embedded: {}, drivers, overrides }).fusion.pose;

/** What is wrong with one of them at a time. */
interface Wrong {
  /** Factor of the wheels' speed, and what is added to their turn rate, rad/s. */
  readonly speed?: number;
  readonly yawRate?: number;
  /** Velocity that fixes, the localiser drift away with, and what they are off by at a stroke; m. */
  readonly fixDrift?: number;
  readonly fixJump?: number;
  readonly localiserDrift?: number;
  readonly localiserJump?: number;
  /** Turn rate that the localiser's heading drifts away with, rad/s. */
  readonly localiserTurn?: number;
  /** The localiser tells a pose once a second, not ten times. */
  readonly isSlow?: boolean;
}

function frame<M extends Measurement>(seconds: number, measurement: M): Frame<M> {
  const stamp = stampOf(Math.round(seconds * NS_PER_SECOND));
  return { input: 0 as InputNumber, stream: 's', frameId: 'f', stamp, deviation: 0, received: stamp, measurement };
}

const yawAt = (t: number): number => 0.6 * (1 - Math.cos(0.5 * t));
const yawRateAt = (t: number): number => 0.3 * Math.sin(0.5 * t);
const speedAt = (t: number): number => 1.2 + 0.4 * Math.sin(0.7 * t);
const quaternion = (yaw: number): Quaternion => [Math.cos(yaw / 2), 0, 0, Math.sin(yaw / 2)];

/** Everything that was named, with the first and the last time; and how far off the pose was at most. */
function drive(wrong: Wrong) {
  const filter = createPoseFilter(config, { fix: true, range: false });
  const random = createRandom(7);
  const noise = (deviation: number): number => deviation * normal(random);
  const named = new Map<string, { first: number; last: number }>();
  let [x, y, worst] = [0, 0, 0];
  for (let i = 0; i <= 100 * END; i += 1) {
    const t = i / 100;
    const yaw = yawAt(t);
    x += (speedAt(t) * Math.cos(yaw)) / 100;
    y += (speedAt(t) * Math.sin(yaw)) / 100;
    const during = t >= FROM && t < UNTIL ? 1 : 0;
    const since = during * (t - FROM);
    const gyro = yawRateAt(t) + noise(2e-3);
    const [ahead, left] = [0.28 * Math.cos(0.7 * t) + noise(0.02), speedAt(t) * yawRateAt(t) + noise(0.02)];
    filter.imu(
      frame(t, {
        kind: 'imu',
        angularVelocity: [0, 0, gyro],
        linearAcceleration: [ahead, left, 9.80665 + noise(0.02)],
      }),
      IDENTITY_TRANSFORM,
    );
    if (i % 2 === 0) {
      const speed = speedAt(t) * (during === 1 ? (wrong.speed ?? 1) : 1) + noise(0.01);
      const turn = yawRateAt(t) + during * (wrong.yawRate ?? 0) + noise(0.005);
      const twist = { linear: [speed, 0, 0], angular: [0, 0, turn] } as const;
      filter.odometry(frame(t, { kind: 'odometry', childFrameId: 'base', twist }), IDENTITY_TRANSFORM);
    }
    if (i % 10 === 0) {
      const off = during * (wrong.fixJump ?? 0) + since * (wrong.fixDrift ?? 0);
      const latitude = LATITUDE + (y + off + noise(0.05)) / METRES_PER_DEGREE;
      const longitude = (x + noise(0.05)) / (METRES_PER_DEGREE * Math.cos((LATITUDE * Math.PI) / 180));
      filter.fix(frame(t, { kind: 'fix', latitude, longitude, quality: 'fix', service: 1 }), IDENTITY_TRANSFORM);
    }
    if (i % (wrong.isSlow === true ? 100 : 10) === 5) {
      const off = during * (wrong.localiserJump ?? 0) + since * (wrong.localiserDrift ?? 0);
      const orientation = quaternion(yaw + since * (wrong.localiserTurn ?? 0) + noise(0.01));
      const pose = { position: [x + noise(0.03), y + off + noise(0.03), 0], orientation } as const;
      filter.position(frame(t, { kind: 'pose', pose }), IDENTITY_TRANSFORM);
    }
    const estimate = filter.estimate();
    if (estimate === undefined) continue;
    if (t > 5) worst = Math.max(worst, Math.hypot(estimate.pose.position[0] - x, estimate.pose.position[1] - y));
    for (const { source, fault } of estimate.faults) {
      const key = `${source} ${fault}`;
      named.set(key, { first: named.get(key)?.first ?? t, last: t });
    }
  }
  return { named, worst };
}

describe('the odd one out', () => {
  it('is nobody while all agree', () => {
    const { named, worst } = drive({});
    expect([...named.keys()]).toEqual([]);
    expect(worst).toBeLessThan(0.3);
  });

  it.each<[string, Wrong]>([
    ['fix', { fixJump: 20 }],
    ['fix', { fixJump: 20, isSlow: true }],
    ['fix', { fixDrift: 1 }],
    ['odometry', { speed: 2 }],
    ['odometry', { yawRate: 0.5 }],
    ['position', { localiserJump: 5 }],
    ['position', { localiserDrift: 1 }],
    ['position', { localiserTurn: 0.3 }],
  ])('is named, and nobody else: %s, %o', (source, wrong) => {
    const { named, worst } = drive(wrong);
    expect([...named.keys()]).toEqual([`${source} disagrees`]);
    const { first, last } = named.get(`${source} disagrees`) ?? { first: NaN, last: NaN };
    expect(first).toBeGreaterThan(FROM);
    expect(first).toBeLessThan(FROM + 2.5);
    // What the last seconds are compared by forgets as late.
    expect(last).toBeGreaterThan(UNTIL - 0.5);
    expect(last).toBeLessThan(UNTIL + 2.5);
    expect(worst).toBeLessThan(0.3);
  });
});
