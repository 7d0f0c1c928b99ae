import type { Verdict } from '../../contract/index.ts';
import {
  NS_PER_SECOND,
  stampOf,
  type Frame,
  type ImuMeasurement,
  type InputNumber,
  type MagneticFieldMeasurement,
  type Quaternion,
  type Stamp,
  type Vector3,
} from '../../frame/index.ts';
import {
  compose,
  cross,
  fromRollPitchYaw,
  fromRotationVector,
  norm,
  normalize,
  rotate,
  scale,
  type Transform,
} from '../../geometry/index.ts';
import type { OrientationConfig } from '../config.ts';
import type { OrientationEstimate } from '../estimate.ts';
import { createAttitudeError } from './attitude-error.ts';

/** The orientation filter: inertial and magnetic frames in, the orientation of the base out. */
export interface OrientationFilter {
  /** @param mount T_base_imu */
  imu(frame: Frame<ImuMeasurement>, mount: Transform): Verdict;
  /** @param mount T_base_magnetometer */
  magneticField(frame: Frame<MagneticFieldMeasurement>, mount: Transform): Verdict;
  /** The newest orientation; `undefined` before the first reading of gravity. */
  estimate(): OrientationEstimate | undefined;
}

/** Standard gravity, m/s². */
const GRAVITY = 9.80665;
/** A hole in the inertial stream longer than this restarts the filter's tilt from gravity, s. */
const LONGEST_GAP = 1;
/** Standard deviation of tilt found from one reading of gravity, and of a heading that nothing told, rad. */
const FIRST_TILT = 0.05;
const UNKNOWN_HEADING = Math.PI;
/** The horizontal part of the field must be at least this share of it: near the poles of a magnet there is no heading. */
const LEAST_HORIZONTAL = 0.15;

const USED: Verdict = { verdict: 'used' };
const drop = (reason: string): Verdict => ({ verdict: 'dropped', reason });

/**
 * Orientation of the base against a frame with z up and, with a magnetometer, y to magnetic north (ENU): a multiplicative
 * error-state Kalman filter (F. L. Markley, "Attitude error representations for Kalman filtering", 2003; J. Solà,
 * arXiv:1711.02508). States: attitude error about the fixed axes and the gyroscope's bias. Gravity corrects the tilt, with
 * a noise that grows as the specific force departs from g; the field's horizontal direction corrects the heading alone.
 * Both are correlated in time (motion, iron), which is counted by enlarging their noise by the correlation time.
 */
export function createOrientationFilter(config: OrientationConfig): OrientationFilter {
  const error = createAttitudeError(config);
  let q: Quaternion | undefined;
  let bias: Vector3 = [0, 0, 0];
  let rate: Vector3 = [0, 0, 0];
  let stamp: Stamp = stampOf(0);
  let hasHeading = false;
  let lastField: { readonly input: InputNumber; readonly stamp: Stamp } | undefined;
  let lastImu: InputNumber | undefined;

  function inject(delta: readonly number[]): void {
    q = normalize(compose(fromRotationVector([delta[0], delta[1], delta[2]]), q as Quaternion));
    bias = [bias[0] + delta[3], bias[1] + delta[4], bias[2] + delta[5]];
  }

  function imu(frame: Frame<ImuMeasurement>, mount: Transform): Verdict {
    const { angularVelocity, linearAcceleration } = frame.measurement;
    if (angularVelocity === undefined) return drop('no angular velocity');
    const gyro = rotate(mount.rotation, angularVelocity);
    const accel = linearAcceleration && rotate(mount.rotation, linearAcceleration);
    if (!gyro.every(Number.isFinite) || accel?.every(Number.isFinite) === false) return drop('not finite');
    if (q !== undefined && frame.stamp <= stamp) return drop(frame.stamp === stamp ? 'duplicate' : 'late');
    const dt = (frame.stamp - stamp) / NS_PER_SECOND;
    if (q === undefined || dt > LONGEST_GAP) {
      if (accel === undefined || norm(accel) < 0.5 * GRAVITY) return drop('not started');
      start(accel);
    } else {
      // The mean of both ends of the interval.
      const mean = scale([rate[0] + gyro[0], rate[1] + gyro[1], rate[2] + gyro[2]], 0.5);
      const turned = fromRotationVector(scale([mean[0] - bias[0], mean[1] - bias[1], mean[2] - bias[2]], dt));
      const next = normalize(compose(q, turned)) ?? q;
      q = next;
      error.predict(next, dt);
      if (accel) level(accel, dt);
    }
    rate = gyro;
    stamp = frame.stamp;
    lastImu = frame.input;
    return USED;
  }

  function start(accel: Vector3): void {
    const yaw = 0;
    q = fromRollPitchYaw(Math.atan2(accel[1], accel[2]), Math.atan2(-accel[0], Math.hypot(accel[1], accel[2])), yaw);
    hasHeading = false;
    error.reset(FIRST_TILT, UNKNOWN_HEADING);
  }

  /** Up as measured against up as estimated: their cross product is the tilt error about the fixed axes. */
  function level(accel: Vector3, dt: number): void {
    const length = norm(accel);
    if (length < 1e-3) return;
    const up = rotate(q as Quaternion, scale(accel, 1 / length));
    const tilt = cross(up, [0, 0, 1]);
    // A force that is not as long as gravity holds an acceleration at least as large as the difference.
    const deviation = (config.accelerationNoise + Math.abs(length - GRAVITY)) / GRAVITY;
    const variance = deviation * deviation * Math.max(1, (2 * config.accelerationCorrelation) / dt);
    inject(
      error.correct(
        [
          [0, tilt[0]],
          [1, tilt[1]],
        ],
        variance,
      ),
    );
  }

  function magneticField(frame: Frame<MagneticFieldMeasurement>, mount: Transform): Verdict {
    const field = rotate(mount.rotation, frame.measurement.field);
    if (!field.every(Number.isFinite)) return drop('not finite');
    if (!config.useMagneticField) return drop('not used');
    if (q === undefined) return drop('not started');
    if (lastField !== undefined && frame.stamp <= lastField.stamp) return drop('late');
    const world = rotate(q, field);
    const horizontal = Math.hypot(world[0], world[1]);
    if (horizontal < LEAST_HORIZONTAL * norm(field)) return drop('field too steep');
    // North is y: the heading error turns the horizontal field onto it.
    const heading = Math.atan2(world[0], world[1]);
    if (!hasHeading) {
      q = normalize(compose(fromRotationVector([0, 0, heading]), q));
      error.settleHeading(config.headingNoise);
      hasHeading = true;
    } else {
      const dt = (frame.stamp - (lastField?.stamp ?? frame.stamp)) / NS_PER_SECOND;
      const correlated = Math.max(1, (2 * config.headingCorrelation) / Math.max(dt, 1e-3));
      inject(error.correct([[2, heading]], ((config.headingNoise * norm(field)) ** 2 / horizontal ** 2) * correlated));
    }
    lastField = { input: frame.input, stamp: frame.stamp };
    return USED;
  }

  return {
    imu,
    magneticField,
    estimate() {
      if (q === undefined || lastImu === undefined) return undefined;
      const field = lastField && { input: lastField.input, age: (stamp - lastField.stamp) / NS_PER_SECOND };
      return {
        stamp,
        validity: 'valid',
        ...(hasHeading ? {} : { validityReason: 'no magnetic field: heading counts from the start' }),
        inputs: field ? [lastImu, field.input] : [lastImu],
        ages: field ? [0, field.age] : [0],
        absent: hasHeading || !config.useMagneticField ? [] : ['magneticField'],
        orientation: q,
        covariance: error.attitudeCovariance(),
        angularVelocity: [rate[0] - bias[0], rate[1] - bias[1], rate[2] - bias[2]],
      };
    },
  };
}
