import { open } from 'node:fs/promises';

/** Bytes read at once. */
const BLOCK = 256 * 1024;

/** Random access to a file that is mostly read from its beginning to its end. */
export interface FileWindow {
  readonly size: number;
  /** The bytes at this place, valid until the next read; `undefined` when the file does not reach that far. */
  read(offset: number, length: number): Promise<Buffer | undefined>;
  close(): Promise<void>;
}

export async function openWindow(path: string): Promise<FileWindow> {
  const file = await open(path, 'r');
  const { size } = await file.stat();
  let start = 0;
  let held = Buffer.alloc(0);

  async function load(offset: number, length: number): Promise<void> {
    const wanted = Math.min(Math.max(BLOCK, length), size - offset);
    const buffer = Buffer.allocUnsafe(wanted);
    let done = 0;
    while (done < wanted) {
      const { bytesRead } = await file.read(buffer, done, wanted - done, offset + done);
      // The file has become shorter since.
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    start = offset;
    held = buffer.subarray(0, done);
  }

  return {
    size,
    async read(offset, length) {
      if (offset + length > size) return undefined;
      if (offset < start || offset + length > start + held.length) await load(offset, length);
      const from = offset - start;
      return from + length > held.length ? undefined : held.subarray(from, from + length);
    },
    close: () => file.close(),
  };
}
