import {
  compose,
  fromRotationVector,
  rotate,
  toRollPitchYaw,
  wrapAngle,
  type Quat,
  type Vec3,
} from '../geometry/index.ts';
import { commonPieces, integralOf, valueAt } from './integral.ts';
import { axisOfTurning, levelling, meanForce } from './level.ts';
import { fused, type Measured } from './measured.ts';
import { gyroBiasOf, positionsOf } from './positions.ts';
import { regress, rowsOf, type Regression } from './regress.ts';
import { turnedImu, type ImuSeries, type WheelSeries } from './series.ts';
import { secondsOfSpans, type Span } from './still.ts';

/** What else is known of log and sensor. */
export interface MountOptions {
  /** Times of standing; without one, gravity is what remains when the wheels' acceleration is taken off. */
  readonly spans: readonly Span[];
  /** m/s². */
  readonly gravity: number;
  /** Standard deviation of the accelerometer's bias across gravity, as an angle, rad. */
  readonly tilt: number;
  /** Standard deviations of the mean slope of floors that it stands on, and of ways that it drives on, rad. */
  readonly slope: { readonly standing: number; readonly driving: number };
  /** Standard deviation of the gyroscope's axes about the accelerometer's, rad. */
  readonly axes: number;
}

/** How an IMU sits on a base that rolls. */
export interface MountCalibration {
  /** Takes sensor axes to the base's. */
  readonly rotation: Quat;
  /** The same as fixed-axis angles, rad. */
  readonly roll: Measured;
  readonly pitch: Measured;
  readonly yaw: Measured;
  /** x and y of the sensor on the base, m; `undefined` where it does not turn enough to tell. */
  readonly place: readonly [Measured, Measured] | undefined;
  /** The accelerometer's accelerations over the wheels'; 1 when the same motion is seen in the right units. */
  readonly gain: Measured;
  /** What tells roll and pitch. */
  readonly by: readonly ('gravity' | 'turning')[];
  /** Accelerations that were compared, m/s². */
  readonly pairs: readonly AccelerationPair[];
}

/** What wheels and gyroscope make of an acceleration, and what the accelerometer says of it in axes of the base. */
export interface AccelerationPair {
  readonly seconds: number;
  readonly forward: readonly [wheels: number, imu: number];
  readonly sideways: readonly [wheels: number, imu: number];
}

/** Why a mount cannot be told. */
export type MountTrouble = 'too short' | 'no acceleration' | 'not alike';

/** Accelerations are means over triangles of twice so long, s: second differences of the way over it. */
const STEP = 0.5;
/** The wheels' speed is their way's slope over so long, s, to either side. */
const SLOPE = 0.1;
/** Pieces whose errors are taken as independent, s; and as a share of the whole. */
const CLUSTER_SECONDS = 3;
const CLUSTER_SHARE = 0.025;
/** Least root mean square of turning's accelerations for a metre of lever arm, 1/s², that tells the arm. */
const LEAST_TURNING = 0.1;
/** A yaw less sure is none, rad; gains outside this factor of one are not the same motion. */
const WORST_YAW = 0.2;
const LARGEST_GAIN = 2;
const LEAST_STANDING = 1;
/** Accelerations of the wheels, root mean square, m/s², from which on a yaw that is not found is no lack of motion. */
const LEAST_ACCELERATION = 0.1;

/**
 * The rotation of an IMU on a base that rolls on a floor, from a log in which it drives.
 *
 * Roll and pitch: gravity while it stands, and the axis that it turns about; each weighs by its own uncertainty. Yaw: in levelled axes
 * the specific force is `R(yaw)ᵀ [dv/dt, v ω]`, and `ω × (ω × r) + dω/dt × r` of the sensor's place r on top, linear in the yaw's cosine and sine, the place and the
 * biases: one regression ({@link regress}). Noise of the wheels' acceleration shortens cosine and sine alike and leaves the yaw alone.
 *
 * @param wheels on the IMU's time: a delay between the two is to be taken off before
 */
export function mountOf(read: ImuSeries, wheels: WheelSeries, options: MountOptions): MountCalibration | MountTrouble {
  const imu = unbiased(read, options.spans);
  const seconds = Math.min(lengthOf(imu.times), lengthOf(wheels.times));
  const cluster = Math.max(CLUSTER_SECONDS, CLUSTER_SHARE * seconds);
  const standing = secondsOfSpans(options.spans) >= LEAST_STANDING;
  let level = levelling(meanForce(imu, standing ? options.spans : []));
  let levelled = turnedImu(imu, level);
  let fit = forces(levelled, wheels, cluster);
  if (typeof fit === 'string') return fit;
  if (!standing) {
    // What the mean force leaves across is the mean acceleration: the fit's constant is gravity's part alone.
    const { fit: first, columns } = fit;
    const across: Vec3 = [first.values[columns - 2], first.values[columns - 1], options.gravity];
    level = compose(levelling(across), level);
    levelled = turnedImu(imu, level);
    fit = forces(levelled, wheels, cluster);
    if (typeof fit === 'string') return fit;
  }
  const byGravity = gravitySigma(imu, fit, standing, options);
  const turning = axisOfTurning(levelled, cluster);
  const tilts = [0, 1].map((axis): Measured => {
    const gravity = { value: 0, sigma: byGravity };
    if (turning === undefined) return gravity;
    const { value, sigma } = turning[axis];
    return fused([gravity, { value, sigma: Math.hypot(sigma, options.axes) }]);
  });
  level = compose(levelling([tilts[0].value, tilts[1].value, 1]), level);
  levelled = turnedImu(imu, level);
  fit = forces(levelled, wheels, cluster);
  if (typeof fit === 'string') return fit;
  return resultOf(levelled, level, fit, tilts, turning === undefined ? ['gravity'] : ['gravity', 'turning']);
}

/** Without what the gyroscope reads at rest. */
function unbiased(imu: ImuSeries, spans: readonly Span[]): ImuSeries {
  if (spans.length === 0) return imu;
  const [x, y, z] = gyroBiasOf(positionsOf(imu, spans)).map(({ value }) => value);
  const less = (values: readonly number[], bias: number): number[] => values.map((value) => value - bias);
  return { ...imu, gyro: [less(imu.gyro[0], x), less(imu.gyro[1], y), less(imu.gyro[2], z)] };
}

/** A regression of forces, and what it was made from. */
interface Forces {
  readonly fit: Regression;
  /** 4 without, 6 with the sensor's place; the last two are constants. */
  readonly columns: number;
  readonly rows: readonly Row[];
}

/** Means over one triangle of time. */
interface Row {
  readonly at: number;
  readonly force: readonly number[];
  readonly forward: number;
  readonly sideways: number;
  readonly squared: number;
  readonly turnAcceleration: number;
}

function forces(imu: ImuSeries, wheels: WheelSeries, cluster: number): Forces | MountTrouble {
  const rows = trianglesOf(imu, wheels);
  const arm = Math.SQRT2 * rms(rows.flatMap(({ squared, turnAcceleration }) => [squared, turnAcceleration]));
  const place = arm > LEAST_TURNING;
  const columns = place ? 6 : 4;
  const model = rowsOf(columns);
  for (const { at, force, forward, sideways, squared, turnAcceleration } of rows) {
    const [x, y] = place
      ? [
          [-squared, -turnAcceleration],
          [turnAcceleration, -squared],
        ]
      : [[], []];
    model.x.push(forward, sideways, ...x, 1, 0);
    model.x.push(sideways, -forward, ...y, 0, 1);
    model.y.push(force[0], force[1]);
    const number = Math.floor(at / cluster);
    model.cluster.push(number, number);
  }
  if (new Set(model.cluster).size <= columns + 1) return 'too short';
  const fit = regress(model);
  const moves = rms(rows.flatMap(({ forward, sideways }) => [forward, sideways])) > LEAST_ACCELERATION;
  if (fit === undefined) return 'no acceleration';
  const [c, s] = fit.values;
  const gain = Math.hypot(c, s);
  if (!(yawSigma(fit) < WORST_YAW)) return moves ? 'not alike' : 'no acceleration';
  if (gain > LARGEST_GAIN || gain < 1 / LARGEST_GAIN) return 'not alike';
  return { fit, columns, rows };
}

function yawSigma({ values: [c, s], covariance }: Regression): number {
  const n = Math.sqrt(covariance.length);
  const squared = c * c + s * s;
  const variance = s * s * covariance[0] - 2 * s * c * covariance[1] + c * c * covariance[n + 1];
  return Math.sqrt(variance) / squared;
}

function trianglesOf(imu: ImuSeries, wheels: WheelSeries): Row[] {
  const { times } = imu;
  const twice = (values: readonly number[]): number[] => integralOf(times, integralOf(times, values));
  const speeds = times.map((at) => speedAt(wheels, at));
  const turn = imu.gyro[2];
  const force = imu.accel.map(twice);
  const sideways = twice(speeds.map((speed, i) => speed * turn[i]));
  const squared = twice(turn.map((rate) => rate * rate));
  const heading = integralOf(times, turn);
  return commonPieces([times, wheels.times], 2 * STEP + 2 * SLOPE).flatMap(({ from }) => {
    const at = from + STEP + SLOPE;
    return [row(at)];
  });

  function row(at: number): Row {
    const bend = (xs: readonly number[], values: readonly number[]): number =>
      (valueAt(xs, values, at + STEP) - 2 * valueAt(xs, values, at) + valueAt(xs, values, at - STEP)) / STEP ** 2;
    return {
      at,
      force: force.map((values) => bend(times, values)),
      forward: bend(wheels.times, wheels.way),
      sideways: bend(times, sideways),
      squared: bend(times, squared),
      turnAcceleration: bend(times, heading),
    };
  }
}

function speedAt({ times, way }: WheelSeries, at: number): number {
  const from = Math.max(times[0], at - SLOPE);
  const to = Math.min(times[times.length - 1], at + SLOPE);
  return to > from ? (valueAt(times, way, to) - valueAt(times, way, from)) / (to - from) : 0;
}

/** How far the levelling by gravity may be off, rad. */
function gravitySigma(imu: ImuSeries, { fit, columns }: Forces, standing: boolean, options: MountOptions): number {
  const { gravity, spans, slope } = options;
  const tilt = Math.hypot(options.tilt, standing ? slope.standing : slope.driving);
  const constant = Math.sqrt(fit.covariance[(columns - 1) * (columns + 1)]) / gravity;
  if (!standing) return Math.hypot(constant, tilt);
  const sigmas = positionsOf(imu, spans).map(({ accelSigma }) => accelSigma);
  return Math.hypot(Math.sqrt(sigmas.reduce((sum, sigma) => sum + sigma ** 2, 0)) / sigmas.length / gravity, tilt);
}

function resultOf(
  levelled: ImuSeries,
  level: Quat,
  { fit, columns, rows }: Forces,
  tilts: readonly Measured[],
  by: MountCalibration['by'],
): MountCalibration {
  const [c, s] = fit.values;
  const yaw = Math.atan2(s, c);
  const about: Quat = fromRotationVector([0, 0, yaw]);
  const rotation = compose(about, level);
  const gain = Math.hypot(c, s);
  // The up that levels errs by (x, y): a rotation about (y, -x), turned to the base's axes.
  const tiltVariances = [tilts[1].sigma ** 2, tilts[0].sigma ** 2];
  const [cos, sin] = [Math.cos(yaw), Math.sin(yaw)];
  const variances = [
    cos ** 2 * tiltVariances[0] + sin ** 2 * tiltVariances[1],
    sin ** 2 * tiltVariances[0] + cos ** 2 * tiltVariances[1],
    yawSigma(fit) ** 2,
  ];
  const angles = toRollPitchYaw(rotation);
  const step = 1e-6;
  const sigmas = [0, 0, 0];
  variances.forEach((variance, axis) => {
    const small: Vec3 = [axis === 0 ? step : 0, axis === 1 ? step : 0, axis === 2 ? step : 0];
    const moved = toRollPitchYaw(compose(fromRotationVector(small), rotation));
    for (let i = 0; i < 3; i += 1) sigmas[i] += (wrapAngle(moved[i] - angles[i]) / step) ** 2 * variance;
  });
  const [roll, pitch, turned] = angles.map((value, i): Measured => ({ value, sigma: Math.sqrt(sigmas[i]) }));
  return {
    rotation,
    roll,
    pitch,
    yaw: turned,
    place: placeOnBase(fit, columns, about),
    gain: {
      value: gain,
      sigma:
        Math.sqrt(c * c * fit.covariance[0] + 2 * c * s * fit.covariance[1] + s * s * fit.covariance[columns + 1]) /
        gain,
    },
    by,
    pairs: rows.map(({ at, force, forward, sideways }) => {
      const [x, y] = rotate(about, [force[0] - fit.values[columns - 2], force[1] - fit.values[columns - 1], 0]);
      return { seconds: at - levelled.times[0], forward: [forward, x], sideways: [sideways, y] };
    }),
  };
}

function placeOnBase(fit: Regression, columns: number, about: Quat): readonly [Measured, Measured] | undefined {
  if (columns !== 6) return undefined;
  const [x, y] = rotate(about, [fit.values[2], fit.values[3], 0]);
  const [a, b] = [fit.covariance[2 * columns + 2], fit.covariance[3 * columns + 3]];
  const cross = fit.covariance[2 * columns + 3];
  const [cos, sin] = [1 - 2 * about[3] ** 2, 2 * about[0] * about[3]];
  return [
    { value: x, sigma: Math.sqrt(cos ** 2 * a - 2 * cos * sin * cross + sin ** 2 * b) },
    { value: y, sigma: Math.sqrt(sin ** 2 * a + 2 * cos * sin * cross + cos ** 2 * b) },
  ];
}

function rms(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / Math.max(1, values.length));
}

function lengthOf(times: readonly number[]): number {
  return times.length < 2 ? 0 : times[times.length - 1] - times[0];
}
