/** Longest head of an element that is looked at as a whole, bytes. */
export const LONGEST_HEAD = 16_384;

/** What cuts a container's bytes into elements. */
export interface Elements {
  /**
   * Looks at what comes next. It may ask for a body, which begins after what it has used.
   * @param bytes one or more; what is {@link LONGEST_HEAD} long must not be too short
   * @returns how many it has used; 0: it has to see more
   */
  readonly head: (bytes: Uint8Array) => number;
  /** A body is over. */
  readonly bodyEnded: () => void;
}

/**
 * Cuts a stream of bytes, however it comes in pieces, into heads, which are small and shown as a whole, and bodies, which are large
 * and copied once, to where they stay. Keeps no more than one head.
 */
export class Cutter {
  readonly #elements: Elements;
  readonly #held = new Uint8Array(LONGEST_HEAD);
  #count = 0;
  #into: Uint8Array | undefined;
  #filled = 0;
  #left = 0;

  constructor(elements: Elements) {
    this.#elements = elements;
  }

  /**
   * What follows the head that is being looked at is a body of so many bytes.
   * @param into where to, from `filled` on; without it, they are passed over
   */
  body(length: number, into?: Uint8Array, filled = 0): void {
    this.#into = into;
    this.#filled = filled;
    this.#left = length;
    if (length === 0) this.#elements.bodyEnded();
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length;) {
      if (this.#left > 0) at += this.#copy(chunk, at);
      else at += this.#count === 0 ? this.#lookAt(chunk, at) : this.#lookAtHeld(chunk, at);
    }
  }

  #copy(chunk: Uint8Array, at: number): number {
    const part = Math.min(this.#left, chunk.length - at);
    this.#into?.set(chunk.subarray(at, at + part), this.#filled);
    this.#filled += part;
    this.#left -= part;
    if (this.#left === 0) {
      this.#into = undefined;
      this.#elements.bodyEnded();
    }
    return part;
  }

  #lookAt(chunk: Uint8Array, at: number): number {
    const bytes = chunk.subarray(at);
    const used = this.#elements.head(bytes);
    if (used > 0) return used;
    this.#count = Math.min(bytes.length, LONGEST_HEAD);
    this.#held.set(bytes.subarray(0, this.#count));
    return this.#count;
  }

  #lookAtHeld(chunk: Uint8Array, at: number): number {
    const before = this.#count;
    const part = Math.min(LONGEST_HEAD - before, chunk.length - at);
    this.#held.set(chunk.subarray(at, at + part), before);
    const all = before + part;
    // What is as long as can be and still too short makes no sense: on from the next byte.
    const used = this.#elements.head(this.#held.subarray(0, all)) || (all === LONGEST_HEAD ? 1 : 0);
    if (used === 0) {
      this.#count = all;
      return part;
    }
    // Of the chunk, only what the head took of it: the rest is looked at where it lies.
    this.#count = Math.max(0, before - used);
    this.#held.copyWithin(0, used, before);
    return Math.max(0, used - before);
  }
}
