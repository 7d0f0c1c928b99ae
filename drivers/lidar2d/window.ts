/** The bytes at hand of a line in which packets are looked for: at most so many. */
export class Window {
  readonly bytes: Uint8Array<ArrayBuffer>;
  #filled = 0;

  /** @param capacity at least the longest packet */
  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
  }

  /**
   * More bytes have come.
   * @param next looks at those from there on, so many of them, and returns how many it is done with; 0: more must come
   */
  read(chunk: Uint8Array, next: (from: number, length: number) => number): void {
    const { bytes } = this;
    for (let at = 0; at < chunk.length;) {
      const part = Math.min(bytes.length - this.#filled, chunk.length - at);
      bytes.set(chunk.subarray(at, at + part), this.#filled);
      this.#filled += part;
      at += part;
      let from = 0;
      while (from < this.#filled) {
        const used = next(from, this.#filled - from);
        if (used === 0) break;
        from += used;
      }
      bytes.copyWithin(0, from, this.#filled);
      this.#filled -= from;
    }
  }

  view(from: number, length: number): DataView {
    return new DataView(this.bytes.buffer, from, length);
  }
}
