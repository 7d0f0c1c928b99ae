/** What is done with the objects in the bytes of a line. */
export interface ObjectTaker {
  readonly object: (object: unknown) => void;
  /** Something was left out. */
  readonly dropped: (reason: 'malformed' | 'too long') => void;
}

/** How objects are written. */
export interface Encoding {
  /** Finds them in bytes that follow upon one another, however they are cut; keeps one at most. */
  readonly cutter: (taker: ObjectTaker) => { readonly bytes: (chunk: Uint8Array) => void };
  /** The object that a message of at most {@link LONGEST} bytes is; `undefined`: it is none. */
  readonly whole: (message: Uint8Array) => unknown;
}

/** Bytes of an object: a scan of some ten thousand rays. */
export const LONGEST = 1_048_576;
