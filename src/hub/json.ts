import { SensoriumError, showValue } from '../contract/index.ts';
import { firstLine } from '../inference/index.ts';

/** An object in a JSON file of a model, asked for its values one by one; what is missing or of another kind is an error that says where. */
export interface Section {
  /** As it stands in the file. */
  readonly object: Readonly<Record<string, unknown>>;
  has(key: string): boolean;
  keys(): readonly string[];
  section(key: string): Section;
  text(key: string): string;
  /** A whole number within bounds. */
  whole(key: string, least: number, most: number): number;
  /** That many finite numbers. */
  numbers(key: string, count: number): readonly number[];
  /** Whatever stands there. */
  value(key: string): unknown;
  wrong(key: string, expected: string, got: unknown): SensoriumError;
}

/**
 * Reads a JSON file of a model.
 * @param path of the file, for errors
 * @throws SensoriumError E_MODEL_MANIFEST
 */
export function parseJson(content: Uint8Array, path: string): Section {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(content).toString());
  } catch (error) {
    throw new SensoriumError('E_MODEL_MANIFEST', `not JSON: ${firstLine(error)}`, { path, cause: error });
  }
  if (!isObject(value)) throw new SensoriumError('E_MODEL_MANIFEST', 'expected an object', { path });
  return sectionOf(value, path);
}

function sectionOf(object: Readonly<Record<string, unknown>>, path: string): Section {
  const value = (key: string): unknown => (Object.hasOwn(object, key) ? object[key] : undefined);
  const wrong = (key: string, expected: string, got: unknown): SensoriumError =>
    new SensoriumError('E_MODEL_MANIFEST', `${key}: expected ${expected}, got ${showValue(got)}`, { path });
  return {
    object,
    has: (key) => value(key) !== undefined && value(key) !== null,
    keys: () => Object.keys(object),
    value,
    wrong,
    section(key) {
      const its = value(key);
      if (!isObject(its)) throw wrong(key, 'an object', its);
      return sectionOf(its, `${path}: ${key}`);
    },
    text(key) {
      const its = value(key);
      if (typeof its !== 'string') throw wrong(key, 'a text', its);
      return its;
    },
    whole(key, least, most) {
      const its = value(key);
      if (typeof its !== 'number' || !Number.isInteger(its) || its < least || its > most) {
        throw wrong(key, `${least}..${most}`, its);
      }
      return its;
    },
    numbers(key, count) {
      const its = value(key);
      if (!Array.isArray(its) || its.length !== count || !its.every((one) => Number.isFinite(one))) {
        throw wrong(key, `${count} numbers`, its);
      }
      return its as number[];
    },
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A whole number from 1 on, or the usual one where there is none: what the library that writes such files leaves out.
 * @throws SensoriumError E_MODEL_MANIFEST
 */
export function wholeOr(section: Section, key: string, most: number, usual: number): number {
  return section.has(key) ? section.whole(key, 1, most) : usual;
}
