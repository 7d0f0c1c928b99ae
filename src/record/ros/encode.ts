import type {
  Arrival,
  Measurement,
  MeasurementKind,
  PoseEstimate3,
  Quaternion,
  TwistEstimate3,
  Vector3,
} from '../../frame/index.ts';
import { POINT_TYPES } from './decode.ts';
import { definitionsOf, definitionText } from './definitions.ts';
import { serializer } from './serialize.ts';
import type { RosHeader } from './types.ts';

/** ROS 2 type that a kind of measurement is written as. Compressed and raw pictures have different ones. */
export function typeOf(measurement: Measurement): string {
  if (measurement.kind === 'image' && measurement.rowStride === undefined) return 'sensor_msgs/CompressedImage';
  if (measurement.kind === 'range' && measurement.anchor !== undefined) return 'sensorium_msgs/AnchorRange';
  return TYPES[measurement.kind];
}

const TYPES: Readonly<Record<MeasurementKind, string>> = {
  imu: 'sensor_msgs/Imu',
  magneticField: 'sensor_msgs/MagneticField',
  odometry: 'nav_msgs/Odometry',
  scan: 'sensor_msgs/LaserScan',
  cloud: 'sensor_msgs/PointCloud2',
  image: 'sensor_msgs/Image',
  depth: 'sensor_msgs/Image',
  audio: 'foxglove_msgs/RawAudio',
  range: 'sensor_msgs/Range',
  scalar: 'sensorium_msgs/Scalar',
  text: 'sensorium_msgs/Text',
  scene: 'sensorium_msgs/Scene',
  fix: 'sensor_msgs/NavSatFix',
  pose: 'geometry_msgs/PoseWithCovarianceStamped',
  twist: 'geometry_msgs/TwistWithCovarianceStamped',
};

/**
 * What a measurement says that its type has no field for, and that stays the same from frame to frame: it stands in the
 * metadata of the channel, as JSON. `undefined` where the type says all.
 */
export function constantsOf(measurement: Measurement): string | undefined {
  const { kind } = measurement;
  if (kind === 'depth') return JSON.stringify({ depthScale: measurement.scale, intrinsics: measurement.intrinsics });
  if (kind === 'image' && measurement.intrinsics !== undefined) {
    return JSON.stringify({ intrinsics: measurement.intrinsics });
  }
  return undefined;
}

const vector = ([x, y, z]: Vector3 = [0, 0, 0]) => ({ x, y, z });
const quaternion = ([w, x, y, z]: Quaternion = [0, 0, 0, 0]) => ({ x, y, z, w });
const ABSENT = Float64Array.from([-1, 0, 0, 0, 0, 0, 0, 0, 0]);
const matrix = (values: Float64Array | undefined, size: 9 | 36) => values ?? new Float64Array(size);
/** In sensor_msgs/Imu: -1 first where the field is absent, zeros where only its covariance is not known. */
const imuMatrix = (value: unknown, covariance: Float64Array | undefined) =>
  value === undefined ? ABSENT : matrix(covariance, 9);

const pose = (value: PoseEstimate3 | undefined) => ({
  pose: { position: vector(value?.position), orientation: quaternion(value?.orientation) },
  covariance: matrix(value?.covariance, 36),
});
const twist = (value: TwistEstimate3 | undefined) => ({
  twist: { linear: vector(value?.linear), angular: vector(value?.angular) },
  covariance: matrix(value?.covariance, 36),
});

/** The ROS 2 message of an arrival. */
export function messageOfArrival({ measurement: m, frameId }: Arrival, stamp: RosHeader['stamp']): object {
  const header = { stamp, frame_id: frameId };
  switch (m.kind) {
    case 'imu':
      return {
        header,
        orientation: quaternion(m.orientation),
        orientation_covariance: imuMatrix(m.orientation, m.orientationCovariance),
        angular_velocity: vector(m.angularVelocity),
        angular_velocity_covariance: imuMatrix(m.angularVelocity, m.angularVelocityCovariance),
        linear_acceleration: vector(m.linearAcceleration),
        linear_acceleration_covariance: imuMatrix(m.linearAcceleration, m.linearAccelerationCovariance),
      };
    case 'magneticField':
      return { header, magnetic_field: vector(m.field), magnetic_field_covariance: matrix(m.covariance, 9) };
    case 'odometry':
      return { header, child_frame_id: m.childFrameId, pose: pose(m.pose), twist: twist(m.twist) };
    case 'scan':
      return {
        header,
        angle_min: m.angleMin,
        angle_max: m.angleMax,
        angle_increment: m.angleIncrement,
        time_increment: m.timeIncrement,
        scan_time: m.scanTime,
        range_min: m.rangeMin,
        range_max: m.rangeMax,
        ranges: m.ranges,
        intensities: m.intensities ?? new Float32Array(0),
      };
    case 'cloud':
      return {
        header,
        height: m.height,
        width: m.width,
        fields: m.fields.map(({ name, offset, type, count }) => ({
          name,
          offset,
          datatype: POINT_TYPES.indexOf(type) + 1,
          count,
        })),
        is_bigendian: m.bigEndian,
        point_step: m.pointStride,
        row_step: m.rowStride,
        data: m.data,
        is_dense: m.dense,
      };
    case 'image':
      if (m.rowStride === undefined) return { header, format: m.encoding, data: m.data };
      return {
        header,
        height: m.height,
        width: m.width,
        encoding: m.encoding,
        is_bigendian: m.bigEndian === true ? 1 : 0,
        step: m.rowStride,
        data: m.data,
      };
    case 'depth':
      return {
        header,
        height: m.height,
        width: m.width,
        encoding: '16UC1',
        is_bigendian: 0,
        step: 2 * m.width,
        data: bytesOf(m.data),
      };
    case 'audio':
      return {
        timestamp: stamp,
        data: bytesOf(m.data),
        format: 'pcm-s16',
        sample_rate: m.sampleRate,
        number_of_channels: m.channels,
        missing: m.missing,
        frame_id: frameId,
      };
    case 'range':
      return m.anchor === undefined
        ? {
            header,
            radiation_type: 0,
            field_of_view: m.fieldOfView,
            min_range: m.rangeMin,
            max_range: m.rangeMax,
            range: m.distance ?? Infinity,
            variance: m.variance ?? 0,
          }
        : {
            header,
            anchor: m.anchor,
            range: m.distance ?? NaN,
            min_range: m.rangeMin,
            max_range: m.rangeMax,
            variance: m.variance ?? NaN,
          };
    case 'scalar':
      return { header, quantity: m.quantity, value: m.value, variance: m.variance ?? NaN };
    case 'text':
    case 'scene':
      return { header, json: JSON.stringify({ ...m, kind: undefined }) };
    case 'fix':
      return {
        header,
        status: { status: ['none', 'fix', 'sbas', 'gbas'].indexOf(m.quality) - 1, service: m.service },
        latitude: m.latitude,
        longitude: m.longitude,
        altitude: m.altitude ?? NaN,
        position_covariance: matrix(m.covariance, 9),
        position_covariance_type: m.covariance === undefined ? 0 : 3,
      };
    case 'pose':
      return { header, pose: pose(m.pose) };
    case 'twist':
      return { header, twist: twist(m.twist) };
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Int16Array | Uint16Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** How a type is written: its definition as other tools need it, and the bytes. */
export interface RosWriter {
  readonly definition: string;
  /** The bytes of a message; they hold until the next one of this type is written. */
  readonly write: (message: object) => Uint8Array;
}

/** Writer of a ROS 2 type (CDR). */
export function rosWriter(type: string, isReused = false): RosWriter {
  const definitions = definitionsOf(type, 'ros2');
  return { definition: definitionText(definitions, 'ros2'), write: serializer(definitions, 'cdr', isReused) };
}
