import type { Measurement, PoseEstimate3, SMALL_KINDS, TwistEstimate3 } from '../../../src/frame/index.ts';
import {
  choice,
  covariance,
  floats,
  numeric,
  objectOf,
  optional,
  quaternion,
  Refusal,
  required,
  vector,
  words,
  type FieldsOf,
  type JsonObject,
  type Reader,
} from './read.ts';

/** Kinds that can be told in a line of text. */
export type Kind = (typeof SMALL_KINDS)[number];

type Fields<K extends Kind> = Omit<Extract<Measurement, { kind: K }>, 'kind'>;

const number = numeric();
const positive = numeric(0);
const single: Reader<number> = (value, path) => Math.fround(number(value, path));
const name = words(256);
/** Rays of a scan. */
const MOST_RAYS = 100_000;

const pose = objectOf<PoseEstimate3>({
  position: required(vector),
  orientation: required(quaternion),
  covariance: optional(covariance(6)),
});

const twist = objectOf<TwistEstimate3>({
  linear: required(vector),
  angular: required(vector),
  covariance: optional(covariance(6)),
});

/** Field by field as in src/frame/measurement.ts, which says what they mean. */
const FIELDS: { readonly [K in Kind]: FieldsOf<Fields<K>> } = {
  imu: {
    angularVelocity: optional(vector),
    angularVelocityCovariance: optional(covariance(3)),
    linearAcceleration: optional(vector),
    linearAccelerationCovariance: optional(covariance(3)),
    orientation: optional(quaternion),
    orientationCovariance: optional(covariance(3)),
  },
  magneticField: { field: required(vector), covariance: optional(covariance(3)) },
  odometry: { childFrameId: optional(name, 'base_link'), pose: optional(pose), twist: optional(twist) },
  scan: {
    angleMin: required(single),
    angleMax: required(single),
    angleIncrement: required(single),
    timeIncrement: optional(single, 0),
    scanTime: optional(single, 0),
    rangeMin: required(single),
    rangeMax: required(single),
    ranges: required(floats(MOST_RAYS)),
    intensities: optional(floats(MOST_RAYS)),
  },
  range: {
    distance: optional(positive),
    rangeMin: required(positive),
    rangeMax: required(positive),
    fieldOfView: optional(numeric(0, 2 * Math.PI), 0),
    anchor: optional(name),
    variance: optional(positive),
  },
  scalar: {
    quantity: required(choice('temperature', 'pressure', 'humidity', 'illuminance')),
    value: required(number),
    variance: optional(positive),
  },
  text: {
    text: required(words(65_536, 0)),
    language: optional(name),
    speaker: optional(name),
    duration: optional(numeric(0, 3600), 0),
  },
  fix: {
    latitude: optional(numeric(-90, 90), NaN),
    longitude: optional(numeric(-180, 360), NaN),
    altitude: optional(number),
    quality: optional(choice('none', 'fix', 'sbas', 'gbas'), 'fix'),
    service: optional(numeric(0, 65_535), 0),
    covariance: optional(covariance(3)),
  },
  pose: { pose: required(pose) },
  twist: { twist: required(twist) },
};

/** What must be there besides: of several fields one, or a field by another's value. */
const COMPLETE: { readonly [K in Kind]?: readonly [isComplete: (fields: Fields<K>) => boolean, expected: string] } = {
  imu: [
    ({ angularVelocity, linearAcceleration, orientation }) =>
      (angularVelocity ?? linearAcceleration ?? orientation) !== undefined,
    'an angularVelocity, a linearAcceleration or an orientation',
  ],
  odometry: [({ pose, twist }) => (pose ?? twist) !== undefined, 'a pose or a twist'],
  scan: [
    ({ ranges, intensities }) => intensities === undefined || intensities.length === ranges.length,
    'as many intensities as ranges',
  ],
  fix: [
    ({ quality, latitude, longitude }) => quality === 'none' || Number.isFinite(latitude + longitude),
    'a latitude and a longitude, unless the quality is none',
  ],
};

/**
 * Reads a measurement's fields.
 * @throws Refusal which says what is wrong with which of them
 */
export function readMeasurement<K extends Kind>(kind: K, object: JsonObject): Measurement {
  const fields = objectOf<Fields<K>>(FIELDS[kind])(object, '');
  const [isComplete, expected] = COMPLETE[kind] ?? [];
  if (isComplete?.(fields) === false) throw new Refusal(kind, expected ?? 'more', object);
  // What was read field by field is the kind's.
  return { kind, ...fields } as unknown as Measurement;
}
