import { readFile } from 'node:fs/promises';
import { SensoriumError, showValue } from '../contract/index.ts';
import { headerIn } from './header.ts';

/** An array of numbers of at least one dimension. */
export interface NpyArray {
  /** As NumPy writes it: `<f8`, `<f4`, `<i8`, … */
  readonly type: string;
  readonly shape: readonly number[];
  /** Row-major, whatever the order in the file. */
  readonly values: Float64Array;
}

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
 * Reads an array of numbers, as `numpy.save` writes it: format versions 1 to 3, little-endian
 * (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
 * @throws SensoriumError E_FILE_MISSING; E_FILE_FORMAT for what is no such array; E_FILE_DAMAGED for one cut short
 */
export async function readNpy(path: string): Promise<NpyArray> {
  const file = await readFile(path).catch((cause: unknown) => {
    throw new SensoriumError('E_FILE_MISSING', 'the file cannot be read', { path, cause });
  });
  return parseNpy(file, path);
}

/** See {@link readNpy}. */
export function parseNpy(file: Uint8Array, path: string): NpyArray {
  const damaged = (what: string): SensoriumError => new SensoriumError('E_FILE_DAMAGED', what, { path });
  const format = (what: string): SensoriumError => new SensoriumError('E_FILE_FORMAT', what, { path });
  const { type, order, shape, begin } = headerIn(file, path);
  const known = type === undefined ? undefined : TYPES[type];
  if (type === undefined || known === undefined) {
    throw format(`expected numbers (${Object.keys(TYPES).join(', ')}), got ${showValue(type ?? 'records')}`);
  }
  if (shape.length < 1) throw format('expected at least one dimension, got none');
  const count = shape.reduce((product, side) => product * side, 1);
  const [size, read] = known;
  const wanted = count * size;
  if (!(begin + wanted <= file.length)) {
    throw damaged(`cut short: ${shape.join(' x ')} numbers need ${wanted} bytes, ${file.length - begin} are there`);
  }
  const view = new DataView(file.buffer, file.byteOffset + begin, wanted);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i += 1) values[i] = read(view, i * size);
  return { type, shape, values: order === 'True' ? rowMajor(shape, values) : values };
}

/** Brings an array whose first index runs fastest (Fortran's order) into the order in which the last one does. */
function rowMajor(shape: readonly number[], values: Float64Array): Float64Array {
  const index = shape.map(() => 0);
  const sorted = new Float64Array(values.length);
  for (const value of values) {
    sorted[index.reduce((at, i, side) => at * shape[side] + i, 0)] = value;
    for (let side = 0; side < shape.length && ++index[side] === shape[side]; side += 1) index[side] = 0;
  }
  return sorted;
}
