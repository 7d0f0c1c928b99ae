/*
 * How the kernel lays out a scan. Documentation/iio/iio_devbuf.rst: a type is [be|le]:[s|u]bits/storagebits[Xrepeat][>>shift]; the
 * elements that are switched on stand in the order of their indices, each aligned to its own length, and the scan to its longest one.
 */

/** How one element is stored. */
export interface ElementType {
  readonly bigEndian: boolean;
  readonly signed: boolean;
  readonly bits: number;
  readonly storageBits: number;
  readonly repeat: number;
  readonly shift: number;
}

/** Reads a type as in `scan_elements/*_type`; `undefined` for what is none. */
export function parseType(text: string): ElementType | undefined {
  const found = /^(be|le):([su])(\d+)\/(8|16|32|64)(?:X(\d+))?(?:>>(\d+))?$/.exec(text.trim());
  if (found === null) return undefined;
  const [, endian, sign, bits, storageBits, repeat = '1', shift = '0'] = found;
  const type = {
    bigEndian: endian === 'be',
    signed: sign === 's',
    bits: Number(bits),
    storageBits: Number(storageBits),
    repeat: Math.max(1, Number(repeat)),
    shift: Number(shift),
  };
  const fits = type.bits > 0 && type.bits + type.shift <= type.storageBits && type.repeat <= 16;
  return fits ? type : undefined;
}

/** An element that is switched on. */
export interface Element {
  /** `in_accel_x`, `in_timestamp`. */
  readonly name: string;
  readonly index: number;
  readonly type: ElementType;
}

/** Where each element stands in a scan, bytes from its start, and how long the scan is. */
export function layOut(elements: readonly Element[]): {
  readonly offsets: ReadonlyMap<string, number>;
  readonly size: number;
} {
  const offsets = new Map<string, number>();
  let at = 0;
  let longest = 1;
  for (const { name, type } of [...elements].sort((a, b) => a.index - b.index)) {
    const length = (type.storageBits / 8) * type.repeat;
    at = aligned(at, length);
    offsets.set(name, at);
    at += length;
    longest = Math.max(longest, length);
  }
  return { offsets, size: aligned(at, longest) };
}

function aligned(at: number, length: number): number {
  return Math.ceil(at / length) * length;
}

/** Reads a number of this type, not scaled. Those of more than 53 bits are rounded. */
export function readerOf({ bigEndian, signed, bits, storageBits, shift }: ElementType) {
  const little = !bigEndian;
  // As nearly all of them are.
  if (signed && storageBits === 16 && bits === 16)
    return (view: DataView, at: number): number => view.getInt16(at, little);
  if (storageBits === 64) {
    return (view: DataView, at: number): number => {
      const whole = view.getBigUint64(at, little) >> BigInt(shift);
      return Number(signed ? BigInt.asIntN(bits, whole) : BigInt.asUintN(bits, whole));
    };
  }
  // Pushed to the top of 32 bits, and down again with the sign or without.
  const up = 32 - bits - shift;
  const down = 32 - bits;
  const whole = (view: DataView, at: number): number =>
    storageBits === 8
      ? view.getUint8(at)
      : storageBits === 16
        ? view.getUint16(at, little)
        : view.getUint32(at, little);
  return signed
    ? (view: DataView, at: number): number => (whole(view, at) << up) >> down
    : (view: DataView, at: number): number => (whole(view, at) << up) >>> down;
}
