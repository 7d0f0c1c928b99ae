import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { SensoriumError, showValue } from '../contract/index.ts';
import { headerIn } from './header.ts';

/** Types of numbers whose rows are read as they are. */
const TYPES = { '|u1': Uint8Array, '<u2': Uint16Array, '<i2': Int16Array, '<f4': Float32Array } as const;
export type RowType = keyof typeof TYPES;
type Numbers<T extends RowType> = InstanceType<(typeof TYPES)[T]>;

/** A header of ours has 128 bytes, one of NumPy hardly more. */
const HEADER = 4096;

/** An array whose rows are read one by one, as they are asked for: its memory is that of a row. */
export interface NpyRows<T extends RowType> {
  /** Rows, and the sides of a row. */
  readonly shape: readonly number[];
  /**
   * Numbers of a row: a copy.
   * @throws SensoriumError E_FILE_DAMAGED
   */
  row(index: number): Numbers<T>;
  close(): void;
}

/**
 * Opens an array [rows, ...sides] of one type, row by row, little-endian.
 * @throws SensoriumError E_FILE_MISSING; E_FILE_FORMAT for another type, order or other sides; E_FILE_DAMAGED for one cut short
 */
export function openNpyRows<T extends RowType>(path: string, type: T, sides: readonly number[]): NpyRows<T> {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (cause) {
    throw new SensoriumError('E_FILE_MISSING', 'the file cannot be read', { path, cause });
  }
  try {
    const first = Buffer.alloc(HEADER);
    const header = headerIn(first.subarray(0, readSync(file, first, 0, HEADER, 0)), path);
    const wanted = `${type} [rows, ${sides.join(', ')}]`;
    if (header.type !== type || header.order === 'True' || header.shape.slice(1).join() !== sides.join()) {
      const got = showValue(`${header.type ?? 'records'} [${header.shape.join(', ')}]`);
      throw new SensoriumError('E_FILE_FORMAT', `expected ${wanted}, got ${got}`, { path });
    }
    const width = sides.reduce((product, side) => product * side, 1);
    const bytes = width * TYPES[type].BYTES_PER_ELEMENT;
    const needed = header.begin + header.shape[0] * bytes;
    const { size } = fstatSync(file);
    if (size < needed) {
      throw new SensoriumError('E_FILE_DAMAGED', `cut short: needs ${needed} bytes, ${size} are there`, { path });
    }
    return {
      shape: header.shape,
      row(index) {
        if (!(index >= 0 && index < header.shape[0])) throw new RangeError(`no row ${index}`);
        const numbers = new TYPES[type](width);
        const view = new Uint8Array(numbers.buffer);
        for (let done = 0; done < bytes;) {
          const read = readSync(file, view, done, bytes - done, header.begin + index * bytes + done);
          if (read === 0) throw new SensoriumError('E_FILE_DAMAGED', `cut short within row ${index}`, { path });
          done += read;
        }
        return numbers as Numbers<T>;
      },
      close: () => closeSync(file),
    };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}
