import type {
  FixMeasurement,
  ImuMeasurement,
  Measurement,
  PoseEstimate3,
  TwistEstimate3,
  Vector3,
} from '../frame/index.ts';
import { slerp } from '../geometry/index.ts';

/**
 * The measurement a fraction of the way from one to another of the same kind: vectors along the straight line, orientations
 * along the great arc (K. Shoemake, "Animating rotation with quaternion curves", 1985). A field that either lacks is
 * `undefined`. Covariances are those of the nearer one: between two readings nothing is known better.
 *
 * @param fraction 0 gives `before`, 1 gives `after`
 * @returns `undefined` where there is nothing between the two: scans, clouds, pictures, different kinds, a receiver without fix
 */
export function interpolate(before: Measurement, after: Measurement, fraction: number): Measurement | undefined {
  if (before.kind === 'imu' && after.kind === 'imu') return betweenImu(before, after, fraction);
  if (before.kind === 'magneticField' && after.kind === 'magneticField') {
    const { covariance } = nearer(before, after, fraction);
    return { kind: 'magneticField', field: line(before.field, after.field, fraction), covariance };
  }
  if (before.kind === 'odometry' && after.kind === 'odometry') {
    return {
      kind: 'odometry',
      childFrameId: before.childFrameId,
      pose: betweenPoses(before.pose, after.pose, fraction),
      twist: betweenTwists(before.twist, after.twist, fraction),
    };
  }
  if (before.kind === 'pose' && after.kind === 'pose') {
    const pose = betweenPoses(before.pose, after.pose, fraction);
    return pose && { kind: 'pose', pose };
  }
  if (before.kind === 'twist' && after.kind === 'twist') {
    const twist = betweenTwists(before.twist, after.twist, fraction);
    return twist && { kind: 'twist', twist };
  }
  if (before.kind === 'fix' && after.kind === 'fix') return betweenFixes(before, after, fraction);
  return undefined;
}

function betweenImu(before: ImuMeasurement, after: ImuMeasurement, fraction: number): ImuMeasurement {
  const near = nearer(before, after, fraction);
  return {
    kind: 'imu',
    angularVelocity: both(before.angularVelocity, after.angularVelocity, fraction, line),
    angularVelocityCovariance: near.angularVelocityCovariance,
    linearAcceleration: both(before.linearAcceleration, after.linearAcceleration, fraction, line),
    linearAccelerationCovariance: near.linearAccelerationCovariance,
    orientation: both(before.orientation, after.orientation, fraction, slerp),
    orientationCovariance: near.orientationCovariance,
  };
}

function betweenPoses(
  before: PoseEstimate3 | undefined,
  after: PoseEstimate3 | undefined,
  fraction: number,
): PoseEstimate3 | undefined {
  if (before === undefined || after === undefined) return undefined;
  return {
    position: line(before.position, after.position, fraction),
    orientation: slerp(before.orientation, after.orientation, fraction),
    covariance: nearer(before, after, fraction).covariance,
  };
}

function betweenTwists(
  before: TwistEstimate3 | undefined,
  after: TwistEstimate3 | undefined,
  fraction: number,
): TwistEstimate3 | undefined {
  if (before === undefined || after === undefined) return undefined;
  return {
    linear: line(before.linear, after.linear, fraction),
    angular: line(before.angular, after.angular, fraction),
    covariance: nearer(before, after, fraction).covariance,
  };
}

function betweenFixes(before: FixMeasurement, after: FixMeasurement, fraction: number): FixMeasurement | undefined {
  if (before.quality === 'none' || after.quality === 'none') return undefined;
  const near = nearer(before, after, fraction);
  const altitude = (a: number, b: number): number => a + fraction * (b - a);
  // The short way round, across the date line too.
  const turn = ((after.longitude - before.longitude + 540) % 360) - 180;
  const longitude = before.longitude + fraction * turn;
  return {
    ...near,
    latitude: before.latitude + fraction * (after.latitude - before.latitude),
    longitude: ((longitude + 540) % 360) - 180,
    altitude: both(before.altitude, after.altitude, fraction, altitude),
  };
}

function nearer<T>(before: T, after: T, fraction: number): T {
  return fraction < 0.5 ? before : after;
}

function both<T>(
  before: T | undefined,
  after: T | undefined,
  fraction: number,
  blend: (a: T, b: T, fraction: number) => T,
): T | undefined {
  return before === undefined || after === undefined ? undefined : blend(before, after, fraction);
}

function line(a: Vector3, b: Vector3, fraction: number): Vector3 {
  return [a[0] + fraction * (b[0] - a[0]), a[1] + fraction * (b[1] - a[1]), a[2] + fraction * (b[2] - a[2])];
}
