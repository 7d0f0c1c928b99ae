/**
 * Formats of configuration values, for the `format` field of a convict schema. A format is a function that throws a
 * {@link FormatError} for a value that it does not take; it also says in words what it takes, for messages and docs.
 */

/** Why a value is not taken. `path` leads from the configured value to the part of it that is wrong. */
export class FormatError extends Error {
  readonly problem: 'type' | 'range' | 'key' | 'missing';
  readonly expected: string;
  readonly value: unknown;
  readonly path: readonly string[];

  constructor(problem: FormatError['problem'], expected: string, value: unknown, path: readonly string[] = []) {
    super(`expected ${expected}`);
    this.name = 'FormatError';
    this.problem = problem;
    this.expected = expected;
    this.value = value;
    this.path = path;
  }
}

/** One value of a configuration: what it means, what it takes, what it is when nobody says. */
export interface Leaf {
  /** Meaning, unit, and what too small and too large do. */
  readonly doc: string;
  readonly format: Format;
  /** `undefined` for a value that may stay unsaid. */
  readonly default: unknown;
}

/** A tree of {@link Leaf}s: what convict calls a schema. */
export interface SchemaTree {
  readonly [key: string]: Leaf | SchemaTree;
}

/** See the file's head. */
export interface Format {
  (value: unknown): void;
  /** In words: `1..4000`, `one of "tcp", "serial"`. */
  readonly expected: string;
  /** For a map or list of sections: the schema of each entry, whose defaults are filled in. */
  readonly entry?: SchemaTree;
}

function format(expected: string, check: (value: unknown) => void, entry?: SchemaTree): Format {
  return Object.assign(check, { expected, ...(entry === undefined ? {} : { entry }) });
}

/** A finite number within `min..max`, both included. */
export function numberIn(min: number, max: number): Format {
  const expected = `a number in ${min}..${max}`;
  return format(expected, (value) => {
    if (typeof value !== 'number') throw new FormatError('type', expected, value);
    if (!(value >= min && value <= max)) throw new FormatError('range', expected, value);
  });
}

/** A whole number within `min..max`, both included. */
export function integerIn(min: number, max: number): Format {
  const expected = `a whole number in ${min}..${max}`;
  return format(expected, (value) => {
    if (typeof value !== 'number') throw new FormatError('type', expected, value);
    if (!Number.isInteger(value) || value < min || value > max) throw new FormatError('range', expected, value);
  });
}

/** `true` or `false`. */
export function flag(): Format {
  return format('true or false', (value) => {
    if (typeof value !== 'boolean') throw new FormatError('type', 'true or false', value);
  });
}

/** Text; with `pattern`, only text that it matches, and `expected` says what that is. */
export function text(pattern?: RegExp, expected = 'text'): Format {
  return format(expected, (value) => {
    if (typeof value !== 'string') throw new FormatError('type', expected, value);
    if (pattern !== undefined && !pattern.test(value)) throw new FormatError('range', expected, value);
  });
}

/** One of the given words. */
export function oneOf(...choices: readonly string[]): Format {
  const expected = `one of ${choices.map((choice) => `"${choice}"`).join(', ')}`;
  return format(expected, (value) => {
    if (typeof value !== 'string') throw new FormatError('type', expected, value);
    if (!choices.includes(value)) throw new FormatError('range', expected, value);
  });
}

/** `inner`, or not given at all. */
export function optional(inner: Format): Format {
  return format(
    inner.expected,
    (value) => {
      if (value !== undefined && value !== null) inner(value);
    },
    inner.entry,
  );
}

/** A list of which `item` takes each, of `least..most` items. */
export function listOf(item: Format, least = 0, most = Infinity): Format {
  const count = least === most ? `${least}` : most === Infinity ? `${least} or more` : `${least}..${most}`;
  const expected = `a list of ${count}, each ${item.expected}`;
  return format(expected, (value) => {
    if (!Array.isArray(value)) throw new FormatError('type', expected, value);
    if (value.length < least || value.length > most) throw new FormatError('range', expected, value);
    value.forEach((entry, index) => within(String(index), () => item(entry)));
  });
}

/**
 * A map from names (matching `names`) to sections of the given schema. Unknown keys within an entry are refused and
 * defaults filled in by the loader, which knows {@link Format.entry}.
 */
export function mapOf(entry: SchemaTree, names: RegExp = /^[A-Za-z0-9_.-]+$/): Format {
  const expected = 'a map from names to sections';
  return format(
    expected,
    (value) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        throw new FormatError('type', expected, value);
      }
      for (const name of Object.keys(value)) {
        if (!names.test(name)) throw new FormatError('range', `a name matching ${names.source}`, name, [name]);
      }
    },
    entry,
  );
}

/** Runs a check of a part, putting the part's name before the path of what it throws. */
function within(part: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (error instanceof FormatError) {
      throw new FormatError(error.problem, error.expected, error.value, [part, ...error.path]);
    }
    throw error;
  }
}
