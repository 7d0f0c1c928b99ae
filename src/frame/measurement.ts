/**
 * What sensors say: measurements free of any notion of when, from whom or through which queue.
 *
 * SI units and radians, REP-103 axes (x forward, y left, z up; a coordinate frame named `*_optical` has z forward,
 * x right, y down), quaternions `[w, x, y, z]`, covariances row-major with their order stated. Unknown is `undefined`,
 * never zeros. Measurements are immutable once admitted; their arrays must not be written again by the driver.
 */

/** x, y, z. */
export type Vector3 = readonly [x: number, y: number, z: number];
/** w, x, y, z; unit length. */
export type Quaternion = readonly [w: number, x: number, y: number, z: number];
/** Row-major 3x3. */
export type Covariance3 = Float64Array;
/** Row-major 6x6 in the order x, y, z, rotation about x, rotation about y, rotation about z (fixed axes). */
export type Covariance6 = Float64Array;

/** Inertial measurement, in the coordinate frame of the sensor. A field that the sensor lacks is `undefined`. */
export interface ImuMeasurement {
  readonly kind: 'imu';
  /** Angular velocity, rad/s. */
  readonly angularVelocity?: Vector3;
  readonly angularVelocityCovariance?: Covariance3;
  /** Specific force, m/s²: at rest it points up with the length of gravity. */
  readonly linearAcceleration?: Vector3;
  readonly linearAccelerationCovariance?: Covariance3;
  /** Orientation that the sensor computed itself: takes sensor axes to a world with z up (REP-103: ENU). */
  readonly orientation?: Quaternion;
  /** Covariance of {@link orientation} about the x, y, z axes, rad². */
  readonly orientationCovariance?: Covariance3;
}

/** Magnetic field, tesla, in the coordinate frame of the sensor. */
export interface MagneticFieldMeasurement {
  readonly kind: 'magneticField';
  readonly field: Vector3;
  readonly covariance?: Covariance3;
}

/** Position and orientation of one coordinate frame in another. */
export interface PoseEstimate3 {
  /** m. */
  readonly position: Vector3;
  readonly orientation: Quaternion;
  readonly covariance?: Covariance6;
}

/** Linear velocity (m/s) and angular velocity (rad/s). */
export interface TwistEstimate3 {
  readonly linear: Vector3;
  readonly angular: Vector3;
  readonly covariance?: Covariance6;
}

/** Wheel or other odometry: pose of `childFrameId` in the frame's `frameId`, and twist expressed in `childFrameId`. */
export interface OdometryMeasurement {
  readonly kind: 'odometry';
  readonly childFrameId: FrameId;
  readonly pose?: PoseEstimate3;
  readonly twist?: TwistEstimate3;
}

/**
 * Planar laser scan in the x-y plane of the sensor. Ray `i` points at `angleMin + i * angleIncrement` and was measured
 * `i * timeIncrement` seconds after the frame's stamp. A range outside `rangeMin..rangeMax` (or not finite) is no return.
 * The scalar fields hold single-precision values, so that they survive a log unchanged.
 */
export interface ScanMeasurement {
  readonly kind: 'scan';
  /** rad. */
  readonly angleMin: number;
  readonly angleMax: number;
  /** rad per ray; negative for a scanner that turns clockwise. */
  readonly angleIncrement: number;
  /** s per ray. */
  readonly timeIncrement: number;
  /** s per revolution; 0 when unknown. */
  readonly scanTime: number;
  /** m. */
  readonly rangeMin: number;
  readonly rangeMax: number;
  /** m, one per ray. */
  readonly ranges: Float32Array;
  /** Unit of the device, one per ray. */
  readonly intensities?: Float32Array;
}

/** One field of a packed point. */
export interface PointField {
  readonly name: string;
  /** Bytes from the start of the point. */
  readonly offset: number;
  readonly type: 'int8' | 'uint8' | 'int16' | 'uint16' | 'int32' | 'uint32' | 'float32' | 'float64';
  /** Elements of this type. */
  readonly count: number;
}

/** Packed point cloud, `height` rows of `width` points (height 1 when unordered). */
export interface CloudMeasurement {
  readonly kind: 'cloud';
  readonly width: number;
  readonly height: number;
  readonly fields: readonly PointField[];
  /** Bytes from one point to the next, and from one row to the next. */
  readonly pointStride: number;
  readonly rowStride: number;
  readonly bigEndian: boolean;
  /** True when no point is invalid (NaN). */
  readonly dense: boolean;
  readonly data: Uint8Array;
}

/** Picture, raw or compressed. */
export interface ImageMeasurement {
  readonly kind: 'image';
  /** `jpeg`, `png`, … when compressed; `rgb8`, `bgr8`, `mono8`, `mono16`, `16UC1`, `32FC1`, … when raw. */
  readonly encoding: string;
  /** Pixels; `undefined` when compressed (the data tells). */
  readonly width?: number;
  readonly height?: number;
  /** Bytes from one row to the next; `undefined` when compressed. */
  readonly rowStride?: number;
  readonly bigEndian?: boolean;
  readonly data: Uint8Array;
}

/** Satellite fix. Degrees, as every receiver and every map gives them: the one exception to radians. */
export interface FixMeasurement {
  readonly kind: 'fix';
  /** WGS 84, degrees. */
  readonly latitude: number;
  readonly longitude: number;
  /** m above the ellipsoid. */
  readonly altitude?: number;
  readonly quality: 'none' | 'fix' | 'sbas' | 'gbas';
  /** Satellite systems used, as the bits of sensor_msgs/NavSatStatus: 1 GPS, 2 GLONASS, 4 BeiDou, 8 Galileo. */
  readonly service: number;
  /** Position covariance east, north, up, m². */
  readonly covariance?: Covariance3;
}

/** Pose of something (a localiser's answer, a reference) in the frame's `frameId`. */
export interface PoseMeasurement {
  readonly kind: 'pose';
  readonly pose: PoseEstimate3;
}

/** Twist of something, expressed in the frame's `frameId`. */
export interface TwistMeasurement {
  readonly kind: 'twist';
  readonly twist: TwistEstimate3;
}

/** Everything that a sensor can say. Later senses (depth, sound, range, text, …) join this union. */
export type Measurement =
  | ImuMeasurement
  | MagneticFieldMeasurement
  | OdometryMeasurement
  | ScanMeasurement
  | CloudMeasurement
  | ImageMeasurement
  | FixMeasurement
  | PoseMeasurement
  | TwistMeasurement;

/** The discriminator of {@link Measurement}. */
export type MeasurementKind = Measurement['kind'];

/** Name of a coordinate frame (REP-105: `map`, `odom`, `base_link`; sensors have their own). */
export type FrameId = string;

/**
 * Time from a frame's stamp to the last of what its measurement holds, s: nothing can arrive before that.
 * A scan takes until its last ray; what is measured at one moment takes none.
 */
export function extentOf(measurement: Measurement): number {
  return measurement.kind === 'scan' ? measurement.timeIncrement * Math.max(0, measurement.ranges.length - 1) : 0;
}
