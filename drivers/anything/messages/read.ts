import { showValue } from '../../../src/contract/index.ts';
import type { Quaternion, Vector3 } from '../../../src/frame/index.ts';

/** What stands between braces. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Why a value is not taken. */
export class Refusal extends Error {
  constructor(path: string, expected: string, value: unknown) {
    super(`${path}: expected ${expected}, got ${showValue(value)}`);
    this.name = 'Refusal';
  }
}

/** Takes a value of JSON for what it should be. @throws Refusal */
export type Reader<T> = (value: unknown, path: string) => T;

/** A value of an object: how it is read, and what it is where nobody says. */
export interface Field<T> {
  readonly read: Reader<T>;
  /** `undefined` for one that has to be said. */
  readonly absent: { readonly value: T } | undefined;
}

/** A field that has to be said. */
export function required<T>(read: Reader<T>): Field<T> {
  return { read, absent: undefined };
}

/** A field that may be left out. */
export function optional<T>(read: Reader<T>): Field<T | undefined>;
export function optional<T>(read: Reader<T>, value: T): Field<T>;
export function optional<T>(read: Reader<T>, value?: T): Field<T | undefined> {
  return { read, absent: { value } };
}

/** How the fields of an object are read. */
export type FieldsOf<T> = { readonly [Key in keyof T]-?: Field<T[Key]> };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads the fields of an object; others are refused, since a name that is spelt wrong would be lost in silence.
 * @throws Refusal
 */
export function objectOf<T extends object>(fields: FieldsOf<T>): Reader<T> {
  const names = Object.keys(fields) as (keyof T & string)[];
  return (value, path) => {
    if (!isObject(value)) throw new Refusal(path, 'an object', value);
    const known: readonly string[] = names;
    const stranger = Object.keys(value).find((name) => !known.includes(name));
    if (stranger !== undefined) throw new Refusal(within(path, stranger), `one of ${names.join(', ')}`, stranger);
    const read: Partial<T> = {};
    for (const name of names) {
      const said = value[name];
      const { read: take, absent } = fields[name];
      if (said !== undefined) read[name] = take(said, within(path, name));
      else if (absent === undefined) throw new Refusal(within(path, name), 'a value', undefined);
      else if (absent.value !== undefined) read[name] = absent.value;
    }
    return read as T;
  };
}

function within(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** A number of which nothing is asked but that it lies in some limits. */
export function numeric(least = -Infinity, most = Infinity): Reader<number> {
  const expected = least === -Infinity && most === Infinity ? 'a number' : `a number in ${least}..${most}`;
  return (value, path) => {
    if (typeof value !== 'number' || !(value >= least && value <= most) || !Number.isFinite(value))
      throw new Refusal(path, expected, value);
    return value;
  };
}

/** A whole number in some limits. */
export function integer(least: number, most: number): Reader<number> {
  const read = numeric(least, most);
  return (value, path) => {
    if (!Number.isInteger(value)) throw new Refusal(path, `a whole number in ${least}..${most}`, value);
    return read(value, path);
  };
}

/** True or false. */
export const flag: Reader<boolean> = (value, path) => {
  if (typeof value !== 'boolean') throw new Refusal(path, 'true or false', value);
  return value;
};

/** At most so many. */
export function listOf<T>(read: Reader<T>, longest: number): Reader<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value) || value.length > longest) throw new Refusal(path, `at most ${longest}`, value);
    return value.map((one, index) => read(one, `${path}[${index}]`));
  };
}

/** Text of 1 to `longest` characters, or of none where that says something. */
export function words(longest = 65_536, least = 1): Reader<string> {
  return (value, path) => {
    if (typeof value !== 'string' || value.length < least || value.length > longest)
      throw new Refusal(path, 'text', value);
    return value;
  };
}

/** One of some words. */
export function choice<T extends string>(...words: readonly T[]): Reader<T> {
  return (value, path) => {
    const found = words.find((word) => word === value);
    if (found === undefined) throw new Refusal(path, `one of ${words.join(', ')}`, value);
    return found;
  };
}

function numbersOf(value: unknown, path: string, length: number, expected: string): number[] {
  const isGood = Array.isArray(value) && value.length === length && value.every((one) => Number.isFinite(one));
  if (!isGood) throw new Refusal(path, expected, value);
  return value as number[];
}

/** [x, y, z]. */
export const vector: Reader<Vector3> = (value, path) => {
  const [x, y, z] = numbersOf(value, path, 3, '[x, y, z]');
  return [x, y, z];
};

/** How far from 1 the length of a quaternion may be: what rounding makes of it. */
const ROUNDING = 0.01;

/** [w, x, y, z], made one of unit length. */
export const quaternion: Reader<Quaternion> = (value, path) => {
  const expected = '[w, x, y, z] of unit length';
  const [w, x, y, z] = numbersOf(value, path, 4, expected);
  const length = Math.hypot(w, x, y, z);
  if (Math.abs(length - 1) > ROUNDING) throw new Refusal(path, expected, value);
  return [w / length, x / length, y / length, z / length];
};

/** Row-major, `order` x `order`, no variance below 0. */
export function covariance(order: 3 | 6): Reader<Float64Array> {
  const expected = `${order * order} numbers, row-major, variances not below 0`;
  return (value, path) => {
    const matrix = Float64Array.from(numbersOf(value, path, order * order, expected));
    for (let i = 0; i < order; i += 1) if (matrix[i * (order + 1)] < 0) throw new Refusal(path, expected, value);
    return matrix;
  };
}

/** Numbers, `null` for one that is not known. */
export function floats(longest: number): Reader<Float32Array> {
  const expected = `1 to ${longest} numbers, null where there is none`;
  return (value, path) => {
    if (!Array.isArray(value) || value.length < 1 || value.length > longest) throw new Refusal(path, expected, value);
    return Float32Array.from(value, (one: unknown) => {
      if (one === null) return NaN;
      if (typeof one !== 'number') throw new Refusal(path, expected, one);
      return one;
    });
  };
}
