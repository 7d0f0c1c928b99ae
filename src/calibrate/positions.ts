import { inverseOf, times } from './linear.ts';
import type { Measured } from './measured.ts';
import type { ImuSeries } from './series.ts';
import type { Span } from './still.ts';

/** What an IMU read while it stood in one way. */
export interface Position {
  readonly span: Span;
  /** Mean readings, m/s² and rad/s, by axis. */
  readonly accel: readonly number[];
  readonly gyro: readonly number[];
  /** Standard deviation of each axis of these means. */
  readonly accelSigma: number;
  readonly gyroSigma: number;
}

/** Blocks whose means tell how far a mean may be trusted, s. */
const BLOCK_SECONDS = 0.5;

/** The positions that an IMU stood still in. */
export function positionsOf({ times: at, gyro, accel }: ImuSeries, spans: readonly Span[]): Position[] {
  // Spread of the means of blocks within a span, of all spans together: white noise, and what is slower.
  const variances = [gyro, accel].map((axes) => {
    let [sum, freedom] = [0, 0];
    for (const { first, end } of spans) {
      for (const values of axes) {
        const means = blockMeans(at, values, first, end);
        const mean = means.reduce((total, value) => total + value, 0) / means.length;
        for (const value of means) sum += (value - mean) ** 2;
        freedom += means.length - 1;
      }
    }
    return sum / Math.max(1, freedom);
  });
  return spans.map((span) => {
    const { first, end, from, to } = span;
    const blocks = Math.max(1, (to - from) / BLOCK_SECONDS);
    const mean = (values: readonly number[]): number => {
      let sum = 0;
      for (let i = first; i < end; i += 1) sum += values[i];
      return sum / (end - first);
    };
    return {
      span,
      gyro: gyro.map(mean),
      accel: accel.map(mean),
      gyroSigma: Math.sqrt(variances[0] / blocks),
      accelSigma: Math.sqrt(variances[1] / blocks),
    };
  });
}

function blockMeans(at: readonly number[], values: readonly number[], first: number, end: number): number[] {
  const means: number[] = [];
  let [sum, count, begun] = [0, 0, at[first]];
  for (let i = first; i < end; i += 1) {
    if (at[i] - begun >= BLOCK_SECONDS) {
      means.push(sum / count);
      [sum, count, begun] = [0, 0, at[i]];
    }
    sum += values[i];
    count += 1;
  }
  return means;
}

/** A parameter that the positions tell, or `undefined`: then the sensor must stand in other ways. */
export type Told = Measured | undefined;

/** Errors of an accelerometer: the true specific force is `matrix (reading - bias)`. */
export interface AccelCalibration {
  /** m/s², by axis. */
  readonly bias: readonly Told[];
  /** Factor on (reading - bias), by axis. */
  readonly scale: readonly Told[];
  /** How much of y, of z goes into x, and of z into y: axes that are not square, rad. */
  readonly skew: readonly Told[];
  /** The most likely values of all, told or not: bias 0..2, scale 3..5, skew 6..8. */
  readonly likely: Float64Array;
  /** Root mean square of |matrix (reading - bias)| - g, m/s². */
  readonly rms: number;
}

/** What is taken for granted of any accelerometer, standard deviations: bias m/s², scale, skew rad. */
const PRIOR = [1, 1, 1, 0.1, 0.1, 0.1, 0.02, 0.02, 0.02];
/** A parameter is told when the positions narrow it down to this share of what is taken for granted. */
const NARROWED = 0.25;
const ROUNDS = 20;

/**
 * Bias, scale and skew of an accelerometer from positions at rest, in which its true reading is as long as gravity (D. Tedaldi, A.
 * Pretto, E. Menegatti, "A robust and easy to implement method for IMU calibration without external equipments", ICRA 2014, section
 * III), by Gauss and Newton. With few positions some are not told: what is usual of accelerometers stands in for them, and what they may be is in
 * the standard deviations of the others. More misfit than the means' own noise widens all.
 * @param gravity m/s²
 */
export function accelCalibrationOf(positions: readonly Position[], gravity: number): AccelCalibration {
  const x = new Float64Array([0, 0, 0, 1, 1, 1, 0, 0, 0]);
  const start = x.slice();
  const n = x.length;
  let covariance = new Float64Array(n * n);
  let misfit = 0;
  let squares = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const normal = new Float64Array(n * n);
    const right = new Float64Array(n);
    for (let a = 0; a < n; a += 1) {
      normal[a * n + a] = PRIOR[a] ** -2;
      right[a] = (start[a] - x[a]) * PRIOR[a] ** -2;
    }
    [misfit, squares] = [0, 0];
    for (const { accel, accelSigma } of positions) {
      const { length, slope } = lengthOf(accel, x);
      const left = gravity - length;
      const weight = accelSigma ** -2;
      misfit += left * left * weight;
      squares += left * left;
      for (let a = 0; a < n; a += 1) {
        right[a] += slope[a] * left * weight;
        for (let b = 0; b < n; b += 1) normal[a * n + b] += slope[a] * slope[b] * weight;
      }
    }
    covariance = (inverseOf(normal, n) ?? covariance) as Float64Array<ArrayBuffer>;
    const step = times(covariance, right);
    for (let a = 0; a < n; a += 1) x[a] += step[a];
  }
  const sigmas = PRIOR.map((_, a) => Math.sqrt(covariance[a * (n + 1)]));
  const told = sigmas.map((sigma, a) => sigma < NARROWED * PRIOR[a]);
  const freedom = positions.length - told.filter(Boolean).length;
  const wide = freedom > 0 ? Math.sqrt(Math.max(1, misfit / freedom)) : 1;
  const values = sigmas.map((sigma, a): Told => (told[a] ? { value: x[a], sigma: sigma * wide } : undefined));
  return {
    bias: values.slice(0, 3),
    scale: values.slice(3, 6),
    skew: values.slice(6),
    likely: x,
    rms: Math.sqrt(squares / positions.length),
  };
}

/** The true specific force by a calibration. */
export function corrected(reading: readonly number[], x: ArrayLike<number>): [number, number, number] {
  const [a, b, c] = [reading[0] - x[0], reading[1] - x[1], reading[2] - x[2]];
  return [x[3] * a + x[6] * b + x[7] * c, x[4] * b + x[8] * c, x[5] * c];
}

/** Length of the corrected reading, and how it changes with each parameter. */
function lengthOf(reading: readonly number[], x: ArrayLike<number>) {
  const y = corrected(reading, x);
  const length = Math.hypot(...y);
  const [nx, ny, nz] = y.map((value) => value / length);
  const [a, b, c] = [reading[0] - x[0], reading[1] - x[1], reading[2] - x[2]];
  const slope = [
    -nx * x[3],
    -(nx * x[6] + ny * x[4]),
    -(nx * x[7] + ny * x[8] + nz * x[5]),
    nx * a,
    ny * b,
    nz * c,
    nx * b,
    nx * c,
    ny * c,
  ];
  return { length, slope };
}

/** Bias of a gyroscope by axis, rad/s: the mean of what it read in all positions; how far these disagree widens it. */
export function gyroBiasOf(positions: readonly Position[]): Measured[] {
  return [0, 1, 2].map((axis) => {
    const weights = positions.map(({ gyroSigma }) => gyroSigma ** -2);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const value = positions.reduce((sum, { gyro }, k) => sum + gyro[axis] * weights[k], 0) / total;
    const misfit = positions.reduce((sum, { gyro }, k) => sum + (gyro[axis] - value) ** 2 * weights[k], 0);
    const wide = positions.length > 1 ? Math.max(1, misfit / (positions.length - 1)) : 1;
    return { value, sigma: Math.sqrt(wide / total) };
  });
}
