import { describe, expect, it } from 'vitest';
import { createImu } from '../../../drivers/simulation/imu.ts';
import { createRandom } from '../../../drivers/simulation/random.ts';
import type { Motion } from '../../../drivers/simulation/robot.ts';
import type { ImuMeasurement } from '../../../src/frame/index.ts';
import { deviationBound, deviationOf, meanBound, meanOf } from '../../support/statistics.ts';
import { placeOf } from '../support/senses.ts';
import { framesOf, measured, only, PERFECT, truthOf } from '../support/simulation.ts';

const REST: Motion = { x: 0, y: 0, yaw: 0, speed: 0, acceleration: 0, turn: 0, turnAcceleration: 0 };
const GRAVITY = 9.81;

/** What docs/drivers/simulation.md says of the IMU. Rates in rad/s, forces in m/s². */
const GYRO = { density: (0.015 * Math.PI) / 180, bias: 0.004, walk: 3e-6, shake: 0.01 };
const ACCEL = { density: 230e-6 * GRAVITY, bias: 0.04, walk: 2e-5, shake: 0.6 };

/** The six axes of an IMU that does the same all the time: x, y, z of the rate, then of the force less gravity. */
function axesOf(motion: Motion, options: { rate: number; samples: number; seed?: number; noise?: number }) {
  const { rate, samples, seed = 1, noise = 1 } = options;
  const scene = { motionAt: () => motion, random: createRandom(seed, 'imu'), noise, period: 1 / rate };
  const imu = createImu(scene, placeOf(seed).place);
  const axes = Array.from({ length: 6 }, () => new Float64Array(samples));
  for (let i = 0; i < samples; i += 1) {
    const { angularVelocity, linearAcceleration } = imu.sample(i / rate) as ImuMeasurement;
    angularVelocity?.forEach((value, axis) => (axes[axis][i] = value));
    linearAcceleration?.forEach((value, axis) => (axes[3 + axis][i] = value - (axis === 2 ? GRAVITY : 0)));
  }
  return axes;
}

/** Steps from each value to the next but one: of white noise, independent in pairs and √2 as wide. */
function stepsOf(values: Float64Array): number[] {
  return Array.from({ length: values.length >> 1 }, (_, i) => values[2 * i + 1] - values[2 * i]);
}

describe('simulated IMU', () => {
  it('has the white noise of its data sheet, whatever its rate', () => {
    for (const rate of [50, 200, 1000]) {
      axesOf(REST, { rate, samples: 40_000 }).forEach((axis, i) => {
        const steps = stepsOf(axis);
        const density = deviationOf(steps) / Math.SQRT2 / Math.sqrt(rate);
        const expected = (i < 3 ? GYRO : ACCEL).density;
        expect(Math.abs(density / expected - 1)).toBeLessThan(deviationBound(steps.length));
      });
    }
  });

  it('has noise that is normal: 68.27 % within one deviation, 99.73 % within three', () => {
    const axis = axesOf(REST, { rate: 200, samples: 100_000 })[0];
    const steps = stepsOf(axis);
    const deviation = deviationOf(steps);
    for (const [width, share] of [
      [1, 0.6827],
      [2, 0.9545],
      [3, 0.9973],
    ]) {
      const within = steps.filter((step) => Math.abs(step) < width * deviation).length / steps.length;
      expect(Math.abs(within - share)).toBeLessThan(meanBound(Math.sqrt(share * (1 - share)), steps.length) + 5e-4);
    }
  });

  it('has a bias at switch-on that differs from run to run', () => {
    const runs = 400;
    const firsts = Array.from({ length: runs }, (_, seed) =>
      axesOf(REST, { rate: 200, samples: 200, seed }).map(meanOf),
    );
    for (let axis = 0; axis < 6; axis += 1) {
      const biases = firsts.map((run) => run[axis]);
      const { density, bias } = axis < 3 ? GYRO : ACCEL;
      // The mean of one second is the bias and what is left of the white noise.
      const expected = Math.hypot(bias, density);
      expect(Math.abs(deviationOf(biases) / expected - 1)).toBeLessThan(deviationBound(runs));
      expect(Math.abs(meanOf(biases))).toBeLessThan(meanBound(expected, runs));
    }
  });

  it('has a bias that walks', () => {
    // Means of neighbouring blocks of T seconds differ by 2 σ²/T for white noise of density σ and by 2/3 q² T for a
    // walk of density q (Allan variance, IEEE Std 952-1997): in 400 s the gyroscope's walk makes nine tenths of it.
    const block = 400;
    const blocks = 2000;
    const axes = axesOf(REST, { rate: 1, samples: block * blocks });
    for (const [parts, { density, walk }] of [
      [axes.slice(0, 3), GYRO],
      [axes.slice(3), ACCEL],
    ] as const) {
      const differences = parts.flatMap((axis) => {
        const means = Array.from({ length: blocks }, (_, i) => meanOf(axis.subarray(i * block, (i + 1) * block)));
        return Array.from({ length: blocks >> 1 }, (_, i) => means[2 * i + 1] - means[2 * i]);
      });
      const expected = Math.sqrt((2 * density * density) / block + (2 / 3) * walk * walk * block);
      expect(Math.abs(deviationOf(differences) / expected - 1)).toBeLessThan(
        deviationBound(differences.length) + 0.005,
      );
    }
  });

  it('shakes with its speed, in either direction, and not when it only turns', () => {
    const noiseOf = (motion: Motion) =>
      axesOf(motion, { rate: 200, samples: 20_000 }).map((axis) => deviationOf(stepsOf(axis)) / Math.SQRT2);
    const still = noiseOf(REST);
    noiseOf({ ...REST, turn: 0.9 }).forEach((noise, i) => expect(noise).toBeCloseTo(still[i], 12));
    for (const speed of [0.6, -0.3]) {
      noiseOf({ ...REST, speed }).forEach((noise, i) => {
        const { density, shake } = i < 3 ? GYRO : ACCEL;
        const expected = Math.hypot(density * Math.sqrt(200), shake * speed);
        expect(Math.abs(noise / expected - 1)).toBeLessThan(deviationBound(10_000));
      });
    }
  });

  it('feels gravity alone at rest, pointing up', () => {
    const [gx, gy, gz, ax, ay, az] = axesOf(REST, { rate: 200, samples: 1, noise: 0 }).map(([value]) => value);
    expect([gx, gy, gz, ax, ay, az]).toEqual([0, 0, 0, 0, 0, 0]);
    const means = axesOf(REST, { rate: 200, samples: 2000 }).map(meanOf);
    // Within the bias at switch-on.
    means.slice(3).forEach((mean) => expect(Math.abs(mean)).toBeLessThan(4.5 * ACCEL.bias));
  });

  it('without errors feels the motion of its own place: the second derivative of where it is', () => {
    const { motionAt } = truthOf(3);
    const ahead = 0.05;
    /** Where the IMU is, in the map. */
    const placeAt = (seconds: number): [number, number] => {
      const { x, y, yaw } = motionAt(seconds);
      return [x + ahead * Math.cos(yaw), y + ahead * Math.sin(yaw)];
    };
    const h = 0.02;
    let compared = 0;
    for (const arrival of framesOf(only('imu', PERFECT, 3), 'imu', 60)) {
      const at = arrival.received / 1e9;
      if (at < h) continue;
      const [before, now, after] = [placeAt(at - h), placeAt(at), placeAt(at + h)];
      const [l, m, r] = [motionAt(at - h), motionAt(at), motionAt(at + h)];
      // Only where the motion is smooth over the three places.
      const smooth = (one: 'acceleration' | 'turnAcceleration'): boolean =>
        Math.abs(l[one] - m[one]) < 0.02 && Math.abs(r[one] - m[one]) < 0.02;
      if (!smooth('acceleration') || !smooth('turnAcceleration')) continue;
      const [ex, ey] = [0, 1].map((axis) => (before[axis] - 2 * now[axis] + after[axis]) / (h * h));
      const { angularVelocity, linearAcceleration } = measured(arrival, 'imu');
      expect(angularVelocity?.[2]).toBeCloseTo((r.yaw - l.yaw) / (2 * h), 2);
      expect(linearAcceleration?.[0]).toBeCloseTo(ex * Math.cos(m.yaw) + ey * Math.sin(m.yaw), 1);
      expect(linearAcceleration?.[1]).toBeCloseTo(ey * Math.cos(m.yaw) - ex * Math.sin(m.yaw), 1);
      expect(linearAcceleration?.[2]).toBe(GRAVITY);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(5000);
  });
});
