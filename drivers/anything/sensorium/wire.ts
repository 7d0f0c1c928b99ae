import type { LARGE_KINDS, Measurement, SENT_KINDS } from '../../../src/frame/index.ts';
import { readMeasurement } from '../messages/measurements.ts';
import { isObject, numeric, objectOf, Refusal, required, type JsonObject } from '../messages/read.ts';

/** A kind that another daemon sends. */
export type RemoteKind = (typeof SENT_KINDS)[number];

/** Those of which one measurement is no more than some kilobytes. */
type SmallKind = Exclude<RemoteKind, (typeof LARGE_KINDS)[number]>;

/** Fields of each kind by their names in messages. Others may come with a later version, and are passed over. */
const FIELDS: { readonly [K in SmallKind]: readonly string[] } = {
  imu: [
    'angular_velocity',
    'angular_velocity_covariance',
    'linear_acceleration',
    'linear_acceleration_covariance',
    'orientation',
    'orientation_covariance',
  ],
  magneticField: ['field', 'covariance'],
  odometry: ['child_frame_id', 'pose', 'twist'],
  scan: ['angle_min', 'angle_max', 'angle_increment', 'time_increment', 'scan_time', 'range_min', 'range_max'],
  range: ['distance', 'range_min', 'range_max', 'field_of_view', 'anchor', 'variance'],
  scalar: ['quantity', 'value', 'variance'],
  text: ['text', 'language', 'speaker', 'duration'],
  fix: ['latitude', 'longitude', 'altitude', 'quality', 'service', 'covariance'],
  pose: ['pose'],
  twist: ['twist'],
  audio: ['sample_rate', 'channels', 'missing'],
};
const POSE = ['position', 'orientation', 'covariance'];
const TWIST = ['linear', 'angular', 'covariance'];
const INTRINSICS = ['fx', 'fy', 'cx', 'cy'];
const POINT_FIELD = ['name', 'offset', 'type', 'count'];

const audio = objectOf({
  sampleRate: required(numeric(1, 1e6)),
  channels: required(numeric(1, 256)),
  missing: required(numeric(0)),
});

/** What a message `Measurement` holds, if it is of the kind. @throws Refusal */
export function contentOf(message: JsonObject, expected: RemoteKind): JsonObject {
  const { kind } = message;
  if (kind !== expected) throw new Refusal('kind', expected, kind);
  return objectIn(message, snake(expected));
}

/**
 * Reads a message `Measurement` (docs/messages.md).
 * @param attachment its fourth part
 * @throws Refusal
 */
export function measurementOf(message: JsonObject, expected: SmallKind, attachment?: Uint8Array): Measurement {
  const content = contentOf(message, expected);
  const fields = picked(content, FIELDS[expected]);
  if (expected === 'audio') {
    const samples = attached(content['samples'], attachment, Int16Array);
    const read = audio(fields, '');
    if (samples.length === 0 || samples.length % read.channels !== 0)
      throw new Refusal('samples', `a multiple of ${read.channels} channels`, samples.length);
    return { kind: 'audio', ...read, data: samples };
  }
  if (expected !== 'scan') return readMeasurement(expected, fields);
  const hasIntensities = content['has_intensities'] === true;
  const rays = Number(content['rays']);
  const numbers = Array.from(attached(hasIntensities ? 2 * rays : rays, attachment, Float32Array));
  const intensities = hasIntensities ? { intensities: numbers.slice(rays) } : {};
  return readMeasurement('scan', { ...fields, ranges: numbers.slice(0, rays), ...intensities });
}

/** Reads a message `Pose` as odometry, or as a pose alone. @throws Refusal */
export function poseOf(message: JsonObject, kind: 'odometry' | 'pose'): Measurement {
  const pose = { ...picked(objectIn(message, 'pose'), POSE), ...picked(message, ['covariance']) };
  if (kind === 'pose') return readMeasurement('pose', { pose });
  return readMeasurement('odometry', { ...picked(message, ['child_frame_id', 'twist']), pose });
}

/** Reads a message `Orientation` as what an inertial sensor would say. @throws Refusal */
export function orientationOf(message: JsonObject): Measurement {
  const { covariance, ...fields } = picked(message, ['orientation', 'angular_velocity', 'covariance']);
  return readMeasurement('imu', covariance === undefined ? fields : { ...fields, orientationCovariance: covariance });
}

function objectIn(message: JsonObject, key: string): JsonObject {
  const value = message[key];
  if (!isObject(value)) throw new Refusal(key, 'an object', value);
  return value;
}

/** Some fields, as the reader of measurements has them: vectors and quaternions are lists, names are without "_". */
export function picked(object: JsonObject, keys: readonly string[]): Record<string, unknown> {
  const entries = keys.filter((key) => object[key] !== undefined).map((key) => [camel(key), plain(key, object[key])]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}

function plain(key: string, value: unknown): unknown {
  if (key === 'fields' && Array.isArray(value))
    return value.map((one: unknown) => (isObject(one) ? picked(one, POINT_FIELD) : one));
  if (!isObject(value)) return value;
  if (key === 'intrinsics') return picked(value, INTRINSICS);
  if (key === 'pose') return picked(value, POSE);
  if (key === 'twist') return picked(value, TWIST);
  const { x, y, z, w } = value;
  return w === undefined ? [x, y, z] : [w, x, y, z];
}

/** So many numbers of what is attached. */
function attached<T extends Float32Array | Int16Array>(
  count: unknown,
  bytes: Uint8Array | undefined,
  type: { readonly BYTES_PER_ELEMENT: number; new (buffer: ArrayBuffer): T },
): T {
  const there = bytes === undefined ? 0 : bytes.length / type.BYTES_PER_ELEMENT;
  if (there !== count || !Number.isInteger(there))
    throw new Refusal('the fourth part', `${String(count)} numbers`, there);
  return new type(Uint8Array.from(bytes ?? []).buffer);
}

function camel(key: string): string {
  return key.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}

function snake(kind: RemoteKind): string {
  return kind === 'magneticField' ? 'magnetic_field' : kind;
}
