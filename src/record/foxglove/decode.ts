import type { Covariance6, Measurement, PointField } from '../../frame/index.ts';
import { covariance, fixOf, poseOf, reference, sensor, vector, type Decoder, type FixPlace } from '../ros/decode.ts';
import { cloudOf, compressedPictureOf, pictureOf, soundOf } from '../ros/payload.ts';
import type { RosPose, RosVector3 } from '../ros/types.ts';

/** foxglove.NumericType from 1 on: UINT8, INT8, … */
export const NUMERIC_TYPES: readonly PointField['type'][] = [
  'uint8',
  'int8',
  'uint16',
  'int16',
  'uint32',
  'int32',
  'float32',
  'float64',
];

/** What was left out of a pose in protocol buffers is the origin, or not turned. */
function wholePose({ position, orientation }: Partial<RosPose>): RosPose {
  return { position: position ?? ORIGIN, orientation: orientation ?? { ...ORIGIN, w: 1 } };
}

const ORIGIN: RosVector3 = { x: 0, y: 0, z: 0 };

/** True for the frame's own origin and axes; a pose that was not sent, or all zeros, is none. */
function isIdentity(pose: Partial<RosPose> | undefined): boolean {
  const { position: p, orientation: q } = wholePose(pose ?? {});
  return [p.x, p.y, p.z, q.x, q.y, q.z].every((value) => value === 0);
}

interface FoxgloveCloud {
  readonly pose?: Partial<RosPose>;
  readonly point_stride: number;
  readonly fields: readonly { readonly name: string; readonly offset: number; readonly type: number }[];
  readonly data: Uint8Array;
}

function cloud({ pose, point_stride: pointStride, fields, data }: FoxgloveCloud): Measurement {
  if (!isIdentity(pose)) throw new Error('a cloud that is turned or moved within its frame: not read');
  const width = data.byteLength / pointStride;
  if (data.byteLength > 0 && !Number.isInteger(width)) {
    throw new Error(`a cloud of points of ${pointStride} bytes in ${data.byteLength} bytes`);
  }
  return cloudOf({
    width: data.byteLength === 0 ? 0 : width,
    height: 1,
    fields: fields.map(({ name, offset, type: code }) => {
      const type = NUMERIC_TYPES[code - 1] as PointField['type'] | undefined;
      if (type === undefined) throw new Error(`a cloud whose field ${name} is of type ${code}`);
      return { name, offset, type, count: 1 };
    }),
    pointStride,
    rowStride: data.byteLength,
    bigEndian: false,
    // The message does not say whether points are invalid.
    dense: false,
    data,
  });
}

interface FoxgloveScan {
  readonly pose?: Partial<RosPose>;
  readonly start_angle: number;
  readonly end_angle: number;
  readonly ranges: ArrayLike<number>;
  readonly intensities: ArrayLike<number>;
}

/** The message has no limits: every finite range counts, up to the largest that a log holds. */
const RANGE_MAX = 3.4028234663852886e38;

function scan({ pose, start_angle: from, end_angle: to, ranges, intensities }: FoxgloveScan): Measurement {
  if (!isIdentity(pose)) throw new Error('a scan that is turned or moved within its frame: not read');
  return {
    kind: 'scan',
    angleMin: Math.fround(from),
    angleMax: Math.fround(to),
    angleIncrement: Math.fround((to - from) / Math.max(1, ranges.length - 1)),
    timeIncrement: 0,
    scanTime: 0,
    rangeMin: 0,
    rangeMax: RANGE_MAX,
    ranges: Float32Array.from(ranges),
    ...(intensities.length === 0 ? {} : { intensities: Float32Array.from(intensities) }),
  };
}

function fix(message: FixPlace): Measurement {
  const isKnown = Number.isFinite(message.latitude) && Number.isFinite(message.longitude);
  return fixOf(message, isKnown ? 'fix' : 'none', 0);
}

interface FoxgloveOdometry {
  readonly body_frame_id: string;
  readonly pose?: Partial<RosPose>;
  readonly linear_velocity?: RosVector3;
  readonly angular_velocity?: RosVector3;
  readonly pose_covariance?: ArrayLike<number>;
  readonly velocity_covariance?: ArrayLike<number>;
}

function odometry(message: FoxgloveOdometry): Measurement {
  const { linear_velocity: linear, angular_velocity: angular } = message;
  const moving = linear !== undefined || angular !== undefined;
  return {
    kind: 'odometry',
    childFrameId: message.body_frame_id,
    pose: { ...poseOf(wholePose(message.pose ?? {})), ...whole(message.pose_covariance) },
    ...(moving
      ? {
          twist: {
            linear: vector(linear ?? ORIGIN),
            angular: vector(angular ?? ORIGIN),
            ...whole(message.velocity_covariance),
          },
        }
      : {}),
  };
}

/** A covariance that was sent: 36 numbers, not all zero and none NaN. */
function whole(values: ArrayLike<number> | undefined): { covariance?: Covariance6 } {
  const matrix = covariance(values);
  return matrix?.length === 36 && !matrix.some(Number.isNaN) ? { covariance: matrix } : {};
}

/** Decoders of Foxglove's types (https://docs.foxglove.dev/docs/sdk/schemas) by plain type name. */
export const FOXGLOVE_DECODERS: Readonly<Record<string, Decoder>> = {
  'foxglove_msgs/CompressedImage': sensor('image', ({ format, data }: { format: string; data: Uint8Array }) =>
    compressedPictureOf(format, data),
  ),
  'foxglove_msgs/RawImage': sensor(
    'image',
    (message: { width: number; height: number; encoding: string; step: number; data: Uint8Array }) =>
      pictureOf({ ...message, bigEndian: false }),
  ),
  'foxglove_msgs/PointCloud': sensor('cloud', cloud),
  'foxglove_msgs/RawAudio': sensor(
    'audio',
    (message: {
      format: string;
      sample_rate: number;
      number_of_channels: number;
      missing?: number;
      data: Uint8Array;
    }) =>
      soundOf({
        format: message.format,
        sampleRate: message.sample_rate,
        channels: message.number_of_channels,
        missing: message.missing,
        data: message.data,
      }),
  ),
  'foxglove_msgs/LaserScan': sensor('scan', scan),
  'foxglove_msgs/LocationFix': sensor('fix', fix),
  'foxglove_msgs/Odometry': sensor('odometry', odometry),
  'foxglove_msgs/PoseInFrame': reference('pose', ({ pose }: { pose?: Partial<RosPose> }) => ({
    kind: 'pose',
    pose: poseOf(wholePose(pose ?? {})),
  })),
};
