import type { Quaternion, Stamp, Vector3 } from '../../frame/index.ts';
import { compose, fromRollPitchYaw, norm, yawOf } from '../../geometry/index.ts';
import type { PoseConfig } from '../config.ts';
import type { ImuEvent } from './event.ts';
import { GRAVITY } from './predict.ts';
import type { Layout } from './layout.ts';
import { BASE_SIZE, createState, ERROR, NOMINAL, type State } from './state.ts';

/** Standard deviation of roll and pitch found from one reading of gravity, rad; unknown without one. */
const LEVEL_FROM_GRAVITY = 0.03;
const LEVEL_ASSUMED = 0.1;
/** Standard deviation of what the start defines: position and, from zero, heading. */
const DEFINED = 1e-4;
/** Standard deviation of the velocity at the start, m/s. */
const FIRST_VELOCITY = 0.5;

/** Standard deviation of a heading that nobody knows, rad. */
const ANY_HEADING = 3;

/** Where the base is at the start, for a filter that is told; standard deviations in m, rad and m/s. */
export interface StartPose {
  /** When it is there. Unset: at the first measurement. */
  readonly stamp?: Stamp;
  readonly position: Vector3;
  readonly orientation: Quaternion;
  readonly velocity?: Vector3;
  readonly deviation: { readonly position: number; readonly orientation: number; readonly velocity: number };
}

/** Where the filter starts, and how the IMU's own world is turned against odom (rad). */
export interface Start {
  readonly state: State;
  readonly headingOffset: number;
}

/**
 * The first state: at the origin, level by the IMU's own orientation or by gravity, heading zero or as measured.
 * @param imu the first inertial reading; `undefined` to start level without one
 * @param seeks whether the heading is to be found: by places in the map
 */
export function startFrom(
  imu: ImuEvent | undefined,
  stamp: Stamp,
  config: PoseConfig,
  layout: Layout,
  told: StartPose | undefined,
  seeks: boolean,
): Start {
  const N = layout.size;
  const state = createState(N);
  const { nominal: x, covariance: P } = state;
  state.stamp = stamp;
  const own = imu?.orientation;
  const ownYaw = own === undefined ? 0 : yawOf(own);
  const headingOffset = config.start === 'measured' ? 0 : ownYaw;
  const q = own === undefined ? levelBy(imu) : compose(fromRollPitchYaw(0, 0, -headingOffset), own);
  x.set(told?.orientation ?? q, NOMINAL.orientation);
  if (told) {
    x.set(told.position, NOMINAL.position);
    if (told.velocity) x.set(told.velocity, NOMINAL.velocity);
  }
  x[NOMINAL.hasHeading] = seeks ? 0 : 1;
  x[NOMINAL.located] = stamp;
  if (imu?.gyro) x.set(imu.gyro, NOMINAL.gyro);
  if (imu?.accel) x.set(imu.accel, NOMINAL.accel);
  x[NOMINAL.hasAccel] = imu?.accel ? 1 : 0;
  x[NOMINAL.hasGyro] = imu?.gyro ? 1 : 0;
  x[NOMINAL.aided] = stamp;
  x[NOMINAL.inertial] = stamp;

  const { noise } = config;
  const level = own ? noise.orientation : imu?.accel ? LEVEL_FROM_GRAVITY : LEVEL_ASSUMED;
  const heading = seeks ? ANY_HEADING : own && config.start === 'measured' ? noise.orientation : DEFINED;
  const place = told?.deviation.position ?? DEFINED;
  const speed = told?.deviation.velocity ?? FIRST_VELOCITY;
  const [tilt, yaw] = told ? [told.deviation.orientation, told.deviation.orientation] : [level, heading];
  const deviations = [
    [ERROR.position, place, place, place],
    [ERROR.velocity, speed, speed, speed],
    [ERROR.attitude, tilt, tilt, yaw],
    [ERROR.gyroBias, noise.initialGyroBias, noise.initialGyroBias, noise.initialGyroBias],
    [ERROR.accelBias, noise.initialAccelBias, noise.initialAccelBias, noise.initialAccelBias],
  ];
  for (const [block, ...values] of deviations) {
    values.forEach((deviation, i) => (P[(block + i) * (N + 1)] = deviation * deviation));
  }
  P[ERROR.wheelScale * (N + 1)] = noise.wheelScale ** 2;
  P[ERROR.wheelTurn * (N + 1)] = noise.wheelTurn ** 2;
  layout.lasting.forEach(({ deviation }, i) => (P[(BASE_SIZE + i) * (N + 1)] = deviation ** 2));
  return { state, headingOffset };
}

/** Roll and pitch that turn the measured gravity upright; level when there is none, or the sensor falls or hits. */
function levelBy(imu: ImuEvent | undefined): Quaternion {
  const accel = imu?.accel;
  if (accel === undefined || Math.abs(norm(accel) - GRAVITY) > 0.5 * GRAVITY) return [1, 0, 0, 0];
  const [x, y, z] = accel;
  return fromRollPitchYaw(Math.atan2(y, z), Math.atan2(-x, Math.hypot(y, z)), 0);
}
