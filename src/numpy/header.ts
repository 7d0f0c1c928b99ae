import { SensoriumError, showValue } from '../contract/index.ts';

/** What an array's file says of it before its numbers come. */
export interface NpyHeader {
  /** As NumPy writes it; `undefined`: records. */
  readonly type: string | undefined;
  readonly shape: readonly number[];
  /** `True`: the first index runs fastest (Fortran's order). */
  readonly order: string;
  /** Byte at which the numbers begin. */
  readonly begin: number;
}

const MAGIC = Buffer.from('\x93NUMPY', 'latin1');

/**
 * Reads the header of an array's file, format versions 1 to 3.
 * @param file the file, or its first bytes
 * @throws SensoriumError E_FILE_FORMAT for what is no such array; E_FILE_DAMAGED for one cut short
 */
export function headerIn(file: Uint8Array, path: string): NpyHeader {
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
  return { type, shape: sides.map(Number), order, begin };
}
