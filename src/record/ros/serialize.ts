import type { MessageDefinition, MessageDefinitionField } from '@foxglove/message-definition';

/** How ROS messages lie in bytes: ROS 1's own form, or the CDR of ROS 2 (little endian). */
export type RosFormat = 'ros1' | 'cdr';

type Fields = readonly MessageDefinitionField[];

/** Encapsulation of CDR: plain version 1, little endian. Alignment counts from behind it. */
const CDR_HEAD = Uint8Array.of(0, 1, 0, 0);

/**
 * Writes messages of a type. Fields are found by name, where need be in the other case (ROS 1's `K` is ROS 2's `k`); what
 * a message does not have is zero or empty.
 * @param definitions the type's own first
 * @returns throws an Error for what the format cannot hold: a time before 1970 or after 2106 in ROS 1, text that is none
 */
export function serializer(
  definitions: readonly MessageDefinition[],
  format: RosFormat,
  isReused = false,
): (message: unknown) => Uint8Array {
  const byName = new Map(definitions.map(({ name, definitions: fields }) => [name ?? '', fields.filter(isData)]));
  const root = definitions[0].definitions.filter(isData);
  // Messages of a type are mostly of one length: then nothing grows, and nothing is copied twice.
  let length = 64;
  const kept = isReused ? new Writer(format === 'cdr', length) : undefined;
  return (message) => {
    if (kept !== undefined) {
      kept.begin();
      write(kept, root, message, byName);
      return kept.view();
    }
    const writer = new Writer(format === 'cdr', length);
    write(writer, root, message, byName);
    const bytes = writer.bytes();
    length = bytes.length;
    return bytes;
  };
}

const isData = ({ isConstant }: MessageDefinitionField): boolean => isConstant !== true;

function write(writer: Writer, fields: Fields, message: unknown, byName: ReadonlyMap<string, Fields>): void {
  const from = (message ?? {}) as Readonly<Record<string, unknown>>;
  // ROS 2 gives a message without fields one byte.
  if (fields.length === 0 && writer.isCdr) writer.number('uint8', 0);
  for (const { name, type, isArray, isComplex, arrayLength } of fields) {
    const value = from[name] ?? from[name.toUpperCase()] ?? from[name.toLowerCase()];
    const one = (element: unknown): void => {
      if (isComplex !== true) return writer.value(type, element);
      const inner = byName.get(type);
      if (inner === undefined) throw new Error(`no definition of ${type}`);
      write(writer, inner, element, byName);
    };
    if (isArray !== true) {
      one(value);
      continue;
    }
    const list = (value ?? []) as ArrayLike<unknown>;
    const length = arrayLength ?? list.length;
    if (arrayLength === undefined) writer.number('uint32', length);
    if (list.length === length && isComplex !== true && writer.copy(type, list)) continue;
    for (let i = 0; i < length; i += 1) one(list[i]);
  }
}

/** Bytes of each type of number. */
export const NUMBER_BYTES: Readonly<Record<string, 1 | 2 | 4 | 8>> = {
  bool: 1,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float32: 4,
  float64: 8,
};
/** Arrays whose bytes are those of a list. */
const ARRAYS: Readonly<Record<string, new (length: number) => ArrayBufferView>> = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
};
const NS_PER_SECOND = 1_000_000_000;

class Writer {
  readonly isCdr: boolean;
  #buffer: Uint8Array;
  #view: DataView;
  #at = 0;

  constructor(isCdr: boolean, capacity: number) {
    this.isCdr = isCdr;
    this.#buffer = new Uint8Array(capacity);
    this.#view = new DataView(this.#buffer.buffer);
    this.begin();
  }

  /** Begins a message, over the one before. */
  begin(): void {
    this.#at = 0;
    if (this.isCdr) this.#put(CDR_HEAD);
  }

  /** The message so far, in memory that the next one is written to. */
  view(): Uint8Array {
    return this.#buffer.subarray(0, this.#at);
  }

  bytes(): Uint8Array {
    return this.#at === this.#buffer.length ? this.#buffer : this.#buffer.slice(0, this.#at);
  }

  /** Makes room; returns where it begins. */
  #take(length: number, alignment = 1): number {
    if (this.isCdr) {
      const over = (this.#at - CDR_HEAD.length) % alignment;
      // What is passed over may hold the message before.
      if (over > 0) this.#buffer.fill(0, this.#at, (this.#at += alignment - over));
    }
    const start = this.#at;
    if (start + length > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(2 * this.#buffer.length, start + length));
      grown.set(this.#buffer);
      this.#buffer = grown;
      this.#view = new DataView(grown.buffer);
    }
    this.#at = start + length;
    return start;
  }

  #put(bytes: Uint8Array): void {
    const start = this.#take(bytes.length);
    this.#buffer.set(bytes, start);
  }

  /** Copies a list that lies in memory as it lies in the message; false where it does not. */
  copy(type: string, list: ArrayLike<unknown>): boolean {
    const array = ARRAYS[type] as (new (length: number) => ArrayBufferView) | undefined;
    if (array === undefined || !(list instanceof array)) return false;
    if (list.length > 0) this.#take(0, NUMBER_BYTES[type]);
    this.#put(new Uint8Array(list.buffer, list.byteOffset, list.byteLength));
    return true;
  }

  value(type: string, value: unknown): void {
    if (type === 'string' || type === 'wstring') this.#text(type, value ?? '');
    else if (type === 'time' || type === 'duration')
      this.#time(type, (value ?? {}) as Readonly<Record<string, number>>);
    else if (type === 'int64' || type === 'uint64') {
      const start = this.#take(8, 8);
      this.#view.setBigInt64(start, BigInt.asIntN(64, BigInt((value ?? 0) as bigint | number)), true);
    } else this.number(type, Number(value ?? 0));
  }

  number(type: string, value: number): void {
    const size = NUMBER_BYTES[type] as 1 | 2 | 4 | 8 | undefined;
    if (size === undefined) throw new Error(`no type ${type}`);
    const start = this.#take(size, size);
    const view = this.#view;
    if (type === 'float64') view.setFloat64(start, value, true);
    else if (type === 'float32') view.setFloat32(start, value, true);
    else if (size === 4) view.setUint32(start, value, true);
    else if (size === 2) view.setUint16(start, value, true);
    else view.setUint8(start, value);
  }

  #text(type: string, value: unknown): void {
    if (type === 'wstring' || typeof value !== 'string') throw new Error(`${type} is not written`);
    const text = Buffer.from(value);
    this.number('uint32', text.length + (this.isCdr ? 1 : 0));
    this.#put(text);
    if (this.isCdr) this.number('uint8', 0);
  }

  #time(type: string, { sec = 0, nsec, nanosec }: Readonly<Record<string, number | undefined>>): void {
    // ROS 1 has durations whose nanoseconds are negative as well.
    const whole = BigInt(sec) * BigInt(NS_PER_SECOND) + BigInt(nsec ?? nanosec ?? 0);
    const rest = Number(((whole % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n);
    const seconds = Number((whole - BigInt(rest)) / 1_000_000_000n);
    const isUnsigned = type === 'time' && !this.isCdr;
    if (isUnsigned ? seconds < 0 || seconds >= 2 ** 32 : seconds < -(2 ** 31) || seconds >= 2 ** 31) {
      throw new Error(`a time of ${seconds} s: more than the format holds`);
    }
    this.number('uint32', seconds);
    this.number('uint32', rest);
  }
}
