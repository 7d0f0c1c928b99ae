import {
  compose,
  cross,
  fromRotationVector,
  IDENTITY,
  inverse,
  norm,
  rotate,
  type Quat,
  type Vec3,
} from '../geometry/index.ts';
import { holesOf } from './integral.ts';
import { inverseOf, times } from './linear.ts';
import { corrected, type Position, type Told } from './positions.ts';
import { readingAt, type ImuSeries } from './series.ts';

/** What is taken for granted of any gyroscope, standard deviations: scale, and what of one axis goes into another, rad. */
const SCALE_PRIOR = 0.05;
const SKEW_PRIOR = 0.01;
/** A scale is told when the turns narrow it down to this share of what is taken for granted. */
const NARROWED = 0.25;
/** A turn must move gravity by this much to tell anything, rad. */
const LEAST_TURN = 0.35;
const ROUNDS = 4;
const STEP = 1e-4;
const PARAMETERS = 9;

/** A turn from one position to the next. */
interface Turn {
  readonly from: Position;
  readonly to: Position;
  /** Directions of gravity before and after, in sensor axes. */
  readonly before: Vec3;
  readonly after: Vec3;
  /** Variance of what is left, rad². */
  readonly variance: number;
}

/**
 * Scale of a gyroscope by axis (factor on reading minus bias), from turns between positions at rest: what it sums up to must take
 * gravity from where the accelerometer saw it before to where it sees it after (Tedaldi et al. 2014, section IV). Its axes may be askew; that is
 * estimated with them and not told.
 * @param accel calibration of the accelerometer, all of it told
 * @param noise white noise of the gyroscope, rad/s/√Hz
 */
export function gyroScaleOf(
  imu: ImuSeries,
  positions: readonly Position[],
  accel: ArrayLike<number>,
  noise: number,
): Told[] {
  const turns = turnsOf(imu, positions, accel, noise);
  if (turns.length === 0) return [undefined, undefined, undefined];
  const x = new Float64Array([1, 0, 0, 0, 1, 0, 0, 0, 1]);
  const start = x.slice();
  const prior = Float64Array.from(x, (value) => (value === 1 ? SCALE_PRIOR : SKEW_PRIOR));
  let covariance = new Float64Array(PARAMETERS ** 2);
  let misfit = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const normal = new Float64Array(PARAMETERS ** 2);
    const right = Float64Array.from(x, (value, a) => (start[a] - value) / prior[a] ** 2);
    for (let a = 0; a < PARAMETERS; a += 1) normal[a * (PARAMETERS + 1)] = prior[a] ** -2;
    misfit = 0;
    for (const turn of turns) {
      const left = missOf(imu, turn, x);
      const slopes = Array.from(x, (_, a) => {
        const moved = x.slice();
        moved[a] += STEP;
        return missOf(imu, turn, moved).map((value, i) => (value - left[i]) / STEP);
      });
      misfit += norm(left) ** 2 / turn.variance;
      for (let a = 0; a < PARAMETERS; a += 1) {
        for (let i = 0; i < 3; i += 1) {
          right[a] -= (slopes[a][i] * left[i]) / turn.variance;
          for (let b = 0; b < PARAMETERS; b += 1) {
            normal[a * PARAMETERS + b] += (slopes[a][i] * slopes[b][i]) / turn.variance;
          }
        }
      }
    }
    covariance = (inverseOf(normal, PARAMETERS) ?? covariance) as Float64Array<ArrayBuffer>;
    const step = times(covariance, right);
    for (let a = 0; a < PARAMETERS; a += 1) x[a] += step[a];
  }
  // A direction has two degrees of freedom.
  const freedom = 2 * turns.length - PARAMETERS;
  const wide = freedom > 0 ? Math.sqrt(Math.max(1, misfit / freedom)) : 1;
  return [0, 4, 8].map((a): Told => {
    const sigma = Math.sqrt(covariance[a * (PARAMETERS + 1)]) * wide;
    return sigma < NARROWED * SCALE_PRIOR ? { value: x[a], sigma } : undefined;
  });
}

function turnsOf(imu: ImuSeries, positions: readonly Position[], accel: ArrayLike<number>, noise: number): Turn[] {
  const holes = holesOf(imu.times);
  return positions.slice(1).flatMap((to, i): Turn[] => {
    const from = positions[i];
    const [before, after] = [from, to].map((position) => unit(corrected(position.accel, accel)));
    const seconds = to.span.from - from.span.to;
    if (holes.some((hole) => hole.from < to.span.from && hole.to > from.span.to)) return [];
    if (norm(cross(before, after)) < Math.sin(LEAST_TURN)) return [];
    const direction = (from.accelSigma ** 2 + to.accelSigma ** 2) / norm(corrected(to.accel, accel)) ** 2;
    const bias = (seconds ** 2 * (from.gyroSigma ** 2 + to.gyroSigma ** 2)) / 4;
    return [{ from, to, before, after, variance: direction + noise ** 2 * seconds + bias }];
  });
}

/** Gravity after a turn as the accelerometer sees it, less where the gyroscope takes it. */
function missOf(imu: ImuSeries, { from, to, before, after }: Turn, matrix: ArrayLike<number>): Vec3 {
  const bias = from.gyro.map((value, axis) => (value + to.gyro[axis]) / 2);
  let turned: Quat = IDENTITY;
  for (let i = from.span.end - 1; i < to.span.first; i += 1) {
    const [a, b] = [readingAt(imu.gyro, i), readingAt(imu.gyro, i + 1)];
    const mean = a.map((value, axis) => (value + b[axis]) / 2 - bias[axis]);
    const dt = imu.times[i + 1] - imu.times[i];
    const [x, y, z] = times(matrix, mean);
    turned = compose(turned, fromRotationVector([x * dt, y * dt, z * dt]));
  }
  const [x, y, z] = rotate(inverse(turned), before);
  return [after[0] - x, after[1] - y, after[2] - z];
}

function unit(v: Vec3): Vec3 {
  const length = norm(v);
  return [v[0] / length, v[1] / length, v[2] / length];
}
