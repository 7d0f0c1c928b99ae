import { describe, expect, it } from 'vitest';
import { imuCalibrationOf } from '../../src/calibrate/imu.ts';
import type { Measured } from '../../src/calibrate/measured.ts';
import type { Told } from '../../src/calibrate/positions.ts';
import type { ImuSeries } from '../../src/calibrate/series.ts';
import { stillSpans } from '../../src/calibrate/still.ts';
import { compose, fromRotationVector, inverse, rotate, type Quat, type Vec3 } from '../../src/geometry/index.ts';
import { createRandom, normal } from '../../src/random/index.ts';

const RATE = 100;
const G = 9.81;
const ERRORS = {
  accelBias: [0.12, -0.08, 0.2],
  accelScale: [1.01, 0.985, 1.004],
  gyroBias: [0.01, -0.02, 0.005],
  gyroScale: [1.02, 0.99, 1.005],
};

/** Six sides, by turns of a second about an axis each; then ways in between. */
const SIX: readonly Vec3[] = [
  [1.571, 0, 0],
  [1.571, 0, 0],
  [1.571, 0, 0],
  [0, 0, 1.571],
  [0, 0, 3.142],
  [0, 1.571, 0],
];
const MORE: readonly Vec3[] = [
  [0.8, 0.3, 0],
  [0.4, -1.2, 0.5],
  [-0.9, 0.8, 1],
  [0, 1.1, -1.4],
  [1.3, 0, 0.9],
  [-0.6, -1.4, 0.2],
];

/** A sensor that lies still for three seconds, is turned, lies still again, … */
function turned(seed: number, turns: readonly Vec3[]): ImuSeries {
  const random = createRandom(seed);
  const series: ImuSeries = { times: [], gyro: [[], [], []], accel: [[], [], []] };
  let at = 0;
  let pose: Quat = fromRotationVector([0, 0, 0]);
  const read = (rate: Vec3): void => {
    const force = rotate(inverse(pose), [0, 0, G]);
    series.times.push(at);
    for (let axis = 0; axis < 3; axis += 1) {
      const { accelBias, accelScale, gyroBias, gyroScale } = ERRORS;
      series.gyro[axis].push(rate[axis] / gyroScale[axis] + gyroBias[axis] + 3e-3 * normal(random));
      series.accel[axis].push(force[axis] / accelScale[axis] + accelBias[axis] + 0.02 * normal(random));
    }
    at += 1 / RATE;
  };
  const still = (): void => {
    for (let i = 0; i < 3 * RATE; i += 1) read([0, 0, 0]);
  };
  still();
  for (const [x, y, z] of turns) {
    // Begins and ends gently, so that a straight line between two readings is right.
    for (let i = 0; i < RATE; i += 1) {
      const speed = 1 - Math.cos((2 * Math.PI * (i + 0.5)) / RATE);
      const half = fromRotationVector([(x * speed) / RATE / 2, (y * speed) / RATE / 2, (z * speed) / RATE / 2]);
      pose = compose(pose, half);
      read([x * speed, y * speed, z * speed]);
      pose = compose(pose, half);
    }
    still();
  }
  return series;
}

function errorsOf(told: readonly Told[], truth: readonly number[]): number[] {
  return told.map((one, axis) => {
    if (one === undefined) throw new Error(`axis ${axis} is not told`);
    return (one.value - truth[axis]) / one.sigma;
  });
}

describe('imuCalibrationOf', () => {
  it('finds biases and scales within what it says', () => {
    const runs = 12;
    const squares = { accelBias: 0, accelScale: 0, gyroBias: 0, gyroScale: 0 };
    for (let seed = 1; seed <= runs; seed += 1) {
      const imu = turned(seed, [...SIX, ...MORE]);
      const { accel, gyro, positions } = imuCalibrationOf(imu, stillSpans(imu), G);
      expect(positions).toHaveLength(13);
      const errors = {
        accelBias: errorsOf(accel.bias, ERRORS.accelBias),
        accelScale: errorsOf(accel.scale, ERRORS.accelScale),
        gyroBias: errorsOf(gyro.bias, ERRORS.gyroBias),
        gyroScale: errorsOf(gyro.scale, ERRORS.gyroScale),
      };
      for (const [name, all] of Object.entries(errors)) {
        for (const z of all) {
          expect(Math.abs(z), `${name} of seed ${seed}`).toBeLessThan(4);
          squares[name as keyof typeof squares] += z * z;
        }
      }
      for (const [told, most] of [
        [accel.bias, 0.01],
        [accel.scale, 0.001],
        [gyro.scale, 0.005],
      ] as const) {
        for (const one of told) expect((one as Measured).sigma).toBeLessThan(most);
      }
    }
    // Chi-square of 36: 21.3 to 54.4 (95 %); misfit widens and never narrows, so there is more room below.
    for (const [name, sum] of Object.entries(squares)) {
      expect(sum, name).toBeGreaterThan(10);
      expect(sum, name).toBeLessThan(60);
    }
  });

  it('tells of few ways only what they tell', () => {
    const one = turned(1, []);
    const alone = imuCalibrationOf(one, stillSpans(one), G);
    expect([...alone.accel.bias, ...alone.accel.scale, ...alone.gyro.scale].every((told) => told === undefined)).toBe(
      true,
    );
    errorsOf(alone.gyro.bias, ERRORS.gyroBias).forEach((z) => expect(Math.abs(z)).toBeLessThan(4));
    // z up, then z down: the bias along z alone.
    const two = turned(2, [[3.141593, 0, 0]]);
    const { accel } = imuCalibrationOf(two, stillSpans(two), G);
    expect(accel.bias.map((told) => told !== undefined)).toEqual([false, false, true]);
    expect(Math.abs((accel.bias[2] as Measured).value - ERRORS.accelBias[2])).toBeLessThan(0.02);
  });

  it('tells how much longer than gravity the acceleration is', () => {
    const imu = turned(3, []);
    const { alongGravity } = imuCalibrationOf(imu, stillSpans(imu), G);
    expect(alongGravity.value).toBeCloseTo(G / ERRORS.accelScale[2] + ERRORS.accelBias[2] - G, 2);
  });
});
