import type { Quaternion, Stamp } from '../../frame/index.ts';
import { compose, fromRollPitchYaw, norm, yawOf } from '../../geometry/index.ts';
import type { PoseConfig } from '../config.ts';
import type { ImuEvent } from './event.ts';
import { GRAVITY } from './predict.ts';
import { createState, ERROR, N, NOMINAL, type State } from './state.ts';

/** Standard deviation of roll and pitch found from one reading of gravity, rad; unknown without one. */
const LEVEL_FROM_GRAVITY = 0.03;
const LEVEL_ASSUMED = 0.1;
/** Standard deviation of what the start defines: position and, from zero, heading. */
const DEFINED = 1e-4;
/** Standard deviation of the velocity at the start, m/s. */
const FIRST_VELOCITY = 0.5;

/** Where the filter starts, and how the IMU's own world is turned against odom (rad). */
export interface Start {
  readonly state: State;
  readonly headingOffset: number;
}

/**
 * The first state: at the origin, level by the IMU's own orientation or by gravity, heading zero or as measured.
 * @param imu the first inertial reading; `undefined` to start level without one
 */
export function startFrom(imu: ImuEvent | undefined, stamp: Stamp, config: PoseConfig): Start {
  const state = createState();
  const { nominal: x, covariance: P } = state;
  state.stamp = stamp;
  const own = imu?.orientation;
  const ownYaw = own === undefined ? 0 : yawOf(own);
  const headingOffset = config.start === 'measured' ? 0 : ownYaw;
  const q = own === undefined ? levelBy(imu) : compose(fromRollPitchYaw(0, 0, -headingOffset), own);
  x.set(q, NOMINAL.orientation);
  if (imu?.gyro) x.set(imu.gyro, NOMINAL.gyro);
  if (imu?.accel) x.set(imu.accel, NOMINAL.accel);
  x[NOMINAL.hasAccel] = imu?.accel ? 1 : 0;
  x[NOMINAL.hasGyro] = imu?.gyro ? 1 : 0;
  x[NOMINAL.aided] = stamp;
  x[NOMINAL.inertial] = stamp;

  const { noise } = config;
  const level = own ? noise.orientation : imu?.accel ? LEVEL_FROM_GRAVITY : LEVEL_ASSUMED;
  const heading = own && config.start === 'measured' ? noise.orientation : DEFINED;
  const deviations = [
    [ERROR.position, DEFINED, DEFINED, DEFINED],
    [ERROR.velocity, FIRST_VELOCITY, FIRST_VELOCITY, FIRST_VELOCITY],
    [ERROR.attitude, level, level, heading],
    [ERROR.gyroBias, noise.initialGyroBias, noise.initialGyroBias, noise.initialGyroBias],
    [ERROR.accelBias, noise.initialAccelBias, noise.initialAccelBias, noise.initialAccelBias],
  ];
  for (const [block, ...values] of deviations) {
    values.forEach((deviation, i) => (P[(block + i) * (N + 1)] = deviation * deviation));
  }
  P[ERROR.wheelScale * (N + 1)] = noise.wheelScale ** 2;
  P[ERROR.wheelTurn * (N + 1)] = noise.wheelTurn ** 2;
  return { state, headingOffset };
}

/** Roll and pitch that turn the measured gravity upright; level when there is none, or the sensor falls or hits. */
function levelBy(imu: ImuEvent | undefined): Quaternion {
  const accel = imu?.accel;
  if (accel === undefined || Math.abs(norm(accel) - GRAVITY) > 0.5 * GRAVITY) return [1, 0, 0, 0];
  const [x, y, z] = accel;
  return fromRollPitchYaw(Math.atan2(y, z), Math.atan2(-x, Math.hypot(y, z)), 0);
}
