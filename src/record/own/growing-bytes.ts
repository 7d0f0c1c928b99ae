const SMALLEST = 256;

/** Bytes that are written one behind another, little endian, into room that grows and is kept: nothing is allocated for what is written. */
export class GrowingBytes {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #length = 0;

  /** @param room bytes at first */
  constructor(room = SMALLEST) {
    this.#bytes = new Uint8Array(room);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#length;
  }

  /** What was written from a place on; it holds until more is written. */
  written(from = 0): Uint8Array {
    return this.#bytes.subarray(from, this.#length);
  }

  /** Forgets what was written from a length on. */
  cut(length: number): void {
    this.#length = Math.min(length, this.#length);
  }

  /** Makes room for so many bytes more and leaves them as they are. @returns their place */
  skip(bytes: number): number {
    const at = this.#length;
    const wanted = at + bytes;
    if (wanted > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(wanted, Math.ceil(1.5 * this.#bytes.length)));
      grown.set(this.#bytes.subarray(0, at));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    this.#length = wanted;
    return at;
  }

  uint8(value: number, at = this.skip(1)): void {
    this.#view.setUint8(at, value);
  }

  uint16(value: number, at = this.skip(2)): void {
    this.#view.setUint16(at, value, true);
  }

  uint32(value: number, at = this.skip(4)): void {
    this.#view.setUint32(at, value, true);
  }

  /** A number of 64 bits: any bigint, or a length or place that is exact as a JavaScript number. */
  uint64(value: bigint | number, at = this.skip(8)): void {
    if (typeof value === 'bigint') return this.#view.setBigUint64(at, value, true);
    this.#view.setUint32(at, value >>> 0, true);
    this.#view.setUint32(at + 4, Math.floor(value / 2 ** 32), true);
  }

  bytes(value: Uint8Array): void {
    // Room first: it may be another buffer after that.
    const at = this.skip(value.length);
    this.#bytes.set(value, at);
  }
}
