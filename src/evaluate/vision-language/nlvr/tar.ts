import { SensoriumError } from '../../../contract/index.ts';

const BLOCK = 512;

/**
 * The plain files of a tar archive (POSIX.1-1988, `ustar`), by their names. Links, folders and extensions are passed over.
 * @throws SensoriumError E_FILE_FORMAT, E_FILE_DAMAGED where it is cut off
 */
export function filesInTar(bytes: Uint8Array, path: string): Map<string, Uint8Array> {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const files = new Map<string, Uint8Array>();
  const text = (from: number, length: number): string => view.toString('latin1', from, from + length).split('\0')[0];
  for (let at = 0; at + BLOCK <= view.length && view[at] !== 0;) {
    const size = parseInt(text(at + 124, 12).trim(), 8);
    if (text(at + 257, 5) !== 'ustar' || !(size >= 0)) {
      throw new SensoriumError('E_FILE_FORMAT', 'not a tar archive', { path });
    }
    const from = at + BLOCK;
    if (from + size > view.length) throw new SensoriumError('E_FILE_DAMAGED', 'cut off', { path });
    const prefix = text(at + 345, 155);
    const name = `${prefix === '' ? '' : `${prefix}/`}${text(at, 100)}`;
    const kind = view[at + 156];
    if (kind === 0 || kind === 0x30) files.set(name, view.subarray(from, from + size));
    at = from + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}
