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

/** A pinhole camera without distortion, pixels: u = fx x/z + cx, v = fy y/z + cy in its `_optical` frame. */
export interface Intrinsics {
  readonly fx: number;
  readonly fy: number;
  readonly cx: number;
  readonly cy: number;
}

/** Picture, raw or compressed. */
export interface ImageMeasurement {
  readonly kind: 'image';
  readonly intrinsics?: Intrinsics;
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

/** Depth picture: distance along the optical axis, row by row. */
export interface DepthMeasurement {
  readonly kind: 'depth';
  readonly width: number;
  readonly height: number;
  /** m for each count of {@link data}. */
  readonly scale: number;
  /** Counts; 0 where nothing was measured. */
  readonly data: Uint16Array;
  readonly intrinsics?: Intrinsics;
}

/** Block of sound. Its frame's stamp is the time of the first sample. */
export interface AudioMeasurement {
  readonly kind: 'audio';
  /** Samples a second of each channel. */
  readonly sampleRate: number;
  readonly channels: number;
  /** Interleaved: all channels of the first sample, then of the next. Full scale is ±32768. */
  readonly data: Int16Array;
  /** Samples (of each channel) known to be lost since the block before; they are not filled in. */
  readonly missing: number;
}

/** Distance to something in one direction (ultrasound, infrared) or to an anchor (ultra-wide band). */
export interface RangeMeasurement {
  readonly kind: 'range';
  /** m; `undefined`: nothing within the limits. */
  readonly distance?: number;
  /** m. */
  readonly rangeMin: number;
  readonly rangeMax: number;
  /** rad, full width of the cone that is looked into; 0 for an anchor. */
  readonly fieldOfView: number;
  /** Name of the anchor that the distance is to. */
  readonly anchor?: string;
  /** m². */
  readonly variance?: number;
}

/** One number: temperature in K, pressure in Pa, humidity 0..1, illuminance in lx. */
export interface ScalarMeasurement {
  readonly kind: 'scalar';
  readonly quantity: 'temperature' | 'pressure' | 'humidity' | 'illuminance';
  readonly value: number;
  /** In the square of the unit. */
  readonly variance?: number;
}

/** Words: said, typed or read. They are content and never commands. */
export interface TextMeasurement {
  readonly kind: 'text';
  readonly text: string;
  /** BCP 47, for instance `en`. */
  readonly language?: string;
  /** Who said it, where that is known. */
  readonly speaker?: string;
  /** s from the frame's stamp (the beginning) to the end; 0 for what was not spoken. */
  readonly duration: number;
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

/** Something in the scene, with the box around it and what it shows of itself. */
export interface SceneObject {
  /** The same object has the same number throughout. */
  readonly id: number;
  /** Class: `person`, `mug`, … */
  readonly label: string;
  /** Colour by name, where it has one; of a person, that of the shirt. */
  readonly colour?: string;
  /** Centre of the box in the frame's `frameId`, m, and how the box is turned. */
  readonly position: Vector3;
  readonly orientation: Quaternion;
  /** Length, width and height of the box, m. */
  readonly size: Vector3;
  /** What the picture of each camera stream that sees it shows of it. */
  readonly boxes: Readonly<Record<string, SceneBox>>;
  /** What it does: `walking`, `waving`, `speaking`, … */
  readonly doing: readonly string[];
  /** What of it no training data hold: `person`, `instance`, `combination` (of class and colour), `class`. Unset: all is known. */
  readonly unseen?: readonly string[];
}

/** What a picture shows of something. */
export interface SceneBox {
  /** Left, top, right, bottom, pixels. */
  readonly box: readonly [number, number, number, number];
  /** Share of it, as far as it is within the picture, that nothing hides. */
  readonly visible: number;
  /** Pixels that show it. Unset: nobody counted. */
  readonly pixels?: number;
}

/** Something that sounds. */
export interface SceneSound {
  /** What it is: `voice`, `music`, `footsteps`, … */
  readonly sound: string;
  /** Where, in the frame's `frameId`, m. */
  readonly position: Vector3;
  /** Largest pressure of its direct sound at the microphones, as a share of their full scale. */
  readonly loudness: number;
  /** Of a voice: who of all the voices there are, and what is said. */
  readonly who?: number;
  readonly text?: string;
}

/** What is around the robot, and what happens: the truth of a simulation, or labels made by people. */
export interface SceneMeasurement {
  readonly kind: 'scene';
  readonly room?: string;
  /** What of the place no training data hold: `room`. Unset: all is known. */
  readonly unseen?: readonly string[];
  readonly objects: readonly SceneObject[];
  /** What is happening: `door`, `collision`, `dropped object`, `approach`, …, by the objects that take part. */
  readonly events: readonly { readonly event: string; readonly objects: readonly number[] }[];
  /** What sounds. Unset: nobody listened. */
  readonly sounds?: readonly SceneSound[];
}

/** Everything that a sensor can say. */
export type Measurement =
  | ImuMeasurement
  | MagneticFieldMeasurement
  | OdometryMeasurement
  | ScanMeasurement
  | CloudMeasurement
  | ImageMeasurement
  | DepthMeasurement
  | AudioMeasurement
  | RangeMeasurement
  | ScalarMeasurement
  | TextMeasurement
  | SceneMeasurement
  | FixMeasurement
  | PoseMeasurement
  | TwistMeasurement;

/** The discriminator of {@link Measurement}. */
export type MeasurementKind = Measurement['kind'];

/** Kinds of a few numbers or words, which fit into a line of text. */
export const SMALL_KINDS = [
  'imu',
  'magneticField',
  'odometry',
  'scan',
  'range',
  'scalar',
  'text',
  'fix',
  'pose',
  'twist',
] as const satisfies readonly MeasurementKind[];

/** Kinds of which one measurement may be megabytes: other machines get no more of them than they ask for. */
export const LARGE_KINDS = ['image', 'depth', 'cloud'] as const satisfies readonly MeasurementKind[];

/** Kinds that are sent to other machines: all but scenes, which are truth to compare with. */
export const SENT_KINDS = [...SMALL_KINDS, 'audio', ...LARGE_KINDS] as const satisfies readonly MeasurementKind[];

/** Whether measurements of a kind may be megabytes. */
export function isLargeKind(kind: MeasurementKind): kind is (typeof LARGE_KINDS)[number] {
  return (LARGE_KINDS as readonly string[]).includes(kind);
}

/** Name of a coordinate frame (REP-105: `map`, `odom`, `base_link`; sensors have their own). */
export type FrameId = string;

/** s; 0 for a cloud whose points have no time of their own (a float32 field `time`, s since the stamp). */
function timeOfLastPoint({ fields, data, width, height, pointStride, rowStride, bigEndian }: CloudMeasurement): number {
  const field = fields.find(({ name, type }) => name === 'time' && type === 'float32');
  const at = (height - 1) * rowStride + (width - 1) * pointStride + (field?.offset ?? 0);
  if (field === undefined || width * height === 0 || at + 4 > data.byteLength) return 0;
  const time = new DataView(data.buffer, data.byteOffset, data.byteLength).getFloat32(at, !bigEndian);
  return time > 0 && time < 10 ? time : 0;
}

/**
 * Time from a frame's stamp to the last of what its measurement holds, s: nothing can arrive before that.
 * A scan takes until its last ray, sound until its last sample; what is measured at one moment takes none.
 */
export function extentOf(measurement: Measurement): number {
  switch (measurement.kind) {
    case 'scan':
      return measurement.timeIncrement * Math.max(0, measurement.ranges.length - 1);
    case 'cloud':
      return timeOfLastPoint(measurement);
    case 'audio':
      return measurement.data.length / measurement.channels / measurement.sampleRate;
    case 'text':
      return measurement.duration;
    default:
      return 0;
  }
}

/** Bytes of all arrays of a measurement: its payload, and its covariances. */
export function bytesOf(measurement: Measurement): number {
  let bytes = 0;
  for (const key in measurement) {
    const value: unknown = measurement[key as keyof Measurement];
    if (ArrayBuffer.isView(value)) bytes += value.byteLength;
  }
  return bytes;
}
