/** How a device's packets are told from the bytes around them. */
export interface PacketShape {
  /** Bytes of the longest one. */
  readonly longest: number;
  /**
   * Bytes of the packet that begins at `at`; 0 where none can begin there; `undefined` where more bytes are needed to tell.
   * @param end of the bytes that there are
   */
  readonly lengthAt: (bytes: Uint8Array, at: number, end: number) => number | undefined;
  /** A whole one, `at` in the memory of {@link PacketCutter.view}. False: it is none, and the next is searched from its second byte. */
  readonly take: (at: number, length: number) => boolean;
}

/** Least bytes that are gathered, so that short packets are not moved one by one. */
const LEAST_CAPACITY = 256;

/** Cuts a stream of bytes into packets, however it comes. Keeps four packets at most. */
export class PacketCutter {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly #shape: PacketShape;
  #filled = 0;

  constructor(shape: PacketShape) {
    this.bytes = new Uint8Array(Math.max(LEAST_CAPACITY, 4 * shape.longest));
    this.view = new DataView(this.bytes.buffer);
    this.#shape = shape;
  }

  /** Never throws unless `take` does. */
  push(chunk: Uint8Array): void {
    for (let from = 0; from < chunk.length;) {
      const part = Math.min(this.bytes.length - this.#filled, chunk.length - from);
      this.bytes.set(part === chunk.length ? chunk : chunk.subarray(from, from + part), this.#filled);
      this.#filled += part;
      from += part;
      this.#cut();
    }
  }

  #cut(): void {
    const { lengthAt, take } = this.#shape;
    let at = 0;
    while (at < this.#filled) {
      const length = lengthAt(this.bytes, at, this.#filled);
      if (length === 0) at += 1;
      else if (length === undefined || at + length > this.#filled) break;
      else at += take(at, length) ? length : 1;
    }
    if (at > 0 && at < this.#filled) this.bytes.copyWithin(0, at, this.#filled);
    this.#filled -= at;
  }
}
