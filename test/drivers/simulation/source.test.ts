import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { MOUNTS, SENSORS } from '../../../drivers/simulation/config.ts';
import { simulatedRobot } from '../../../drivers/simulation/index.ts';
import { createRandom } from '../../../drivers/simulation/random.ts';
import { createSource } from '../../../drivers/simulation/source.ts';
import type { SimulationConfig } from '../../../drivers/simulation/config.ts';
import type { InputBody } from '../../../src/contract/index.ts';
import { meanBound, meanOf, deviationBound, deviationOf } from '../../support/statistics.ts';
import { framesOf, inputsOf, measured, PERFECT, simulated, truthOf } from '../support/simulation.ts';

/** Digest of inputs to the last bit. */
function digestOf(inputs: readonly InputBody[]): string {
  const hash = createHash('sha256');
  for (const body of inputs) {
    hash.update(
      JSON.stringify(body, (_, value: unknown) => {
        if (typeof value === 'bigint') return value.toString();
        if (ArrayBuffer.isView(value))
          return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex');
        return value;
      }),
    );
  }
  return hash.digest('hex');
}

const receivedAt = (body: InputBody): number => (body.kind === 'frame' ? body.arrival.received : body.at);

describe('simulated robot in virtual time', () => {
  it('is the same for the same seed, to the last bit, and another for another', () => {
    const digests = [1, 1, 2, 3, 2 ** 31 - 1].map((seed) => digestOf(inputsOf(simulated({ seed }), 5)));
    expect(digests[0]).toBe(digests[1]);
    expect(new Set(digests).size).toBe(4);
  });

  it('is another in every sensor for another seed', () => {
    for (const stream of SENSORS) {
      const [one, other] = [1, 2].map((seed) => digestOf(frames(framesOf(simulated({ seed }), stream, 5))));
      expect(one).not.toBe(other);
    }
  });

  it('begins with the same inputs however long it runs, each time it is read', () => {
    const source = createSource(simulated());
    const [short, long] = [[...source.inputs(2)], [...source.inputs(4)]];
    expect(digestOf(long.slice(0, short.length))).toBe(digestOf(short));
  });

  it('gives inputs in the order of their receive times', () => {
    const noisy = { jitterMs: 20, burstEverySeconds: 1, dropShare: 0.1 };
    const inputs = inputsOf(simulated({ streams: { imu: noisy, wheels: noisy, scan: noisy } }), 20);
    inputs.slice(1).forEach((body, i) => expect(receivedAt(body)).toBeGreaterThanOrEqual(receivedAt(inputs[i])));
  });

  it('changes nothing in the other sensors when one is set otherwise or left out', () => {
    const others = (config: SimulationConfig) =>
      ['mag', 'wheels', 'scan', 'truth'].map((stream) => digestOf(frames(framesOf(config, stream, 3))));
    const usual = others(simulated());
    expect(others(simulated({ streams: { imu: { enabled: false } } }))).toEqual(usual);
    expect(others(simulated({ streams: { imu: { noise: 5, jitterMs: 50, rate: 17 } } }))).toEqual(usual);
  });

  it('gives each stream its rate: 200, 50, 50, 10 and 50 Hz', () => {
    const lossless = Object.fromEntries(SENSORS.map((name) => [name, { dropShare: 0, burstEverySeconds: 0 }]));
    const inputs = inputsOf(simulated({ streams: lossless }), 60);
    const counts = SENSORS.map(
      (name) => inputs.filter((body) => body.kind === 'frame' && body.arrival.stream === name).length,
    );
    [200, 50, 50, 10, 50].forEach((rate, i) => {
      // What is on its way at the end is not counted: of a scan, up to two.
      expect(counts[i]).toBeLessThanOrEqual(60 * rate + 1);
      expect(counts[i]).toBeGreaterThanOrEqual(60 * rate - 2);
    });
  });

  it('has sensors of one robot: without errors their rates agree with the truth', () => {
    const streams = Object.fromEntries(SENSORS.map((name) => [name, PERFECT]));
    const config = simulated({ seed: 6, streams });
    const { motionAt } = truthOf(6);
    const imu = framesOf(config, 'imu', 30);
    const truth = framesOf(config, 'truth', 30);
    for (let i = 0; i < truth.length; i += 1) {
      const motion = motionAt(truth[i].received / 1e9);
      const [x, y, z] = measured(truth[i], 'odometry').pose?.position ?? [];
      expect(x).toBeCloseTo(motion.x, 8);
      expect(y).toBeCloseTo(motion.y, 8);
      expect(z).toBe(0);
    }
    const again = truthOf(6).motionAt;
    for (const arrival of imu) {
      expect(measured(arrival, 'imu').angularVelocity?.[2]).toBeCloseTo(again(arrival.received / 1e9).turn, 6);
    }
  });

  it('sits where its configuration says: the mounts of the embedded configuration are those simulated', () => {
    const mounts = simulatedRobot.mounts as Record<string, { translation: number[]; rpy: number[] }>;
    for (const [stream, { translation }] of Object.entries(MOUNTS)) {
      expect(mounts[`T_base_${stream}`]).toEqual({ translation, rpy: [0, 0, 0] });
    }
  });
});

const frames = (arrivals: readonly Extract<InputBody, { kind: 'frame' }>['arrival'][]): InputBody[] =>
  arrivals.map((arrival) => ({ kind: 'frame', arrival }));

describe('seeded chance', () => {
  it('is uniform, normal and exponential', () => {
    const random = createRandom(1, 'test');
    const n = 200_000;
    const draw = (one: () => number): number[] => Array.from({ length: n }, one);
    const uniform = draw(() => random.uniform());
    expect(Math.abs(meanOf(uniform) - 0.5)).toBeLessThan(meanBound(1 / Math.sqrt(12), n));
    expect(uniform.every((value) => value >= 0 && value < 1)).toBe(true);
    const gaussian = draw(() => random.gaussian());
    expect(Math.abs(meanOf(gaussian))).toBeLessThan(meanBound(1, n));
    expect(Math.abs(deviationOf(gaussian) - 1)).toBeLessThan(deviationBound(n));
    const exponential = draw(() => random.exponential());
    expect(Math.abs(meanOf(exponential) - 1)).toBeLessThan(meanBound(1, n));
    expect(exponential.every((value) => value >= 0)).toBe(true);
  });

  it('is independent from user to user and from seed to seed', () => {
    const n = 50_000;
    const streams = [
      createRandom(1, 'imu'),
      createRandom(1, 'mag'),
      createRandom(2, 'imu'),
      createRandom(1, 'imu channel'),
    ].map((random) => Array.from({ length: n }, () => random.gaussian()));
    for (let a = 0; a < streams.length; a += 1) {
      for (let b = 0; b < a; b += 1) {
        expect(Math.abs(meanOf(streams[a].map((value, i) => value * streams[b][i])))).toBeLessThan(meanBound(1, n));
      }
    }
  });
});
