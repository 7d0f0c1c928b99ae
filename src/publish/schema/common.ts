import { Type, type Static } from '@sinclair/typebox';

/**
 * The parts that messages are made of. Names and order of fields follow Foxglove's schemas where one exists
 * (https://github.com/foxglove/foxglove-sdk): SI units, radians, quaternions as `{x, y, z, w}`, snake_case. What is not
 * known is left out: a field is never null and never filled with zeros.
 */

/** Words for counts: 0, 1, 2, … */
export const Count = (description: string) => Type.Integer({ minimum: 0, description });

/** A map from names to counts. */
export const Counts = (description: string) =>
  Type.Record(Type.String(), Type.Integer({ minimum: 0 }), { description });

export const Time = Type.Object(
  {
    sec: Type.Integer({ minimum: 0, description: 'whole seconds since 1970 (UTC)' }),
    nsec: Type.Integer({ minimum: 0, maximum: 999_999_999, description: 'nanoseconds within the second' }),
  },
  { title: 'Time', description: 'A moment, as Unix time.' },
);
export type Time = Static<typeof Time>;

export const Vector3 = Type.Object(
  { x: Type.Number(), y: Type.Number(), z: Type.Number() },
  { title: 'Vector3', description: 'x, y, z in the coordinate frame that the field names.' },
);
export type Vector3 = Static<typeof Vector3>;

export const Quaternion = Type.Object(
  { x: Type.Number(), y: Type.Number(), z: Type.Number(), w: Type.Number() },
  { title: 'Quaternion', description: 'A rotation as a unit quaternion, w last.' },
);
export type Quaternion = Static<typeof Quaternion>;

/** Row-major square matrix with the given number of rows. */
export const Covariance = (rows: 3 | 6, description: string) =>
  Type.Array(Type.Number(), { minItems: rows * rows, maxItems: rows * rows, description });

export const Provenance = Type.Object(
  {
    inputs: Type.Array(Type.Integer({ minimum: 1 }), {
      description: 'numbers of the inputs that the message rests on, as in the log; empty when it rests on none',
    }),
    ages: Type.Optional(
      Type.Array(Type.Number(), {
        description: "s from each input's own time to the message's timestamp, in the order of inputs",
      }),
    ),
    configuration: Type.String({ pattern: '^[0-9a-f]{12}$', description: 'first 12 hex digits of its SHA-256' }),
    calibration: Type.String({
      pattern: '^[0-9a-f]{12}$',
      description: 'first 12 hex digits of the SHA-256 of mounts and sensor calibrations',
    }),
    absent: Type.Array(Type.String(), { description: 'configured modalities or streams that gave nothing to it' }),
  },
  { title: 'Provenance', description: 'Where a message comes from.' },
);
export type Provenance = Static<typeof Provenance>;

/** Fields that every message begins with. */
export const head = {
  sequence: Type.Integer({ minimum: 1, description: 'number of this message on its topic: a gap is a message lost' }),
  timestamp: Time,
};
