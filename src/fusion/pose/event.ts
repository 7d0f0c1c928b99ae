import type {
  FixMeasurement,
  Frame,
  ImuMeasurement,
  InputNumber,
  OdometryMeasurement,
  PoseMeasurement,
  Quaternion,
  RangeMeasurement,
  Stamp,
  TwistMeasurement,
  Vector3,
} from '../../frame/index.ts';
import {
  compose,
  composeTransforms,
  cross,
  inverse,
  invertTransform,
  norm,
  normalize,
  rotate,
  subtract,
  toEarthFixed,
  toPlane,
  type TangentPlane,
  type Transform,
} from '../../geometry/index.ts';
import type { ImuField, OdometryField } from '../config.ts';
import type { PositionField } from '../places.ts';

/** A measurement reduced to what the filter fuses, in base axes; places and velocities of others in the map's. */
export type PoseEvent = ImuEvent | OdometryEvent | StepEvent | FixEvent | TwistEvent | RangeEvent | PositionEvent;

interface EventHead {
  readonly stamp: Stamp;
  readonly input: InputNumber;
  /** What it comes from: the kind; of ranges, with the anchor. No two at one time are from the same. */
  readonly source: string;
  /** A majority has found another source to be wrong: where the state refuses it, the state is. */
  readonly isRight?: boolean;
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

/** How odometry that tells no velocity has moved since its pose before, in the axes of the base then. */
export interface StepEvent extends EventHead {
  readonly kind: 'step';
  readonly translation: Vector3;
  readonly rotation: Quaternion;
}

/** A place: east, north, up in the map; the last only where it is to be used. The antenna stands at `lever` in the base. */
export interface FixEvent extends EventHead {
  readonly kind: 'fix';
  readonly place: Vector3;
  readonly axes: 2 | 3;
  /** m², as stated; `undefined`: not stated. */
  readonly variance: Vector3 | undefined;
  readonly lever: Vector3;
}

/** Velocity over the ground in the map's axes, as receivers tell it; east and north. */
export interface TwistEvent extends EventHead {
  readonly kind: 'twist';
  readonly velocity: readonly [number, number];
  readonly variance: number;
}

/** Distance from `lever` in the base to an anchor. */
export interface RangeEvent extends EventHead {
  readonly kind: 'range';
  readonly anchor: string;
  readonly at: Vector3;
  readonly distance: number;
  readonly variance: number;
  readonly lever: Vector3;
}

/** Pose of the base in the map, or as much of it as is to be used. */
export interface PositionEvent extends EventHead {
  readonly kind: 'position';
  readonly position?: Vector3;
  readonly positionVariance: Vector3;
  readonly orientation?: Quaternion;
  readonly orientationVariance: Vector3;
}

/** Variances outside this range are a convention ("unknown", "unused"), not a statement. */
const LEAST_VARIANCE = 1e-12;
const MOST_VARIANCE = 1e3;
const RANGE = 'range ';

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
  const head = { kind: 'imu', source: 'imu', stamp: frame.stamp, input: frame.input, gyro, accel } as const;
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
    source: 'odometry',
    stamp: frame.stamp,
    input: frame.input,
    velocity,
    velocityVariance: [variance(0), variance(1), variance(2)],
    yawRate,
    yawRateVariance: variance(5),
  };
}

/**
 * How the base has moved between two poses of odometry.
 * @returns `undefined` when one of them has no pose, or a number is not finite
 */
export function stepEvent(
  before: Frame<OdometryMeasurement>,
  frame: Frame<OdometryMeasurement>,
  mount: Transform,
): StepEvent | undefined {
  const [from, to] = [before.measurement.pose, frame.measurement.pose];
  if (from === undefined || to === undefined) return undefined;
  const baseAt = ({ position, orientation }: typeof from): Transform =>
    composeTransforms({ translation: position, rotation: orientation }, invertTransform(mount));
  const { translation, rotation } = composeTransforms(invertTransform(baseAt(from)), baseAt(to));
  const turn = normalize(rotation);
  if (turn === undefined || !translation.every(Number.isFinite)) return undefined;
  return { kind: 'step', source: 'odometry', stamp: frame.stamp, input: frame.input, translation, rotation: turn };
}

/**
 * @param stamp when it is true, as far as its latency is known
 * @param plane the map's: tangent to the Earth at its origin
 */
export function fixEvent(
  frame: Frame<FixMeasurement>,
  stamp: Stamp,
  plane: TangentPlane,
  mount: Transform,
  useAltitude: boolean,
): FixEvent | undefined {
  const { latitude, longitude, altitude, quality, covariance } = frame.measurement;
  if (quality === 'none' || !Number.isFinite(latitude) || !Number.isFinite(longitude)) return undefined;
  const place = toPlane(plane, toEarthFixed(latitude, longitude, altitude ?? 0));
  const stated = covariance && ([covariance[0], covariance[4], covariance[8]] as const);
  return {
    kind: 'fix',
    source: 'fix',
    stamp,
    input: frame.input,
    place,
    axes: useAltitude && altitude !== undefined && Number.isFinite(altitude) ? 3 : 2,
    variance: stated?.every((value) => value > LEAST_VARIANCE && value < MOST_VARIANCE) ? stated : undefined,
    lever: mount.translation,
  };
}

/** See {@link TwistEvent}; `deviation` (m/s) where the message states none. */
export function twistEvent(frame: Frame<TwistMeasurement>, stamp: Stamp, deviation: number): TwistEvent | undefined {
  const { linear, covariance } = frame.measurement.twist;
  if (!Number.isFinite(linear[0]) || !Number.isFinite(linear[1])) return undefined;
  const stated = covariance?.[0];
  const variance =
    stated !== undefined && stated > LEAST_VARIANCE && stated < MOST_VARIANCE ? stated : deviation * deviation;
  return {
    kind: 'twist',
    source: 'twist',
    stamp,
    input: frame.input,
    velocity: [linear[0], linear[1]],
    variance,
  };
}

/** Each anchor is a source of its own. */
export function rangeSource(anchor: string): string {
  return `${RANGE}${anchor}`;
}

export function isRangeSource(source: string): boolean {
  return source.startsWith(RANGE);
}

/** See {@link RangeEvent}. @returns `undefined` for no distance, one outside its limits, or an anchor that nobody placed */
export function rangeEvent(
  frame: Frame<RangeMeasurement>,
  anchors: ReadonlyMap<string, Vector3>,
  mount: Transform,
  deviation: number,
): RangeEvent | undefined {
  const { anchor = '', distance, rangeMin, rangeMax, variance } = frame.measurement;
  const at = anchors.get(anchor);
  if (at === undefined || distance === undefined || !(distance >= rangeMin && distance <= rangeMax)) return undefined;
  return {
    kind: 'range',
    source: rangeSource(anchor),
    stamp: frame.stamp,
    input: frame.input,
    anchor,
    at,
    distance,
    variance: Math.max(deviation ** 2, variance ?? 0),
    lever: mount.translation,
  };
}

/** See {@link PositionEvent}; deviations (m, rad) are the least, and what counts where the message states none. */
export function positionEvent(
  frame: Frame<PoseMeasurement>,
  mount: Transform,
  use: readonly PositionField[],
  least: { readonly position: number; readonly orientation: number },
): PositionEvent | undefined {
  const { pose } = frame.measurement;
  const unit = normalize(pose.orientation);
  if (unit === undefined || !pose.position.every(Number.isFinite)) return undefined;
  const orientation = compose(unit, inverse(mount.rotation));
  // Without the orientation of the one who speaks, where it sits on the base would say nothing: it sits at its middle.
  const offset =
    norm(mount.translation) === 0 ? pose.position : subtract(pose.position, rotate(orientation, mount.translation));
  const at = (index: number, deviation: number): number => Math.max(deviation ** 2, pose.covariance?.[index * 7] ?? 0);
  return {
    kind: 'position',
    source: 'position',
    stamp: frame.stamp,
    input: frame.input,
    position: use.includes('position') ? offset : undefined,
    positionVariance: [at(0, least.position), at(1, least.position), at(2, least.position)],
    orientation: use.includes('orientation') ? orientation : undefined,
    orientationVariance: [at(3, least.orientation), at(4, least.orientation), at(5, least.orientation)],
  };
}
