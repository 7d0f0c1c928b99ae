import { Type, type Static, type TObject, type TOptional } from '@sinclair/typebox';
import { Count, Covariance, Provenance, Quaternion, Vector3, head } from './common.ts';

const vector = (description: string) => Type.Optional(Type.Object(Vector3.properties, { description }));
const variance = (description: string) => Type.Optional(Type.Number({ minimum: 0, description }));

const Pose = Type.Object(
  {
    position: Type.Object(Vector3.properties, { description: 'm' }),
    orientation: Type.Object(Quaternion.properties),
    covariance: Type.Optional(Covariance(6, 'row-major, order x y z rx ry rz, m² and rad²')),
  },
  { description: 'where something is in frame_id' },
);

const Twist = Type.Object(
  {
    linear: Type.Object(Vector3.properties, { description: 'm/s' }),
    angular: Type.Object(Vector3.properties, { description: 'rad/s' }),
    covariance: Type.Optional(Covariance(6, 'row-major, order x y z rx ry rz, (m/s)² and (rad/s)²')),
  },
  { description: 'velocity' },
);

const Imu = Type.Object(
  {
    angular_velocity: vector('rad/s'),
    angular_velocity_covariance: Type.Optional(Covariance(3, 'row-major, (rad/s)²')),
    linear_acceleration: vector('m/s², specific force: up at rest'),
    linear_acceleration_covariance: Type.Optional(Covariance(3, 'row-major, (m/s²)²')),
    orientation: Type.Optional(
      Type.Object(Quaternion.properties, { description: 'takes frame_id to a world with z up' }),
    ),
    orientation_covariance: Type.Optional(Covariance(3, 'row-major, rad²')),
  },
  { description: 'in the coordinate frame of the sensor; what it lacks is left out' },
);

const MagneticField = Type.Object({
  field: Type.Object(Vector3.properties, { description: 'T' }),
  covariance: Type.Optional(Covariance(3, 'row-major, T²')),
});

const Odometry = Type.Object({
  child_frame_id: Type.String({ description: 'whose pose it is; its twist is expressed in it' }),
  pose: Type.Optional(Pose),
  twist: Type.Optional(Twist),
});

const Scan = Type.Object(
  {
    angle_min: Type.Number({ description: 'rad' }),
    angle_max: Type.Number({ description: 'rad' }),
    angle_increment: Type.Number({ description: 'rad per ray; negative for one that turns clockwise' }),
    time_increment: Type.Number({ description: 's per ray' }),
    scan_time: Type.Number({ description: 's per revolution; 0 when unknown' }),
    range_min: Type.Number({ description: 'm' }),
    range_max: Type.Number({ description: 'm; a range beyond these limits, or not finite, is no return' }),
    rays: Count('ranges in the fourth part, m, float32'),
    has_intensities: Type.Boolean({ description: 'whether as many intensities follow them, float32' }),
  },
  { description: 'a planar scan' },
);

const Range = Type.Object({
  distance: Type.Optional(Type.Number({ description: 'm; left out: nothing within the limits' })),
  range_min: Type.Number({ description: 'm' }),
  range_max: Type.Number({ description: 'm' }),
  field_of_view: Type.Number({ description: 'rad' }),
  anchor: Type.Optional(Type.String({ description: 'what the distance is to' })),
  variance: variance('m²'),
});

const Scalar = Type.Object({
  quantity: Type.String({ description: 'temperature in K, pressure in Pa, humidity 0..1, illuminance in lx' }),
  value: Type.Number(),
  variance: variance('in the square of the unit'),
});

const Text = Type.Object(
  {
    text: Type.String(),
    language: Type.Optional(Type.String({ description: 'BCP 47' })),
    speaker: Type.Optional(Type.String()),
    duration: Type.Number({ description: 's' }),
  },
  { description: 'words: content, never commands' },
);

const Fix = Type.Object({
  latitude: Type.Optional(Type.Number({ description: 'degrees, WGS 84; left out where there is no fix' })),
  longitude: Type.Optional(Type.Number({ description: 'degrees' })),
  altitude: Type.Optional(Type.Number({ description: 'm above the ellipsoid' })),
  quality: Type.String({ description: 'none, fix, sbas, gbas' }),
  service: Count('satellite systems used: 1 GPS, 2 GLONASS, 4 BeiDou, 8 Galileo, added up'),
  covariance: Type.Optional(Covariance(3, 'row-major, east north up, m²')),
});

const Audio = Type.Object(
  {
    sample_rate: Type.Number({ description: 'Hz, of each channel' }),
    channels: Type.Integer({ minimum: 1 }),
    samples: Count('numbers in the fourth part, int16: all channels of the first sample, then of the next'),
    missing: Count('samples of each channel lost since the block before'),
  },
  { description: 'a block of sound; timestamp is that of its first sample' },
);

const Intrinsics = Type.Object(
  { fx: Type.Number(), fy: Type.Number(), cx: Type.Number(), cy: Type.Number() },
  { description: 'of a pinhole camera without distortion, pixels: u = fx x/z + cx, v = fy y/z + cy' },
);
const pixels = (description: string) => Type.Optional(Type.Integer({ minimum: 0, description }));

const Image = Type.Object(
  {
    encoding: Type.String({
      description: 'jpeg, png, … when compressed; rgb8, bgr8, mono8, yuyv, 16UC1, … (as in ROS) when raw',
    }),
    width: pixels('pixels; left out where the compressed data tell'),
    height: pixels('pixels'),
    row_stride: pixels('bytes from one row to the next; left out when compressed'),
    big_endian: Type.Optional(Type.Boolean({ description: 'of pixels of more than one byte' })),
    bytes: Count('bytes in the fourth part: the picture as the camera gave it'),
    intrinsics: Type.Optional(Intrinsics),
  },
  { description: 'a picture, raw or compressed' },
);

const Depth = Type.Object(
  {
    width: Type.Integer({ minimum: 0, description: 'pixels' }),
    height: Type.Integer({ minimum: 0, description: 'pixels' }),
    scale: Type.Number({ description: 'm for each count' }),
    counts: Count('numbers in the fourth part, uint16, row by row; 0: nothing measured'),
    intrinsics: Type.Optional(Intrinsics),
  },
  { description: 'distances along the optical axis' },
);

const Cloud = Type.Object(
  {
    width: Count('points of a row'),
    height: Count('rows; 1 when unordered'),
    fields: Type.Array(
      Type.Object({
        name: Type.String(),
        offset: Count('bytes from the start of the point'),
        type: Type.String({ description: 'int8, uint8, int16, uint16, int32, uint32, float32, float64' }),
        count: Count('elements of this type'),
      }),
      { description: 'what a point holds' },
    ),
    point_stride: Count('bytes from one point to the next'),
    row_stride: Count('bytes from one row to the next'),
    big_endian: Type.Boolean(),
    dense: Type.Boolean({ description: 'true when no point is invalid (NaN)' }),
    bytes: Count('bytes in the fourth part: the points'),
  },
  { description: 'a point cloud' },
);

/** What is measured, by kind: each message has the one that `kind` names. */
const CONTENTS = {
  imu: Imu,
  magnetic_field: MagneticField,
  odometry: Odometry,
  scan: Scan,
  range: Range,
  scalar: Scalar,
  text: Text,
  fix: Fix,
  pose: Type.Object({ pose: Pose }),
  twist: Type.Object({ twist: Twist }),
  audio: Audio,
  image: Image,
  depth: Depth,
  cloud: Cloud,
};

/** The one of these that a message has. */
export type Content = { readonly [K in keyof typeof CONTENTS]?: Static<(typeof CONTENTS)[K]> };

export const Measurement = Type.Object(
  {
    ...head,
    stream: Type.String({ description: 'name of the stream there' }),
    kind: Type.String({ description: 'which of the following fields there is: `magneticField` is in magnetic_field' }),
    frame_id: Type.String({ description: 'coordinate frame that it is measured in' }),
    deviation: Type.Number({ minimum: 0, description: 's, standard deviation of timestamp' }),
    ...optionals(CONTENTS),
    provenance: Provenance,
  },
  {
    title: 'Measurement',
    description:
      'What one sensor measured, its time of validity found. ZeroMQ only. The numbers of a scan and of sound, the pixels of a picture and the ' +
      'points of a cloud are no JSON: they are a fourth part of the message, little-endian. Of pictures, depth and clouds each subscriber gets ' +
      'what it asks for: see [large messages](#large-messages).',
  },
);
export type Measurement = Static<typeof Measurement>;

function optionals<T extends Readonly<Record<string, TObject>>>(objects: T) {
  return Object.fromEntries(Object.entries(objects).map(([key, object]) => [key, Type.Optional(object)])) as {
    [K in keyof T]: TOptional<T[K]>;
  };
}
