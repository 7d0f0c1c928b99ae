import {
  SENT_KINDS,
  type Frame,
  type Intrinsics,
  type Measurement,
  type PointField,
  type PoseEstimate3,
  type TwistEstimate3,
} from '../../frame/index.ts';
import type { Content } from '../schema/measurement.ts';
import type { Unnumbered } from '../schema/messages.ts';
import { provenance, quaternion, vector, type Origin, type ToTime } from './common.ts';

/** A measurement that can be published. */
type Published = Extract<Measurement, { kind: (typeof SENT_KINDS)[number] }>;

/** A frame whose measurement can be published. */
export type PublishedFrame = Frame<Published>;

/** Whether measurements of a kind can be published. */
export function isPublishedKind(kind: Measurement['kind']): kind is Published['kind'] {
  return (SENT_KINDS as readonly string[]).includes(kind);
}

/** Whether a frame's measurement can be published. */
export function isPublished(frame: Frame): frame is PublishedFrame {
  return isPublishedKind(frame.measurement.kind);
}

export function measurementMessage(toTime: ToTime, frame: PublishedFrame, origin: Origin): Unnumbered<'Measurement'> {
  return {
    timestamp: toTime(frame.stamp),
    stream: frame.stream,
    kind: frame.measurement.kind,
    frame_id: frame.frameId,
    deviation: frame.deviation,
    ...contentOf(frame.measurement),
    provenance: provenance(origin),
  };
}

/**
 * What a measurement holds that is too much for JSON, little-endian: of a scan its ranges, then its intensities, float32; of sound
 * its samples, int16: memory of their own. Of a picture, a depth picture (uint16) and a cloud their data, where they lie: whoever
 * keeps them beyond the call copies them.
 */
export function attachmentOf(measurement: Published): Uint8Array | undefined {
  switch (measurement.kind) {
    case 'audio':
      return joined([measurement.data]);
    case 'scan': {
      const { ranges, intensities } = measurement;
      return joined(intensities === undefined ? [ranges] : [ranges, intensities]);
    }
    case 'image':
    case 'depth':
    case 'cloud': {
      const { buffer, byteOffset, byteLength } = measurement.data;
      return new Uint8Array(buffer, byteOffset, byteLength);
    }
    default:
      return undefined;
  }
}

/** Every architecture that Node runs on today is little-endian. */
function joined(arrays: readonly (Float32Array | Int16Array)[]): Uint8Array {
  return Buffer.concat(
    arrays.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)),
  );
}

function contentOf(measurement: Published): Content {
  switch (measurement.kind) {
    case 'imu': {
      const { angularVelocity, linearAcceleration, orientation } = measurement;
      return {
        imu: {
          ...(angularVelocity === undefined ? {} : { angular_velocity: vector(angularVelocity) }),
          ...listed('angular_velocity_covariance', measurement.angularVelocityCovariance),
          ...(linearAcceleration === undefined ? {} : { linear_acceleration: vector(linearAcceleration) }),
          ...listed('linear_acceleration_covariance', measurement.linearAccelerationCovariance),
          ...(orientation === undefined ? {} : { orientation: quaternion(orientation) }),
          ...listed('orientation_covariance', measurement.orientationCovariance),
        },
      };
    }
    case 'magneticField':
      return { magnetic_field: { field: vector(measurement.field), ...known(measurement.covariance) } };
    case 'odometry': {
      const { childFrameId, pose, twist } = measurement;
      return {
        odometry: {
          child_frame_id: childFrameId,
          ...(pose === undefined ? {} : { pose: poseOf(pose) }),
          ...(twist === undefined ? {} : { twist: twistOf(twist) }),
        },
      };
    }
    case 'scan': {
      const { angleMin, angleMax, angleIncrement, timeIncrement, scanTime, rangeMin, rangeMax, ranges } = measurement;
      return {
        scan: {
          angle_min: angleMin,
          angle_max: angleMax,
          angle_increment: angleIncrement,
          time_increment: timeIncrement,
          scan_time: scanTime,
          range_min: limit(rangeMin),
          range_max: limit(rangeMax),
          rays: ranges.length,
          has_intensities: measurement.intensities !== undefined,
        },
      };
    }
    case 'range': {
      const { distance, rangeMin, rangeMax, fieldOfView, anchor, variance } = measurement;
      const limits = { range_min: limit(rangeMin), range_max: limit(rangeMax), field_of_view: limit(fieldOfView) };
      return { range: { distance, ...limits, anchor, variance: finite(variance) } };
    }
    case 'scalar': {
      const { quantity, value, variance } = measurement;
      return { scalar: { quantity, value, variance: finite(variance) } };
    }
    case 'text': {
      const { text, language, speaker, duration } = measurement;
      return { text: { text, language, speaker, duration: limit(duration) } };
    }
    case 'fix': {
      const { latitude, longitude, altitude, quality, service } = measurement;
      const place = Number.isFinite(latitude + longitude) ? { latitude, longitude } : {};
      return { fix: { ...place, altitude: finite(altitude), quality, service, ...known(measurement.covariance) } };
    }
    case 'pose':
      return { pose: { pose: poseOf(measurement.pose) } };
    case 'twist':
      return { twist: { twist: twistOf(measurement.twist) } };
    case 'audio': {
      const { sampleRate, channels, missing, data } = measurement;
      return { audio: { sample_rate: sampleRate, channels, samples: data.length, missing } };
    }
    case 'image': {
      const { encoding, width, height, rowStride, bigEndian, data } = measurement;
      const sizes = { width: finite(width), height: finite(height), row_stride: finite(rowStride) };
      const image = { encoding, ...sizes, big_endian: bigEndian, bytes: data.length };
      return { image: { ...image, ...seen(measurement.intrinsics) } };
    }
    case 'depth': {
      const { width, height, scale, data } = measurement;
      return { depth: { width, height, scale, counts: data.length, ...seen(measurement.intrinsics) } };
    }
    case 'cloud': {
      const { width, height, fields, pointStride, rowStride, bigEndian, dense, data } = measurement;
      const layout = { point_stride: pointStride, row_stride: rowStride, big_endian: bigEndian };
      return { cloud: { width, height, fields: fields.map(fieldOf), ...layout, dense, bytes: data.length } };
    }
  }
}

function fieldOf({ name, offset, type, count }: PointField): PointField {
  return { name, offset, type, count };
}

/** `{intrinsics: {...}}`, or nothing where they are not known. */
function seen(intrinsics: Intrinsics | undefined): { intrinsics?: Intrinsics } {
  if (intrinsics === undefined) return {};
  const { fx, fy, cx, cy } = intrinsics;
  return Number.isFinite(fx + fy + cx + cy) ? { intrinsics: { fx, fy, cx, cy } } : {};
}

function poseOf(pose: PoseEstimate3) {
  return {
    position: vector(pose.position),
    orientation: quaternion(pose.orientation),
    ...known(pose.covariance),
  };
}

function twistOf(twist: TwistEstimate3) {
  return { linear: vector(twist.linear), angular: vector(twist.angular), ...known(twist.covariance) };
}

/** The largest single-precision number: what JSON says for no limit. */
const FARTHEST = 3.4028234663852886e38;

/** A number that JSON can say in place of one that it cannot. */
function limit(value: number): number {
  if (Number.isFinite(value)) return value;
  return value > 0 ? FARTHEST : 0;
}

/** What is not a number is not known. */
function finite(value: number | undefined): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

/** `{covariance: [...]}`, or nothing where it is not known. */
function known(matrix: Float64Array | undefined): { covariance?: number[] } {
  return listed('covariance', matrix);
}

function listed<K extends string>(key: K, matrix: Float64Array | undefined): { [key in K]?: number[] } {
  const isKnown = matrix !== undefined && matrix.every(Number.isFinite);
  return (isKnown ? { [key]: Array.from(matrix) } : {}) as { [key in K]?: number[] };
}
