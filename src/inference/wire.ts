/**
 * Protocol buffers as they lie in a file (https://protobuf.dev/programming-guides/encoding/): fields one after the other, each with a number
 * and a type. Who changes one field keeps all others as they are, also those that nobody here has heard of.
 */

/** One field of a message. */
export interface Field {
  readonly number: number;
  /** The whole field as it stands there, its number included. */
  readonly raw: Uint8Array;
  /** Content of a field that has a length: bytes, a text, a message, or numbers in a row. */
  readonly content?: Uint8Array;
  /** Value of a field that is one whole number. */
  readonly value?: number;
}

/**
 * The fields of a message, one by one; their bytes are views.
 * @throws RangeError where the bytes are no protocol buffer
 */
export function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  const cursor = { bytes, at: 0 };
  while (cursor.at < bytes.length) {
    const start = cursor.at;
    const tag = varint(cursor);
    const its = valueOf(cursor, tag & 7);
    yield { number: tag >>> 3, ...its, raw: bytes.subarray(start, cursor.at) };
  }
}

/** A field with a length. */
export function fieldOf(number: number, content: Uint8Array | string): Uint8Array {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return Buffer.concat([encodeVarint(number * 8 + 2), encodeVarint(bytes.length), bytes]);
}

/** A field that is one whole number, which is not negative. */
export function numberOf(number: number, value: number): Uint8Array {
  return Buffer.concat([encodeVarint(number * 8), encodeVarint(value)]);
}

/** Whole numbers in a row: those of a field that is repeated and packed. */
export function numbersIn(content: Uint8Array): number[] {
  const cursor = { bytes: content, at: 0 };
  const numbers: number[] = [];
  while (cursor.at < content.length) numbers.push(varint(cursor));
  return numbers;
}

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

function valueOf(cursor: Cursor, wireType: number): Pick<Field, 'content' | 'value'> {
  switch (wireType) {
    case 0:
      return { value: varint(cursor) };
    case 1:
      skip(cursor, 8);
      return {};
    case 2: {
      const length = varint(cursor);
      const start = cursor.at;
      skip(cursor, length);
      return { content: cursor.bytes.subarray(start, cursor.at) };
    }
    case 5:
      skip(cursor, 4);
      return {};
    default:
      throw new RangeError(`no field has the type ${wireType}`);
  }
}

function skip(cursor: Cursor, length: number): void {
  cursor.at += length;
  if (cursor.at > cursor.bytes.length) throw new RangeError('a field is longer than the file');
}

function varint(cursor: Cursor): number {
  let value = 0;
  for (let shift = 0; shift < 70; shift += 7) {
    if (cursor.at >= cursor.bytes.length) throw new RangeError('the file ends within a number');
    const byte = cursor.bytes[cursor.at];
    cursor.at += 1;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return value;
  }
  throw new RangeError('a number does not end');
}

function encodeVarint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    bytes.push(rest >= 128 ? (rest % 128) | 0x80 : rest);
    if (rest < 128) return Uint8Array.from(bytes);
  }
}
