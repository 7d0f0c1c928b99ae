import type {
  Covariance6,
  FixMeasurement,
  Intrinsics,
  Measurement,
  MeasurementKind,
  PointField,
  Quaternion,
  ScalarMeasurement,
  SceneMeasurement,
  TextMeasurement,
  Vector3,
} from '../../frame/index.ts';
import { cloudOf, compressedPictureOf, pictureOf } from './payload.ts';
import type { RosPose, RosQuaternion, RosTwist, RosVector3, Stamped } from './types.ts';

/** How messages of a ROS type become measurements. */
export interface Decoder {
  readonly kind: MeasurementKind;
  /** Localisers and the like answer a question that fusion asks: they are references unless the configuration says otherwise. */
  readonly role: 'sensor' | 'reference';
  readonly decode: (message: never) => Measurement;
}

interface Covariant<T> {
  readonly covariance: Float64Array;
  readonly pose: T;
  readonly twist: T;
}

export const vector = ({ x, y, z }: RosVector3): Vector3 => [x, y, z];
export const quaternion = ({ w, x, y, z }: RosQuaternion): Quaternion => [w, x, y, z];

/** ROS writes zeros for a covariance that is not known. */
export function covariance(values: ArrayLike<number> | undefined): Float64Array | undefined {
  if (values === undefined) return undefined;
  for (let i = 0; i < values.length; i += 1) {
    if (values[i] !== 0) return values instanceof Float64Array ? values : Float64Array.from(values);
  }
  return undefined;
}

/** In sensor_msgs/Imu a first element of -1 says that the field is absent. */
function present(values: ArrayLike<number>): boolean {
  return values[0] !== -1;
}

export const poseOf = (pose: RosPose, matrix?: ArrayLike<number>) => ({
  position: vector(pose.position),
  orientation: quaternion(pose.orientation),
  ...optional(covariance(matrix)),
});

const twistOf = (twist: RosTwist, matrix?: Float64Array) => ({
  linear: vector(twist.linear),
  angular: vector(twist.angular),
  ...optional(covariance(matrix)),
});

function optional(matrix: Covariance6 | undefined): { covariance?: Covariance6 } {
  return matrix === undefined ? {} : { covariance: matrix };
}

interface RosImu {
  readonly orientation: RosQuaternion;
  readonly orientation_covariance: Float64Array;
  readonly angular_velocity: RosVector3;
  readonly angular_velocity_covariance: Float64Array;
  readonly linear_acceleration: RosVector3;
  readonly linear_acceleration_covariance: Float64Array;
}

function imu(message: RosImu): Measurement {
  const field = <Name extends string, Value>(name: Name, value: Value, matrix: Float64Array) => {
    if (!present(matrix)) return {};
    const known = covariance(matrix);
    return { [name]: value, ...(known === undefined ? {} : { [`${name}Covariance`]: known }) };
  };
  // A quaternion of zeros is what drivers without orientation leave behind.
  const { orientation: q } = message;
  const oriented = q.w !== 0 || q.x !== 0 || q.y !== 0 || q.z !== 0;
  return {
    kind: 'imu',
    ...field('angularVelocity', vector(message.angular_velocity), message.angular_velocity_covariance),
    ...field('linearAcceleration', vector(message.linear_acceleration), message.linear_acceleration_covariance),
    ...(oriented ? field('orientation', quaternion(q), message.orientation_covariance) : {}),
  };
}

interface RosScan {
  readonly angle_min: number;
  readonly angle_max: number;
  readonly angle_increment: number;
  readonly time_increment: number;
  readonly scan_time: number;
  readonly range_min: number;
  readonly range_max: number;
  readonly ranges: Float32Array;
  readonly intensities: Float32Array;
}

function scan(message: RosScan): Measurement {
  return {
    kind: 'scan',
    angleMin: message.angle_min,
    angleMax: message.angle_max,
    angleIncrement: message.angle_increment,
    timeIncrement: message.time_increment,
    scanTime: message.scan_time,
    rangeMin: message.range_min,
    rangeMax: message.range_max,
    ranges: message.ranges,
    ...(message.intensities.length === 0 ? {} : { intensities: message.intensities }),
  };
}

/** sensor_msgs/PointField: 1 INT8, 2 UINT8, … 8 FLOAT64. */
export const POINT_TYPES: readonly PointField['type'][] = [
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'float32',
  'float64',
];

interface RosCloud {
  readonly width: number;
  readonly height: number;
  readonly fields: readonly {
    readonly name: string;
    readonly offset: number;
    readonly datatype: number;
    readonly count: number;
  }[];
  readonly is_bigendian: boolean;
  readonly point_step: number;
  readonly row_step: number;
  readonly data: Uint8Array;
  readonly is_dense: boolean;
}

function cloud(message: RosCloud): Measurement {
  return cloudOf({
    width: message.width,
    height: message.height,
    fields: message.fields.map(({ name, offset, datatype, count }) => {
      const type = POINT_TYPES[datatype - 1] as PointField['type'] | undefined;
      if (type === undefined) throw new Error(`a cloud whose field ${name} is of type ${datatype}`);
      return { name, offset, type, count };
    }),
    pointStride: message.point_step,
    rowStride: message.row_step,
    bigEndian: message.is_bigendian,
    dense: message.is_dense,
    data: message.data,
  });
}

interface RosImage {
  readonly width: number;
  readonly height: number;
  readonly encoding: string;
  readonly is_bigendian: number;
  readonly step: number;
  readonly data: Uint8Array;
}

const FIX_QUALITY = ['none', 'fix', 'sbas', 'gbas'] as const;

/** What ROS and Foxglove say of a fix in the same words. */
export interface FixPlace {
  readonly latitude: number;
  readonly longitude: number;
  readonly altitude: number;
  readonly position_covariance: ArrayLike<number>;
  readonly position_covariance_type: number;
}

interface RosFix extends FixPlace {
  readonly status: { readonly status: number; readonly service: number };
}

function fix(message: RosFix): Measurement {
  const { status, service } = message.status;
  return fixOf(message, FIX_QUALITY[status + 1] ?? 'none', service);
}

/** A fix. @param service what it was made with: bits of sensor_msgs/NavSatStatus, 0: not told */
export function fixOf(message: FixPlace, quality: FixMeasurement['quality'], service: number): Measurement {
  const matrix = message.position_covariance_type === 0 ? undefined : covariance(message.position_covariance);
  return {
    kind: 'fix',
    latitude: message.latitude,
    longitude: message.longitude,
    ...(Number.isNaN(message.altitude) ? {} : { altitude: message.altitude }),
    quality,
    service,
    ...(matrix?.length === 9 ? { covariance: matrix } : {}),
  };
}

/** What stands in the metadata of a channel; see constantsOf. */
export interface ChannelConstants {
  readonly depthScale?: number;
  readonly intrinsics?: Intrinsics;
}

interface RosRange {
  readonly field_of_view: number;
  readonly min_range: number;
  readonly max_range: number;
  readonly range: number;
  readonly variance?: number;
}

function range(message: RosRange): Measurement {
  return {
    kind: 'range',
    ...(Number.isFinite(message.range) ? { distance: message.range } : {}),
    rangeMin: message.min_range,
    rangeMax: message.max_range,
    fieldOfView: message.field_of_view,
    ...known('variance', message.variance === 0 ? NaN : message.variance),
  };
}

function scalar<M>(quantity: ScalarMeasurement['quantity'], value: (message: M) => number) {
  return sensor('scalar', (message: M & { readonly variance?: number }) => ({
    kind: 'scalar',
    quantity,
    value: value(message),
    ...known('variance', message.variance === 0 ? NaN : message.variance),
  }));
}

/** `{name: value}`, or nothing where the message says NaN: not known. */
function known<Name extends string>(name: Name, value: number | undefined): Partial<Record<Name, number>> {
  const found: Partial<Record<Name, number>> = {};
  if (value !== undefined && !Number.isNaN(value)) found[name] = value;
  return found;
}

/** K at 0 °C. */
const ZERO_CELSIUS = 273.15;

export function sensor<M>(kind: MeasurementKind, decode: (message: M) => Measurement): Decoder {
  return { kind, role: 'sensor', decode };
}

export function reference<M>(kind: MeasurementKind, decode: (message: M) => Measurement): Decoder {
  return { kind, role: 'reference', decode };
}

/** Decoders by plain type name; see https://docs.ros.org for the messages. */
export const ROS_DECODERS: Readonly<Record<string, Decoder>> = {
  'sensor_msgs/Imu': sensor('imu', imu),
  'sensor_msgs/LaserScan': sensor('scan', scan),
  'sensor_msgs/PointCloud2': sensor('cloud', cloud),
  'sensor_msgs/Image': sensor('image', (message: RosImage) =>
    pictureOf({ ...message, bigEndian: message.is_bigendian !== 0 }),
  ),
  'sensor_msgs/CompressedImage': sensor('image', ({ format, data }: { format: string; data: Uint8Array }) =>
    compressedPictureOf(format, data),
  ),
  'sensor_msgs/Range': sensor('range', range),
  'sensorium_msgs/AnchorRange': sensor('range', (message: Omit<RosRange, 'field_of_view'> & { anchor: string }) => ({
    kind: 'range',
    ...known('distance', message.range),
    rangeMin: message.min_range,
    rangeMax: message.max_range,
    fieldOfView: 0,
    anchor: message.anchor,
    ...known('variance', message.variance),
  })),
  'sensor_msgs/Temperature': scalar(
    'temperature',
    ({ temperature }: { temperature: number }) => temperature + ZERO_CELSIUS,
  ),
  'sensor_msgs/FluidPressure': scalar('pressure', (message: { fluid_pressure: number }) => message.fluid_pressure),
  'sensor_msgs/RelativeHumidity': scalar(
    'humidity',
    (message: { relative_humidity: number }) => message.relative_humidity,
  ),
  'sensor_msgs/Illuminance': scalar('illuminance', ({ illuminance }: { illuminance: number }) => illuminance),
  'sensorium_msgs/Scalar': sensor(
    'scalar',
    (message: { quantity: ScalarMeasurement['quantity']; value: number; variance: number }) => ({
      kind: 'scalar',
      quantity: message.quantity,
      value: message.value,
      ...known('variance', message.variance),
    }),
  ),
  'sensorium_msgs/Text': sensor('text', ({ json }: { json: string }) => ({
    kind: 'text',
    ...(JSON.parse(json) as Omit<TextMeasurement, 'kind'>),
  })),
  'sensorium_msgs/Scene': reference('scene', ({ json }: { json: string }) => ({
    kind: 'scene',
    ...(JSON.parse(json) as Omit<SceneMeasurement, 'kind'>),
  })),
  'sensor_msgs/NavSatFix': sensor('fix', fix),
  'sensor_msgs/MagneticField': sensor(
    'magneticField',
    (message: { magnetic_field: RosVector3; magnetic_field_covariance: Float64Array }) => {
      const matrix = covariance(message.magnetic_field_covariance);
      return {
        kind: 'magneticField',
        field: vector(message.magnetic_field),
        ...(matrix === undefined ? {} : { covariance: matrix }),
      };
    },
  ),
  'nav_msgs/Odometry': sensor(
    'odometry',
    (message: { child_frame_id: string; pose: Covariant<RosPose>; twist: Covariant<RosTwist> }) => ({
      kind: 'odometry',
      childFrameId: message.child_frame_id,
      pose: poseOf(message.pose.pose, message.pose.covariance),
      twist: twistOf(message.twist.twist, message.twist.covariance),
    }),
  ),
  'geometry_msgs/PoseStamped': reference('pose', (message: { pose: RosPose }) => ({
    kind: 'pose',
    pose: poseOf(message.pose),
  })),
  'geometry_msgs/PoseWithCovarianceStamped': reference('pose', (message: { pose: Covariant<RosPose> }) => ({
    kind: 'pose',
    pose: poseOf(message.pose.pose, message.pose.covariance),
  })),
  'geometry_msgs/TwistStamped': reference('twist', (message: { twist: RosTwist }) => ({
    kind: 'twist',
    twist: twistOf(message.twist),
  })),
  'geometry_msgs/TwistWithCovarianceStamped': reference('twist', (message: { twist: Covariant<RosTwist> }) => ({
    kind: 'twist',
    twist: twistOf(message.twist.twist, message.twist.covariance),
  })),
};

/** Decodes a message that its decoder is known to fit. */
export function decodeWith(decoder: Decoder, message: Stamped, constants: ChannelConstants = {}): Measurement {
  const measurement = decoder.decode(message as never);
  const { depthScale, intrinsics } = constants;
  const seen = intrinsics === undefined ? {} : { intrinsics };
  if (measurement.kind === 'image') return { ...measurement, ...seen };
  if (measurement.kind === 'depth') return { ...measurement, scale: depthScale ?? measurement.scale, ...seen };
  return measurement;
}
