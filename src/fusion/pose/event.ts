import type {
  Frame,
  ImuMeasurement,
  InputNumber,
  OdometryMeasurement,
  Quaternion,
  Stamp,
  Vector3,
} from '../../frame/index.ts';
import { compose, cross, inverse, normalize, rotate, subtract, type Transform } from '../../geometry/index.ts';
import type { ImuField, OdometryField } from '../config.ts';

/** A measurement reduced to what the filter fuses, in base axes. */
export type PoseEvent = ImuEvent | OdometryEvent;

interface EventHead {
  readonly stamp: Stamp;
  readonly input: InputNumber;
}

/** Inertial input, and the IMU's own orientation (base to its world) with its variances about the world's axes. */
export interface ImuEvent extends EventHead {
  readonly kind: 'imu';
  readonly gyro?: Vector3;
  readonly accel?: Vector3;
  readonly orientation?: Quaternion;
  readonly orientationVariance?: Vector3;
}

/** Velocities of the base in base axes that are to be used; variances where the message states them. */
export interface OdometryEvent extends EventHead {
  readonly kind: 'odometry';
  readonly velocity: readonly (number | undefined)[];
  readonly velocityVariance: readonly (number | undefined)[];
  readonly yawRate?: number;
  readonly yawRateVariance?: number;
}

/** Variances outside this range are a convention ("unknown", "unused"), not a statement. */
const LEAST_VARIANCE = 1e-12;
const MOST_VARIANCE = 1e3;

/** @returns `undefined` when a number that is to be used is not finite */
export function imuEvent(
  frame: Frame<ImuMeasurement>,
  mount: Transform,
  use: readonly ImuField[],
): ImuEvent | undefined {
  const { angularVelocity, linearAcceleration, orientation, orientationCovariance } = frame.measurement;
  const gyro = use.includes('angularVelocity') && angularVelocity ? rotate(mount.rotation, angularVelocity) : undefined;
  let accel =
    use.includes('linearAcceleration') && linearAcceleration ? rotate(mount.rotation, linearAcceleration) : undefined;
  // The sensor off the centre feels the rotation: ω × (ω × r). The term with the angular acceleration is left out.
  if (accel && gyro) accel = subtract(accel, cross(gyro, cross(gyro, mount.translation)));
  if (![gyro, accel].every((value) => value === undefined || value.every(Number.isFinite))) return undefined;
  const head = { kind: 'imu', stamp: frame.stamp, input: frame.input, gyro, accel } as const;
  if (!use.includes('orientation') || orientation === undefined) return head;
  const unit = normalize(orientation);
  if (unit === undefined) return undefined;
  return {
    ...head,
    orientation: compose(unit, inverse(mount.rotation)),
    orientationVariance: orientationCovariance && [
      orientationCovariance[0],
      orientationCovariance[4],
      orientationCovariance[8],
    ],
  };
}

/** @returns `undefined` when the message has no twist, or a number that is to be used is not finite */
export function odometryEvent(
  frame: Frame<OdometryMeasurement>,
  mount: Transform,
  use: readonly OdometryField[],
): OdometryEvent | undefined {
  const { twist } = frame.measurement;
  if (twist === undefined) return undefined;
  const angular = rotate(mount.rotation, twist.angular);
  const linear = subtract(rotate(mount.rotation, twist.linear), cross(angular, mount.translation));
  const variance = (index: number): number | undefined => {
    const value = twist.covariance?.[index * 7];
    return value !== undefined && value > LEAST_VARIANCE && value < MOST_VARIANCE ? value : undefined;
  };
  const fields = ['vx', 'vy', 'vz'] as const;
  const velocity = fields.map((field, axis) => (use.includes(field) ? linear[axis] : undefined));
  const yawRate = use.includes('yawRate') ? angular[2] : undefined;
  if (![...velocity, yawRate].every((value) => value === undefined || Number.isFinite(value))) return undefined;
  return {
    kind: 'odometry',
    stamp: frame.stamp,
    input: frame.input,
    velocity,
    velocityVariance: [variance(0), variance(1), variance(2)],
    yawRate,
    yawRateVariance: variance(5),
  };
}
