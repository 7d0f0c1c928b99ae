/** How an array is written. */
export interface NpyOptions {
  readonly shape: readonly number[];
  readonly type?: string;
  /** The type as the header says it, if it is to lie. */
  readonly name?: string;
  readonly fortran?: boolean;
  readonly version?: number;
}

const SIZES: Readonly<Record<string, number>> = { '<f8': 8, '<f4': 4, '<i8': 8, '<i4': 4, '<i2': 2, '|u1': 1 };

/** A file as `numpy.save` writes it; values row by row. */
export function npyOf(values: readonly number[], options: NpyOptions): Buffer {
  const { shape, type = '<f8', name = type, fortran = false, version = 1 } = options;
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const header = `{'descr': '${name}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': ${tuple}, }\n`;
  const start = version === 1 ? 10 : 12;
  const size = SIZES[type];
  const file = Buffer.alloc(start + header.length + values.length * size);
  file.write('\x93NUMPY', 0, 'latin1');
  file[6] = version;
  if (version === 1) file.writeUInt16LE(header.length, 8);
  else file.writeUInt32LE(header.length, 8);
  file.write(header, start, 'latin1');
  values.forEach((value, i) => {
    const place = fortran ? fortranPlace(i, shape) : i;
    const at = start + header.length + place * size;
    if (type === '<f8') file.writeDoubleLE(value, at);
    else if (type === '<f4') file.writeFloatLE(value, at);
    else if (type === '<i8') file.writeBigInt64LE(BigInt(value), at);
    else file.writeIntLE(value, at, size);
  });
  return file;
}

/** Where the i-th number in row-major order stands when the first index runs fastest. */
function fortranPlace(i: number, shape: readonly number[]): number {
  let [place, rest, stride] = [0, i, shape.reduce((product, side) => product * side, 1)];
  for (const side of shape.toReversed()) {
    stride /= side;
    place += (rest % side) * stride;
    rest = Math.floor(rest / side);
  }
  return place;
}
