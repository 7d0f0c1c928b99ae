/** Types that are written, and how a number is. */
const TYPES = {
  '<f8': [8, (view: DataView, at: number, value: number) => view.setFloat64(at, value, true)],
  '<f4': [4, (view: DataView, at: number, value: number) => view.setFloat32(at, value, true)],
  '<i4': [4, (view: DataView, at: number, value: number) => view.setInt32(at, value, true)],
  '|u1': [1, (view: DataView, at: number, value: number) => view.setUint8(at, value)],
} as const;

/** A header is padded so that the numbers begin at a multiple of this: the format's. */
const ALIGNED = 64;

/**
 * The file of an array, as `numpy.save` writes it: format version 1, little-endian, row-major
 * (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
 * @param values row by row, as many as the shape says
 */
export function npyFile(values: ArrayLike<number>, shape: readonly number[], type: keyof typeof TYPES): Uint8Array {
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sides}), }`;
  const begin = Math.ceil((11 + text.length) / ALIGNED) * ALIGNED;
  const [size, write] = TYPES[type];
  const file = new Uint8Array(begin + values.length * size);
  file.set(Buffer.from('\x93NUMPY\x01\x00', 'latin1'));
  file.set(Buffer.from(`${text.padEnd(begin - 11)}\n`, 'latin1'), 10);
  const view = new DataView(file.buffer);
  view.setUint16(8, begin - 10, true);
  for (let i = 0; i < values.length; i += 1) write(view, begin + i * size, values[i]);
  return file;
}
