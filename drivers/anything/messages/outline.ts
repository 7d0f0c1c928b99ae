/*
 * MessagePack as messages of measurements use it (https://github.com/msgpack/msgpack/blob/master/spec.md): a map from text to text,
 * numbers, true, false, nil, arrays of numbers, and maps from text to arrays of numbers. Anything else is no such message: neither
 * extensions nor binaries, nor maps within maps within maps. So little that a message which was cut off is found out as soon as
 * the next one begins.
 */

/** Fields of a map. No kind has half as many. */
const MOST_FIELDS = 64;
/** Bytes of a field's name. */
const LONGEST_NAME = 32;
/** Numbers of an array: rays of a scan. */
const MOST_NUMBERS = 100_000;
/** Bytes of a text: 65,536 characters of three bytes. */
const LONGEST_TEXT = 196_608;

const [NIL, FALSE, TRUE] = [0xc0, 0xc2, 0xc3];
/** Bytes of a number or nil by its first byte; 0: it is neither. */
const NUMBER = Uint8Array.from({ length: 256 }, (_, head) => {
  if (head < 0x80 || head >= 0xe0 || head === NIL) return 1;
  // float 32 and 64, uint 8 to 64, int 8 to 64.
  return { 0xca: 5, 0xcb: 9, 0xcc: 2, 0xcd: 3, 0xce: 5, 0xcf: 9, 0xd0: 2, 0xd1: 3, 0xd2: 5, 0xd3: 9 }[head] ?? 0;
});

/** How sizes are written: in the head itself, up to so many, or in the bytes behind heads with 1, 2 or 4 of them. */
interface Sized {
  readonly fixed: number;
  readonly most: number;
  readonly heads: Readonly<Partial<Record<number, number>>>;
}
const MAP: Sized = { fixed: 0x80, most: 15, heads: { 0xde: 2, 0xdf: 4 } };
const ARRAY: Sized = { fixed: 0x90, most: 15, heads: { 0xdc: 2, 0xdd: 4 } };
const TEXT: Sized = { fixed: 0xa0, most: 31, heads: { 0xd9: 1, 0xda: 2, 0xdb: 4 } };

/**
 * Follows a message from its first byte on, without decoding it: steps of at most nine bytes or some letters, so that it can wait
 * anywhere for the bytes to come.
 */
export class MessageOutline {
  #hasBegun = false;
  /** Names and values still to come: of the message, and of the map within it. */
  #fields = 0;
  #innerFields = 0;
  /** Numbers of an array, and bytes of a text, still to come. */
  #numbers = 0;
  #text = 0;
  #inner: number | undefined;
  /** Set by `#sized`. */
  #size = 0;

  /** Another message begins. */
  begin(): void {
    this.#hasBegun = false;
    this.#fields = this.#innerFields = this.#numbers = this.#text = 0;
    this.#inner = undefined;
  }

  /** Every byte of it was seen. */
  get isWhole(): boolean {
    return this.#hasBegun && this.#fields + this.#innerFields + this.#numbers + this.#text === 0;
  }

  /** Where the map within it begins, while in the midst of that. */
  get inner(): number | undefined {
    return this.#inner;
  }

  /** The bytes were moved towards the beginning. */
  moved(by: number): void {
    if (this.#inner !== undefined) this.#inner -= by;
  }

  /** @returns how many bytes the next part has; 0: there can be none such; `undefined`: there are too few bytes to tell */
  step(bytes: Uint8Array, at: number, end: number): number | undefined {
    if (at >= end) return undefined;
    if (this.#text > 0) return this.#letters(bytes, at, end);
    if (this.#numbers > 0) return this.#number(bytes, at, end);
    if (!this.#hasBegun) return this.#map(bytes, at, end);
    if (this.#innerFields > 0) {
      const isName = this.#innerFields % 2 === 0;
      const length = isName ? this.#name(bytes, at, end) : this.#array(bytes, at, end);
      if (length) this.#innerFields -= 1;
      return length;
    }
    this.#inner = undefined;
    const isName = this.#fields % 2 === 0;
    const length = isName ? this.#name(bytes, at, end) : this.#value(bytes, at, end);
    if (length) this.#fields -= 1;
    return length;
  }

  #map(bytes: Uint8Array, at: number, end: number): number | undefined {
    const length = this.#sized(MAP, bytes, at, end, 1, MOST_FIELDS);
    if (!length) return length;
    this.#hasBegun = true;
    this.#fields = 2 * this.#size;
    return length;
  }

  #name(bytes: Uint8Array, at: number, end: number): number | undefined {
    const length = this.#sized(TEXT, bytes, at, end, 1, LONGEST_NAME);
    if (length) this.#text = this.#size;
    return length;
  }

  #array(bytes: Uint8Array, at: number, end: number): number | undefined {
    const length = this.#sized(ARRAY, bytes, at, end, 0, MOST_NUMBERS);
    if (length) this.#numbers = this.#size;
    return length;
  }

  #number(bytes: Uint8Array, at: number, end: number): number | undefined {
    const length = NUMBER[bytes[at]];
    if (at + length > end) return undefined;
    if (length > 0) this.#numbers -= 1;
    return length;
  }

  /** A value of the message itself. */
  #value(bytes: Uint8Array, at: number, end: number): number | undefined {
    const head = bytes[at];
    if (head === FALSE || head === TRUE) return 1;
    const number = NUMBER[head];
    if (number > 0) return at + number > end ? undefined : number;
    const array = this.#array(bytes, at, end);
    if (array !== 0) return array;
    const text = this.#sized(TEXT, bytes, at, end, 0, LONGEST_TEXT);
    if (text) this.#text = this.#size;
    if (text !== 0) return text;
    const map = this.#sized(MAP, bytes, at, end, 0, MOST_FIELDS);
    if (map) {
      this.#inner = at;
      this.#innerFields = 2 * this.#size;
    }
    return map;
  }

  /** Bytes of a head with a size in `least..most`, which is then `#size`. */
  #sized(kind: Sized, bytes: Uint8Array, at: number, end: number, least: number, most: number): number | undefined {
    const head = bytes[at];
    const further = kind.heads[head] ?? 0;
    if (further === 0 && (head < kind.fixed || head > kind.fixed + kind.most)) return 0;
    if (at + 1 + further > end) return undefined;
    this.#size = further === 0 ? head - kind.fixed : 0;
    for (let i = 1; i <= further; i += 1) this.#size = this.#size * 256 + bytes[at + i];
    return this.#size < least || this.#size > most ? 0 : 1 + further;
  }

  /** A run of ASCII, or one other character of well-formed UTF-8 (Unicode 15, table 3-7). */
  #letters(bytes: Uint8Array, at: number, end: number): number | undefined {
    const textEnd = Math.min(end, at + this.#text);
    let to = at;
    while (to < textEnd && bytes[to] < 0x80) to += 1;
    const length = to > at ? to - at : characterAt(bytes, at, textEnd);
    if (length === undefined) return end - at < this.#text ? undefined : 0;
    this.#text -= length;
    return length;
  }
}

/** Bytes of a character beyond ASCII; 0: there is none; `undefined`: it is cut off. */
function characterAt(bytes: Uint8Array, at: number, end: number): number | undefined {
  const lead = bytes[at];
  const length = lead < 0xc2 || lead > 0xf4 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  for (let i = 1; i < length; i += 1) {
    if (at + i >= end) return undefined;
    const [least, most] = i === 1 ? (SECOND[lead] ?? TAIL) : TAIL;
    if (bytes[at + i] < least || bytes[at + i] > most) return 0;
  }
  return length;
}

const TAIL = [0x80, 0xbf] as const;
/** Second bytes that are not any: no overlong forms, no surrogates, nothing beyond U+10FFFF. */
const SECOND: Readonly<Record<number, readonly [least: number, most: number]>> = {
  0xe0: [0xa0, 0xbf],
  0xed: [0x80, 0x9f],
  0xf0: [0x90, 0xbf],
  0xf4: [0x80, 0x8f],
};
