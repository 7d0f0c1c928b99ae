/**
 * Protocol buffers' wire format (https://protobuf.dev/programming-guides/encoding), driven by tables: no code is made from
 * what a file says of itself, as general libraries do, and nothing is allocated that the bytes do not hold.
 */

/** Types of a field, by the names of the language. 64-bit integers are given as numbers. */
export type FieldType =
  | 'double'
  | 'float'
  | 'int64'
  | 'uint64'
  | 'int32'
  | 'fixed64'
  | 'fixed32'
  | 'bool'
  | 'string'
  | 'message'
  | 'bytes'
  | 'uint32'
  | 'enum'
  | 'sfixed32'
  | 'sfixed64'
  | 'sint32'
  | 'sint64';

/** One field of a message. */
export interface ProtoField {
  readonly name: string;
  readonly number: number;
  readonly type: FieldType;
  readonly repeated: boolean;
  /** Whole name of the message or enum that it is of. */
  readonly of?: string;
}

/** The fields of messages, by the whole names of the messages. */
export type ProtoTypes = ReadonlyMap<string, readonly ProtoField[]>;

/** A message as an object: fields that were not sent are 0, '', false, no bytes or an empty list; messages are left out. */
export type ProtoMessage = Record<string, unknown>;

/** Messages within messages at most, and messages in one list: as objects they are many times as large as their bytes. */
const DEEPEST = 16;
const LONGEST = 65_536;

const TEXT = new TextDecoder('utf-8');

/** @throws Error for bytes that are no such message */
export function decodeProto(types: ProtoTypes, name: string, data: Uint8Array): ProtoMessage {
  return decode(types, name, new Cursor(data), data.byteLength, 0);
}

function decode(types: ProtoTypes, name: string, cursor: Cursor, end: number, depth: number): ProtoMessage {
  const fields = types.get(name);
  if (fields === undefined) throw new Error(`no definition of ${name}`);
  if (depth > DEEPEST) throw new Error('messages within messages without end');
  const message: ProtoMessage = {};
  for (const field of fields) {
    if (field.repeated) message[field.name] = [];
    else if (field.type !== 'message') message[field.name] = EMPTY[field.type];
  }
  while (cursor.at < end) {
    const key = cursor.varint(end);
    const wire = key & 7;
    const field = fields.find(({ number }) => number === key >>> 3);
    if (field === undefined) {
      cursor.skip(wire, end);
      continue;
    }
    const value = (): unknown => valueOf(types, field, wire, cursor, end, depth);
    if (!field.repeated) message[field.name] = value();
    else {
      const list = message[field.name] as unknown[];
      const isPacked = wire === 2 && !DELIMITED.includes(field.type);
      const last = isPacked ? cursor.block(end) : cursor.at;
      if (!isPacked) list.push(value());
      else while (cursor.at < last) list.push(scalar(field.type, WIRES[field.type], cursor, last));
      if (field.type === 'message' && list.length > LONGEST) throw new Error(`a list of more than ${LONGEST} messages`);
    }
  }
  return message;
}

function valueOf(
  types: ProtoTypes,
  { type, of }: ProtoField,
  wire: number,
  cursor: Cursor,
  end: number,
  depth: number,
): unknown {
  if (type !== 'message') return scalar(type, wire, cursor, end);
  if (wire !== 2) throw new Error('a field of another type than its definition says');
  return decode(types, of ?? '', cursor, cursor.block(end), depth + 1);
}

function scalar(type: FieldType, wire: number, cursor: Cursor, end: number): unknown {
  if (wire !== WIRES[type]) throw new Error('a field of another type than its definition says');
  switch (type) {
    case 'double':
      return cursor.fixed(8, end).getFloat64(0, true);
    case 'float':
      return cursor.fixed(4, end).getFloat32(0, true);
    case 'fixed32':
      return cursor.fixed(4, end).getUint32(0, true);
    case 'sfixed32':
      return cursor.fixed(4, end).getInt32(0, true);
    case 'fixed64':
      return Number(cursor.fixed(8, end).getBigUint64(0, true));
    case 'sfixed64':
      return Number(cursor.fixed(8, end).getBigInt64(0, true));
    case 'bool':
      return cursor.varint64(end) !== 0n;
    case 'uint32':
      return Number(BigInt.asUintN(32, cursor.varint64(end)));
    case 'int32':
    case 'enum':
      return Number(BigInt.asIntN(32, cursor.varint64(end)));
    case 'uint64':
      return Number(cursor.varint64(end));
    case 'int64':
      return Number(BigInt.asIntN(64, cursor.varint64(end)));
    case 'sint32':
    case 'sint64': {
      const folded = cursor.varint64(end);
      return Number((folded >> 1n) ^ -(folded & 1n));
    }
    case 'string':
      return TEXT.decode(cursor.bytes(end));
    default:
      return cursor.bytes(end);
  }
}

const DELIMITED: readonly FieldType[] = ['string', 'bytes', 'message'];

/** Wire type of a field's value: 0 varint, 1 eight bytes, 2 with its length before it, 5 four bytes. */
const WIRES: Readonly<Record<FieldType, 0 | 1 | 2 | 5>> = {
  double: 1,
  float: 5,
  int64: 0,
  uint64: 0,
  int32: 0,
  fixed64: 1,
  fixed32: 5,
  bool: 0,
  string: 2,
  message: 2,
  bytes: 2,
  uint32: 0,
  enum: 0,
  sfixed32: 5,
  sfixed64: 1,
  sint32: 0,
  sint64: 0,
};

const EMPTY: Readonly<Record<FieldType, unknown>> = {
  ...(Object.fromEntries(Object.keys(WIRES).map((type) => [type, 0])) as Record<FieldType, unknown>),
  bool: false,
  string: '',
  bytes: new Uint8Array(0),
};

/** A place in bytes; nothing is read beyond an end. */
class Cursor {
  at = 0;
  readonly #data: Uint8Array;
  readonly #view: DataView;

  constructor(data: Uint8Array) {
    this.#data = data;
    this.#view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  }

  /** Moves on by so many bytes; returns where they begin. */
  #take(length: number, end: number): number {
    const start = this.at;
    if (length > end - start) throw new Error(`a field claims ${length} bytes, ${end - start} are left`);
    this.at = start + length;
    return start;
  }

  varint64(end: number): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#data[this.#take(1, end)];
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new Error('a number of more than ten bytes');
  }

  /** A number that stands for a key or a length: at most 32 bits. */
  varint(end: number): number {
    const value = this.varint64(end);
    if (value > 0xffff_ffffn) throw new Error(`a field claims ${value} bytes, ${end - this.at} are left`);
    return Number(value);
  }

  fixed(length: 4 | 8, end: number): DataView {
    return new DataView(this.#view.buffer, this.#view.byteOffset + this.#take(length, end), length);
  }

  /** Reads a length; returns where what has it ends. */
  block(end: number): number {
    const length = this.varint(end);
    if (length > end - this.at) throw new Error(`a field claims ${length} bytes, ${end - this.at} are left`);
    return this.at + length;
  }

  bytes(end: number): Uint8Array {
    const last = this.block(end);
    const start = this.at;
    this.at = last;
    return this.#data.subarray(start, last);
  }

  skip(wire: number, end: number): void {
    if (wire === 0) this.varint64(end);
    else if (wire === 1) this.#take(8, end);
    else if (wire === 2) this.at = this.block(end);
    else if (wire === 5) this.#take(4, end);
    else throw new Error(`no field has wire type ${wire}`);
  }
}

/** The bytes of a message. Fields that are undefined or empty are left out, as the format has it. */
export function encodeProto(types: ProtoTypes, name: string, message: Readonly<Record<string, unknown>>): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const field of types.get(name) ?? []) {
    const value = message[field.name];
    if (value === undefined) continue;
    if (!field.repeated) put(types, field, value, parts);
    else if (DELIMITED.includes(field.type)) for (const one of value as unknown[]) put(types, field, one, parts);
    else {
      const packed = Array.from(value as ArrayLike<number>, (one) => scalarBytes(field.type, one));
      if (packed.length > 0) delimited(field.number, Buffer.concat(packed), parts);
    }
  }
  return Buffer.concat(parts);
}

function put(types: ProtoTypes, field: ProtoField, value: unknown, parts: Uint8Array[]): void {
  const { type, number, of = '' } = field;
  if (type === 'message') delimited(number, encodeProto(types, of, value as ProtoMessage), parts);
  else if (type === 'string') delimited(number, Buffer.from(value as string), parts);
  else if (type === 'bytes') delimited(number, value as Uint8Array, parts);
  else parts.push(varintBytes(BigInt(number * 8 + WIRES[type])), scalarBytes(type, Number(value)));
}

function delimited(number: number, bytes: Uint8Array, parts: Uint8Array[]): void {
  parts.push(varintBytes(BigInt(number * 8 + 2)), varintBytes(BigInt(bytes.byteLength)), bytes);
}

function scalarBytes(type: FieldType, value: number): Uint8Array {
  const bytes = Buffer.alloc(WIRES[type] === 5 ? 4 : 8);
  switch (type) {
    case 'double':
      bytes.writeDoubleLE(value);
      return bytes;
    case 'float':
      bytes.writeFloatLE(value);
      return bytes;
    case 'fixed32':
      bytes.writeUInt32LE(value);
      return bytes;
    case 'int32':
    case 'int64':
    case 'uint32':
    case 'enum':
    case 'bool':
      return varintBytes(BigInt.asUintN(64, BigInt(value)));
    default:
      throw new Error(`${type} is not written`);
  }
}

function varintBytes(value: bigint): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    const low = Number(rest & 0x7fn);
    if (rest < 0x80n) return Uint8Array.from([...bytes, low]);
    bytes.push(low | 0x80);
  }
}
