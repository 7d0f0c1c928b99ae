import type { Measurement } from '../frame/index.ts';

/**
 * True when every number of a measurement is one that a stage may compute with. NaN and infinities may stand only where
 * they have a meaning: a range without a return, a position of a receiver without a fix, a covariance that is unknown.
 */
export function isFiniteMeasurement(measurement: Measurement): boolean {
  switch (measurement.kind) {
    case 'imu': {
      const { angularVelocity, linearAcceleration, orientation, orientationCovariance } = measurement;
      return (
        finite(angularVelocity) && finite(linearAcceleration) && finite(orientation) && finite(orientationCovariance)
      );
    }
    case 'magneticField':
      return finite(measurement.field);
    case 'odometry':
      return isFinitePose(measurement.pose) && isFiniteTwist(measurement.twist);
    case 'pose':
      return isFinitePose(measurement.pose);
    case 'twist':
      return isFiniteTwist(measurement.twist);
    case 'scan': {
      const { angleMin, angleMax, angleIncrement, timeIncrement, scanTime } = measurement;
      return finite([angleMin, angleMax, angleIncrement, timeIncrement, scanTime]);
    }
    case 'fix': {
      const { latitude, longitude, quality } = measurement;
      return quality === 'none' || finite([latitude, longitude]);
    }
    case 'range':
      return measurement.distance === undefined || Number.isFinite(measurement.distance);
    case 'scalar':
      return Number.isFinite(measurement.value);
    case 'depth':
      return Number.isFinite(measurement.scale);
    case 'scene':
      return measurement.objects.every(({ position, orientation }) => finite(position) && finite(orientation));
    case 'audio':
    case 'cloud':
    case 'image':
    case 'text':
      return true;
  }
}

function isFinitePose(pose: Extract<Measurement, { kind: 'odometry' }>['pose']): boolean {
  return pose === undefined || (finite(pose.position) && finite(pose.orientation));
}

function isFiniteTwist(twist: Extract<Measurement, { kind: 'odometry' }>['twist']): boolean {
  return twist === undefined || (finite(twist.linear) && finite(twist.angular));
}

function finite(values: ArrayLike<number> | undefined): boolean {
  for (let i = 0; values !== undefined && i < values.length; i += 1) if (!Number.isFinite(values[i])) return false;
  return true;
}
