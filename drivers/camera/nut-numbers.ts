/* Numbers and checksums as NUT writes them; see nut.ts. */

/** Reads numbers one after the other; says when there were too few bytes. */
export class Cursor {
  readonly #bytes: Uint8Array;
  at: number;
  isShort = false;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  /** Seven bits a byte, the first ones first. More than is exact is as much as is exact. */
  number(): number {
    let value = 0;
    for (let i = 0; i < 10; i += 1) {
      if (this.at >= this.#bytes.length) break;
      const byte = this.#bytes[this.at];
      this.at += 1;
      value = value * 128 + (byte & 0x7f);
      if ((byte & 0x80) === 0) return Math.min(value, Number.MAX_SAFE_INTEGER);
    }
    this.isShort = true;
    return 0;
  }

  /** 0, 1, -1, 2, -2, … */
  signed(): number {
    const value = this.number() + 1;
    return value % 2 === 0 ? value / 2 : -(value - 1) / 2;
  }

  bytes(): Uint8Array {
    const length = this.number();
    if (this.at + length > this.#bytes.length) {
      this.isShort = true;
      return new Uint8Array();
    }
    this.at += length;
    return this.#bytes.slice(this.at - length, this.at);
  }

  skip(length: number): void {
    this.at += length;
    if (this.at > this.#bytes.length) this.isShort = true;
  }

  /** So many as the number before them says, at most. */
  list<T>(most: number, item: () => T): T[] {
    const items: T[] = [];
    for (let left = Math.min(most, this.number()); left > 0 && !this.isShort; left -= 1) items.push(item());
    return items;
  }
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc >>> 0;
});

/** 0 where the last four bytes are the checksum of those before them. */
export function crc32(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0;
  for (let at = from; at < to; at += 1) crc = ((crc << 8) ^ TABLE[(crc >>> 24) ^ bytes[at]]) >>> 0;
  return crc;
}
