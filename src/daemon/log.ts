/** Where the daemon says what happens: pino fits. */
export interface Log {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** Says nothing. */
export const SILENT: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
