import { describe, expect, it } from 'vitest';
import { drivers } from '../../drivers/index.ts';
import { createDelayMonitor, type Delay } from '../../src/clock/delay/index.ts';
import { loadConfig } from '../../src/config/index.ts';
import type { Ticket } from '../../src/contract/index.ts';
import {
  NS_PER_SECOND,
  stampOf,
  type InputNumber,
  type Measurement,
  type StreamDescriptor,
} from '../../src/frame/index.ts';
import { IDENTITY_TRANSFORM } from '../../src/geometry/index.ts';
import { createFusion } from '../../src/pipeline/index.ts';
import { createLatencies } from '../../src/pipeline/latency.ts';
import { createRandom, normal } from '../../src/random/index.ts';

const delay = (of: string, against: string, ms: number | null, half = 5): Delay => ({
  of,
  against,
  by: 'yaw rate',
  ms,
  low: ms === null ? null : ms - half,
  high: ms === null ? null : ms + half,
});

/** ms that each stream is late by. */
function found(...delays: readonly Delay[]): Record<string, number> {
  const streams = STREAMS.map(({ id }) => id);
  const latencies = createLatencies({ delays: () => [...delays] }, streams);
  latencies.tick(stampOf(0));
  return Object.fromEntries(streams.map((id) => [id, latencies.of(id) / 1e6]));
}

describe('streams are put in step', () => {
  it('with the one that is least late', () => {
    expect(found(delay('imu', 'wheels', -40))).toEqual({ imu: 0, wheels: 40, localiser: 0 });
    expect(found(delay('imu', 'wheels', 40))).toEqual({ imu: 40, wheels: 0, localiser: 0 });
    expect(found(delay('imu', 'wheels', -40), delay('localiser', 'wheels', 100))).toEqual({
      imu: 0,
      wheels: 40,
      localiser: 140,
    });
  });

  it('by the surest of two ways', () => {
    const delays = [
      delay('imu', 'wheels', -40),
      delay('imu', 'localiser', -90, 10),
      delay('localiser', 'wheels', 60, 5),
    ];
    expect(found(...delays)).toEqual({ imu: 0, wheels: 40, localiser: 100 });
  });

  it('only as far as it is known', () => {
    const nobody = { imu: 0, wheels: 0, localiser: 0 };
    expect(found(delay('imu', 'wheels', null))).toEqual(nobody);
    expect(found(delay('imu', 'wheels', 40, 50))).toEqual(nobody);
    expect(found(delay('imu', 'wheels', 3))).toEqual(nobody);
    expect(found(delay('localiser', 'wheels', 80))).toEqual(nobody);
  });
});

/*
 * A robot stands for 3 s and winds along at 1 m/s; what its wheels tell is 150 ms old, what its localiser tells 250 ms.
 *
 * s          0 ................... 30 .... 40
 * IMU        ||||||||||||||||||||||||||||||
 * wheels       | | | | | | | | | | | | | | |   of 150 ms before
 * localiser    |   |   |   |   |   |   |   |   of 250 ms before
 * pose/map   ...............  judged .......
 */
const stream = (id: string, kind: StreamDescriptor['kind'], nominalRate: number): StreamDescriptor => ({
  id,
  kind,
  frameId: id,
  clock: { domain: 'none' },
  nominalRate,
  role: 'sensor',
});
const STREAMS = [stream('imu', 'imu', 100), stream('wheels', 'odometry', 50), stream('localiser', 'pose', 10)];
const LATE = { wheels: 0.15, localiser: 0.25 };
const [STANDS, SECONDS, JUDGED] = [3, 40, 30];

interface Planar {
  readonly x: number;
  readonly y: number;
  readonly yaw: number;
}

const rateAt = (t: number): number => {
  const s = Math.max(0, t - STANDS);
  return 0.4 * Math.sin(1.1 * s) + 0.3 * Math.sin(0.37 * s);
};
const speedAt = (t: number): number => {
  const s = Math.max(0, t - STANDS);
  return Math.min(1, s / 2) * (1 + 0.3 * Math.sin(0.8 * s));
};

/** Where it is, every hundredth of a second. */
function way(): Planar[] {
  const poses: Planar[] = [];
  let [x, y, yaw] = [0, 0, 0];
  for (let i = 0; i <= 100 * SECONDS; i += 1) {
    yaw += rateAt(i / 100) / 100;
    x += (speedAt(i / 100) * Math.cos(yaw)) / 100;
    y += (speedAt(i / 100) * Math.sin(yaw)) / 100;
    poses.push({ x, y, yaw });
  }
  return poses;
}

/** How far the pose in the map is off at most once delays can have been found, m. */
function worst(findDelays: boolean): number {
  const config = loadConfig({ embedded: {}, drivers, overrides: { 'fusion.pose.findDelays': findDelays } }).fusion;
  const delays = createDelayMonitor(STREAMS);
  const fusion = createFusion(config, STREAMS, new Map(STREAMS.map(({ id }) => [id, IDENTITY_TRANSFORM])), delays);
  const random = createRandom(3);
  const noise = (deviation: number): number => deviation * normal(random);
  const take = (id: string, seconds: number, measurement: Measurement): void => {
    const stamp = stampOf(Math.round(seconds * NS_PER_SECOND));
    const head = { input: 0 as InputNumber, stream: id, frameId: id, stamp, deviation: 0, received: stamp };
    const frame = { ...head, measurement };
    delays.take(frame);
    fusion.tick(stamp);
    fusion.take(frame, 0 as Ticket, () => undefined);
  };
  let most = 0;
  const poses = way();
  poses.forEach((now, i) => {
    const t = i / 100;
    const ahead = (speedAt(t + 0.005) - speedAt(t - 0.005)) / 0.01;
    const angularVelocity = [0, 0, rateAt(t) + noise(1e-3)] as const;
    const linearAcceleration = [ahead + noise(0.01), speedAt(t) * rateAt(t), 9.80665 + noise(0.01)] as const;
    take('imu', t, { kind: 'imu', angularVelocity, linearAcceleration });
    if (i % 2 === 1) {
      const then = t - LATE.wheels;
      const moves = speedAt(then) > 0;
      const [linear, angular] = [
        [moves ? speedAt(then) + noise(5e-3) : 0, 0, 0],
        [0, 0, moves ? rateAt(then) + noise(5e-3) : 0],
      ] as const;
      take('wheels', t, { kind: 'odometry', childFrameId: 'base', twist: { linear, angular } });
    }
    const seen = poses[i - 100 * LATE.localiser];
    if (i % 10 === 5 && seen !== undefined) {
      const yaw = seen.yaw + noise(5e-3);
      const orientation = [Math.cos(yaw / 2), 0, 0, Math.sin(yaw / 2)] as const;
      const position = [seen.x + noise(0.02), seen.y + noise(0.02), 0] as const;
      take('localiser', t, { kind: 'pose', pose: { position, orientation } });
    }
    if (t < JUDGED) return;
    const [x, y] = fusion.map?.estimate()?.pose.position ?? [NaN, NaN];
    most = Math.max(most, Math.hypot(x - now.x, y - now.y));
  });
  return most;
}

it('what is late is fused at its own time', () => {
  expect(worst(true)).toBeLessThan(0.05);
  expect(worst(false)).toBeGreaterThan(0.3);
});
