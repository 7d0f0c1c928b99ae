import {
  cloudBytes,
  pictureBytes,
  type CloudMeasurement,
  type DepthMeasurement,
  type ImageMeasurement,
  type Intrinsics,
  type LARGE_KINDS,
  type Measurement,
  type PointField,
} from '../../../src/frame/index.ts';
import {
  choice,
  flag,
  integer,
  listOf,
  numeric,
  objectOf,
  optional,
  Refusal,
  required,
  words,
  type FieldsOf,
  type JsonObject,
} from '../messages/read.ts';
import { contentOf, picked } from './wire.ts';

type LargeKind = (typeof LARGE_KINDS)[number];
type Fields<T extends Measurement> = Omit<T, 'kind' | 'data'>;

/** Pixels, points and bytes in one direction; what they come to together is held against what came. */
const size = integer(0, 2 ** 31);
/** What one point may hold. */
const MOST_FIELDS = 64;
const BYTES_OF = { int8: 1, uint8: 1, int16: 2, uint16: 2, int32: 4, uint32: 4, float32: 4, float64: 8 } as const;

const intrinsics = objectOf<Intrinsics>({
  fx: required(numeric()),
  fy: required(numeric()),
  cx: required(numeric()),
  cy: required(numeric()),
});

const IMAGE: FieldsOf<Fields<ImageMeasurement>> = {
  encoding: required(words(64)),
  width: optional(size),
  height: optional(size),
  rowStride: optional(size),
  bigEndian: optional(flag),
  intrinsics: optional(intrinsics),
};

const DEPTH: FieldsOf<Fields<DepthMeasurement>> = {
  width: required(size),
  height: required(size),
  scale: required(numeric(0)),
  intrinsics: optional(intrinsics),
};

const CLOUD: FieldsOf<Fields<CloudMeasurement>> = {
  width: required(size),
  height: required(size),
  fields: required(
    listOf<PointField>(
      objectOf({
        name: required(words(64)),
        offset: required(size),
        type: required(choice('int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'float32', 'float64')),
        count: required(size),
      }),
      MOST_FIELDS,
    ),
  ),
  pointStride: required(size),
  rowStride: required(size),
  bigEndian: required(flag),
  dense: required(flag),
};

const readers = { image: objectOf(IMAGE), depth: objectOf(DEPTH), cloud: objectOf(CLOUD) };
const NAMES = {
  image: ['encoding', 'width', 'height', 'row_stride', 'big_endian', 'intrinsics'],
  depth: ['width', 'height', 'scale', 'intrinsics'],
  cloud: ['width', 'height', 'fields', 'point_stride', 'row_stride', 'big_endian', 'dense'],
} as const;

/**
 * Reads a message `Measurement` (docs/messages.md) of a picture, a depth picture or a cloud. What it claims is held against the
 * bytes that came before anybody takes memory for them; whether the picture itself is whole is seen where it is admitted.
 * @param bytes of its fourth part
 * @returns the measurement around that part, which must be as long, lie at an even place, and never be written again
 * @throws Refusal
 */
export function largeOf(message: JsonObject, kind: LargeKind, bytes: number): (data: Uint8Array) => Measurement {
  const content = contentOf(message, kind);
  const fields = picked(content, NAMES[kind]);
  switch (kind) {
    case 'image': {
      const read = readers.image(fields, '');
      const isRaw = read.rowStride !== undefined;
      held(content['bytes'], bytes, isRaw ? pictureBytes(read) : 0, fields);
      return (data) => ({ kind, ...read, data });
    }
    case 'depth': {
      const read = readers.depth(fields, '');
      held(content['counts'], bytes / 2, read.width * read.height, fields);
      return ({ buffer, byteOffset }) => ({ kind, ...read, data: new Uint16Array(buffer, byteOffset, bytes / 2) });
    }
    case 'cloud': {
      const read = readers.cloud(fields, '');
      const outside = read.fields.find(({ offset, type, count }) => offset + BYTES_OF[type] * count > read.pointStride);
      if (outside !== undefined) throw new Refusal('fields', `fields within ${read.pointStride} bytes`, outside);
      held(content['bytes'], bytes, cloudBytes(read), fields);
      return (data) => ({ kind, ...read, data });
    }
  }
}

/**
 * @param said how much there is
 * @param there how much came
 * @param needed how much the sizes need; `undefined` where they make no sense
 * @throws Refusal
 */
function held(said: unknown, there: number, needed: number | undefined, sizes: JsonObject): void {
  if (said !== there || !Number.isInteger(there))
    throw new Refusal('the fourth part', `${String(said)} numbers`, there);
  if (needed === undefined) throw new Refusal('sizes', 'sizes that make sense', sizes);
  if (needed > there) throw new Refusal('the fourth part', `${needed} numbers by its sizes`, there);
}
