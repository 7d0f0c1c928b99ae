import { SensoriumError, showValue, type ErrorCode, type FormatError } from '../contract/index.ts';

/** Everything that is wrong with a configuration, at once. Its message has one line a problem. */
export class ConfigError extends SensoriumError {
  readonly problems: readonly SensoriumError[];

  /** @param problems at least one; the first lends its code and path */
  constructor(problems: readonly SensoriumError[]) {
    super(problems[0].code, '', { path: problems[0].path });
    this.name = 'ConfigError';
    this.message = problems.map((problem) => problem.message).join('\n');
    this.problems = problems;
  }
}

/** Collects problems, so that all of them are told. */
export interface Problems {
  add(code: ErrorCode, what: string, path: string): void;
  /** Runs a check; a SensoriumError that it throws becomes a problem. */
  attempt<T>(check: () => T): T | undefined;
  /** @throws SensoriumError (one problem), {@link ConfigError} (several) */
  raise(): void;
}

/** Makes an empty collection. */
export function createProblems(): Problems {
  const problems: SensoriumError[] = [];
  return {
    add(code, what, path) {
      problems.push(new SensoriumError(code, what, path === '' ? {} : { path }));
    },
    attempt(check) {
      try {
        return check();
      } catch (error) {
        if (!(error instanceof SensoriumError)) throw error;
        problems.push(...(error instanceof ConfigError ? error.problems : [error]));
        return undefined;
      }
    },
    raise() {
      if (problems.length === 1) throw problems[0];
      if (problems.length > 1) throw new ConfigError(problems);
    },
  };
}

/** Joins the parts of a path: `streams`, `imu` to `streams.imu`. */
export function pathOf(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('.');
}

/** A key as it stands in a path: an empty one can be seen. */
export function keyOf(key: string): string {
  return key === '' ? '""' : key;
}

const CODE_OF: Readonly<Record<FormatError['problem'], ErrorCode>> = {
  type: 'E_CONFIG_TYPE',
  range: 'E_CONFIG_RANGE',
  key: 'E_CONFIG_KEY',
  missing: 'E_CONFIG_MISSING',
};

/** Notes what a format has against the value at `path`. */
export function addFormatError(problems: Problems, error: FormatError, path: string, missing: boolean): void {
  const code = missing ? 'E_CONFIG_MISSING' : CODE_OF[error.problem];
  problems.add(
    code,
    `expected ${error.expected}, got ${showValue(error.value)}`,
    pathOf(path, ...error.path.map(keyOf)),
  );
}
