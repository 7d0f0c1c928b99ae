import { closeSync, openSync, writeSync } from 'node:fs';
import { orUnwritable } from '../contract/index.ts';

/** Types of numbers that are written, as NumPy names them. */
const TYPES = {
  '<f8': Float64Array,
  '<f4': Float32Array,
  '<i4': Int32Array,
  '<i2': Int16Array,
  '<u2': Uint16Array,
  '|u1': Uint8Array,
} as const;
export type NpyType = keyof typeof TYPES;

/** Bytes of the header, so that the number of rows can be put in when it is known. */
export const NPY_HEADER = 128;
/** Bytes that are gathered before they go to the disk. */
const CHUNK = 2 ** 18;

/**
 * The file of an array, as `numpy.save` writes it.
 * @param values row by row, as many as the shape says
 */
export function npyFile(values: ArrayLike<number>, shape: readonly number[], type: NpyType): Uint8Array {
  const numbers = TYPES[type].from(values);
  return Buffer.concat([headerOf(type, shape), new Uint8Array(numbers.buffer)]);
}

/** An array that grows row by row; what `numpy.load` reads. Its memory does not grow with it. */
export interface NpyWriter {
  readonly rows: number;
  /** @param row as many numbers as the sides of a row make; copied */
  append(row: ArrayLike<number>): void;
  /** Ends the file; without it the file is empty to readers. */
  close(): void;
}

/**
 * Begins a file with an array [rows, ...sides] (format version 1.0, little-endian, row by row).
 * @param sides of a row; none: one number
 * @throws SensoriumError E_FILE_WRITE, also from the calls
 */
export function createNpyWriter(path: string, type: NpyType, sides: readonly number[] = []): NpyWriter {
  const attempt = <T>(work: () => T): T => orUnwritable(path, work);
  const width = sides.reduce((product, side) => product * side, 1);
  const size = TYPES[type].BYTES_PER_ELEMENT;
  const chunk = new TYPES[type](Math.max(width, Math.floor(CHUNK / size / width) * width));
  const file = attempt(() => openSync(path, 'w'));
  let rows = 0;
  let filled = 0;
  attempt(() => writeSync(file, headerOf(type, [0, ...sides])));

  function flush(): void {
    const bytes = new Uint8Array(chunk.buffer, 0, filled * size);
    for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
    filled = 0;
  }

  return {
    get rows() {
      return rows;
    },
    append(row) {
      if (row.length !== width) throw new RangeError(`expected ${width} numbers a row, got ${row.length}`);
      if (filled + width > chunk.length) attempt(flush);
      chunk.set(row, filled);
      filled += width;
      rows += 1;
    },
    close() {
      attempt(() => {
        flush();
        writeSync(file, headerOf(type, [rows, ...sides]), 0, NPY_HEADER, 0);
        closeSync(file);
      });
    },
  };
}

/** Header of a file: format version 1.0, filled up to {@link NPY_HEADER} bytes. https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
export function headerOf(type: NpyType, shape: readonly number[]): Uint8Array {
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sides}), }`;
  const header = Buffer.alloc(NPY_HEADER, ' ');
  header.write('\x93NUMPY\x01\x00', 0, 'latin1');
  header.writeUInt16LE(NPY_HEADER - 10, 8);
  header.write(text, 10, 'latin1');
  header.write('\n', NPY_HEADER - 1, 'latin1');
  return header;
}
