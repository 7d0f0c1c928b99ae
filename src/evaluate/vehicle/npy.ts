import { readFile } from 'node:fs/promises';
import { SensoriumError, showValue } from '../../contract/index.ts';

/** A table of numbers: rows of equal length. */
export interface NpyTable {
  /** As NumPy writes it: `<f8`, `<f4`, `<i8`, … */
  readonly type: string;
  readonly rows: number;
  /** Numbers in a row; 1 for an array of one dimension. */
  readonly columns: number;
  /** Row by row. */
  readonly values: Float64Array;
}

const MAGIC = Buffer.from('\x93NUMPY', 'latin1');
/** Bytes of a number, and how it is read. 64-bit whole numbers are exact to 2^53. */
const TYPES: Readonly<Record<string, readonly [bytes: number, read: (view: DataView, at: number) => number]>> = {
  '<f8': [8, (view, at) => view.getFloat64(at, true)],
  '<f4': [4, (view, at) => view.getFloat32(at, true)],
  '<i8': [8, (view, at) => Number(view.getBigInt64(at, true))],
  '<u8': [8, (view, at) => Number(view.getBigUint64(at, true))],
  '<i4': [4, (view, at) => view.getInt32(at, true)],
  '<u4': [4, (view, at) => view.getUint32(at, true)],
  '<i2': [2, (view, at) => view.getInt16(at, true)],
  '<u2': [2, (view, at) => view.getUint16(at, true)],
  '|i1': [1, (view, at) => view.getInt8(at)],
  '|u1': [1, (view, at) => view.getUint8(at)],
  '|b1': [1, (view, at) => view.getUint8(at)],
};

/**
 * Reads an array of numbers of one or two dimensions, as `numpy.save` writes it: format versions 1 to 3, little-endian
 * (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
 * @throws SensoriumError E_FILE_MISSING; E_FILE_FORMAT for what is no such array; E_FILE_DAMAGED for one cut short
 */
export async function readNpy(path: string): Promise<NpyTable> {
  const file = await readFile(path).catch((cause: unknown) => {
    throw new SensoriumError('E_FILE_MISSING', 'the file cannot be read', { path, cause });
  });
  return parseNpy(file, path);
}

/** See {@link readNpy}. */
export function parseNpy(file: Uint8Array, path: string): NpyTable {
  const damaged = (what: string): SensoriumError => new SensoriumError('E_FILE_DAMAGED', what, { path });
  const format = (what: string): SensoriumError => new SensoriumError('E_FILE_FORMAT', what, { path });
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw format('not an array of NumPy');
  if (bytes.length < 12) throw damaged(`cut short: ${bytes.length} bytes`);
  const version = bytes[6];
  if (version < 1 || version > 3) throw format(`expected NumPy format version 1, 2 or 3, got ${version}`);
  const start = version === 1 ? 10 : 12;
  const begin = start + (version === 1 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8));
  if (begin > bytes.length) throw damaged(`cut short within its header: ${bytes.length} bytes of at least ${begin}`);
  const header = bytes.toString('latin1', start, begin);
  const type = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1];
  const sides = /'shape'\s*:\s*\(([\d\s,]*)\)/
    .exec(header)?.[1]
    .split(',')
    .filter((side) => side.trim() !== '');
  if (order === undefined || sides === undefined) throw damaged(`a header that makes no sense: ${showValue(header)}`);
  const known = type === undefined ? undefined : TYPES[type];
  if (type === undefined || known === undefined) {
    throw format(`expected numbers (${Object.keys(TYPES).join(', ')}), got ${showValue(type ?? 'records')}`);
  }
  if (sides.length < 1 || sides.length > 2) throw format(`expected one or two dimensions, got ${sides.length}`);
  const [rows, columns] = [Number(sides[0]), Number(sides[1] ?? 1)];
  const [size, read] = known;
  const wanted = rows * columns * size;
  if (!(begin + wanted <= bytes.length)) {
    throw damaged(`cut short: ${rows} x ${columns} numbers need ${wanted} bytes, ${bytes.length - begin} are there`);
  }
  const view = new DataView(file.buffer, file.byteOffset + begin, wanted);
  const values = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const from = order === 'True' ? column * rows + row : row * columns + column;
      values[row * columns + column] = read(view, from * size);
    }
  }
  return { type, rows, columns, values };
}
