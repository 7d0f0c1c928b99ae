import { open } from 'node:fs/promises';

/** Bytes read at once. */
const BLOCK = 256 * 1024;

/** Random access to a file that is mostly read from its beginning to its end. */
export interface FileWindow {
  readonly size: number;
  /** The bytes at this place, valid until the next read that goes elsewhere; `undefined` when the file does not reach that far. */
  read(offset: number, length: number): Promise<Buffer | undefined>;
  /** The bytes at this place when they are there already. */
  held(offset: number, length: number): Buffer | undefined;
  close(): Promise<void>;
}

export async function openWindow(path: string): Promise<FileWindow> {
  const file = await open(path, 'r');
  const { size } = await file.stat();
  const block = Buffer.allocUnsafeSlow(Math.min(BLOCK, size));
  let start = 0;
  let filled = block.subarray(0, 0);

  async function load(offset: number, length: number): Promise<void> {
    const wanted = Math.min(Math.max(BLOCK, length), size - offset);
    const buffer = wanted <= block.length ? block : Buffer.allocUnsafeSlow(wanted);
    let done = 0;
    while (done < wanted) {
      const { bytesRead } = await file.read(buffer, done, wanted - done, offset + done);
      // The file has become shorter since.
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    start = offset;
    filled = buffer.subarray(0, done);
  }

  function held(offset: number, length: number): Buffer | undefined {
    const from = offset - start;
    return from < 0 || from + length > filled.length ? undefined : filled.subarray(from, from + length);
  }

  return {
    size,
    async read(offset, length) {
      if (offset + length > size) return undefined;
      const found = held(offset, length);
      if (found !== undefined) return found;
      await load(offset, length);
      return held(offset, length);
    },
    held,
    close: () => file.close(),
  };
}
