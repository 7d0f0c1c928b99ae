/**
 * The bytes of an array of float64 as `numpy.save` writes it, format version 1.0
 * (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
 * @param shape its product is the number of values; @param values row-major
 */
export function npyOf(shape: readonly number[], values: Float64Array): Uint8Array {
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const words = `{'descr': '<f8', 'fortran_order': False, 'shape': (${sides}), }`;
  // Magic, version and length are 10 bytes; all of the header fills whole 64 bytes, and ends a line.
  const length = Math.ceil((10 + words.length + 1) / 64) * 64 - 10;
  const out = Buffer.alloc(10 + length + 8 * values.length);
  out.write('\x93NUMPY\x01\x00', 'latin1');
  out.writeUInt16LE(length, 8);
  out.write(`${words.padEnd(length - 1)}\n`, 10, 'latin1');
  const view = new DataView(out.buffer, out.byteOffset + 10 + length, 8 * values.length);
  for (let i = 0; i < values.length; i += 1) view.setFloat64(8 * i, values[i], true);
  return out;
}
