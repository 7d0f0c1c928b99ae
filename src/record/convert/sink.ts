import type { RawMessage } from '../foreign/raw.ts';

/** A file of messages that is being written. */
export interface Sink {
  /** Takes a message. @throws Error that says why it cannot be carried: only that message is lost */
  add(message: RawMessage): void;
  /** Writes what waits, where enough waits. Errors are the system's. */
  drain(): Promise<void>;
  /** Writes all that waits, and the end. The file is the caller's to close. */
  end(): Promise<void>;
}

/** Bytes of messages that are written together. */
export const CHUNK_BYTES = 1024 * 1024;

/** Something made once for each channel; what went wrong at it goes wrong again for every message. */
export function perChannel<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const made = new Map<K, { readonly value: V } | { readonly error: unknown }>();
  return (key) => {
    let found = made.get(key);
    if (found === undefined) {
      try {
        found = { value: make(key) };
      } catch (error) {
        found = { error };
      }
      made.set(key, found);
    }
    if ('error' in found) throw found.error;
    return found.value;
  };
}
