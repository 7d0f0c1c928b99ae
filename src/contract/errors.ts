/**
 * One kind of error for everything that a user can cause or meet: a stable code, the path and the offending value.
 * `streams.imu.rate: expected 1..4000, got "fast" (E_CONFIG_RANGE)`.
 */

/** Stable codes, the exit status each one ends the process with, and what it means. Documented in docs/errors.md. */
export const ERROR_CODES = {
  E_CONFIG_KEY: { exit: 78, meaning: 'a key that does not exist; the nearest existing one is suggested' },
  E_CONFIG_TYPE: { exit: 78, meaning: 'a value of the wrong type' },
  E_CONFIG_RANGE: { exit: 78, meaning: 'a value outside its range or its list of choices' },
  E_CONFIG_SYNTAX: { exit: 78, meaning: 'a configuration file that is not valid YAML or JSON' },
  E_CONFIG_MISSING: { exit: 78, meaning: 'a required value that is not given' },
  E_CONFIG_CONFLICT: { exit: 78, meaning: 'values that are valid one by one and not together' },
  E_FILE_MISSING: { exit: 66, meaning: 'a file or folder that does not exist or cannot be read' },
  E_FILE_FORMAT: { exit: 65, meaning: 'a file that is not what its name or its place says' },
  E_FILE_DAMAGED: { exit: 65, meaning: 'a file that is damaged; what could be read is said' },
  E_FILE_EXISTS: { exit: 73, meaning: 'a file that exists already and would have been overwritten' },
  E_FILE_WRITE: { exit: 73, meaning: 'a file or folder that cannot be written, or not in whole' },
  E_PORT_IN_USE: { exit: 69, meaning: 'a configured port that something else listens on' },
  E_CONNECT: { exit: 69, meaning: 'a broker or device that does not answer' },
  E_DRIVER: { exit: 69, meaning: 'a sensor that could not be opened' },
  E_MODEL_MANIFEST: { exit: 78, meaning: 'a manifest of a model that is not one' },
  E_MODEL_UNKNOWN: { exit: 64, meaning: 'a model that this build does not know' },
  E_MODEL_MISSING: { exit: 66, meaning: 'a file of a model that is not there: sensorium models pull brings it' },
  E_MODEL_PATH: { exit: 65, meaning: 'a file of a model that leads elsewhere: a link, an absolute path, ../' },
  E_MODEL_SIZE: {
    exit: 65,
    meaning: 'a file of a model whose size is not the one of its manifest, or that is too large',
  },
  E_MODEL_HASH: { exit: 65, meaning: 'a file of a model whose content is not the one of its manifest' },
  E_MODEL_FORMAT: { exit: 65, meaning: 'a file of a model that its runtime cannot read' },
  E_MODEL_EXTERNAL: { exit: 65, meaning: 'a network that wants to read its weights from another file' },
  E_MODEL_SHAPE: { exit: 65, meaning: 'a network whose inputs or outputs are not those of its manifest' },
  E_MODEL_INPUT: { exit: 65, meaning: 'a picture, sound or tensor that a model cannot take' },
  E_MODEL_RUNTIME: { exit: 69, meaning: 'a runtime of models that is not installed or cannot run this one' },
  E_MODEL_DOWNLOAD: { exit: 69, meaning: 'a model that could not be fetched from its public source' },
  E_CANCELLED: { exit: 130, meaning: 'work that was called off before it was done' },
  E_USAGE: { exit: 64, meaning: 'a command line that does not make sense' },
  E_VERIFY: { exit: 1, meaning: 'a replay that differs from what was recorded: its digest, or what models say' },
  E_NODE_VERSION: { exit: 69, meaning: 'a Node.js that is too old' },
  E_SERVICE: { exit: 69, meaning: 'the service could not be installed, removed or asked' },
  E_INTERNAL: { exit: 70, meaning: 'a defect in Sensorium itself' },
} as const;

/** A code of {@link ERROR_CODES}. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** What went wrong, where, with which value. */
export interface ErrorDetails {
  /** Where: a configuration path (`publish.mqtt.port`), a file, a stream. */
  readonly path?: string;
  readonly cause?: unknown;
}

/** An error with a stable code. Its message is the whole line that a user sees. */
export class SensoriumError extends Error {
  readonly code: ErrorCode;
  readonly path: string | undefined;
  /** The message without path and code. */
  readonly what: string;

  /**
   * @param code stable code
   * @param what what was expected and what was found, without path and code: they are put around it
   */
  constructor(code: ErrorCode, what: string, details: ErrorDetails = {}) {
    super(`${details.path === undefined ? '' : `${details.path}: `}${what} (${code})`, { cause: details.cause });
    this.name = 'SensoriumError';
    this.code = code;
    this.path = details.path;
    this.what = what;
  }

  /** Status that the process ends with, after sysexits.h. */
  get exitCode(): number {
    return ERROR_CODES[this.code].exit;
  }
}

/** Shows a value in an error message: JSON, at most 80 characters. */
export function showValue(value: unknown): string {
  const text = value === undefined ? 'nothing' : (printed(value) ?? typeof value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/** `undefined` for what JSON does not know, and for what is nested too deeply. */
function printed(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, shownAs);
  } catch {
    return undefined;
  }
}

/** JSON has no integers beyond 2^53 of its own. */
function shownAs(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
