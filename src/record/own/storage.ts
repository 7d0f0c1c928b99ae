import { constants } from 'node:fs';
import { open, statfs, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A file that a log is written to. Errors are those of the system: they have a `code` (`ENOSPC`, `EROFS`, …). */
export interface LogFile {
  /** Writes all of the bytes at this place, or throws: what was written before that is undefined. */
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Cuts what lies beyond this size. */
  truncate(size: number): Promise<void>;
  close(): Promise<void>;
}

/** Where logs are written: the file system, or what stands in for one in tests. */
export interface LogStorage {
  /** @param replace what to do with a file that exists: empty it, or throw `EEXIST` */
  open(path: string, replace: boolean): Promise<LogFile>;
  remove(path: string): Promise<void>;
  /** Bytes that may still be written to the file system on which the file lies or would lie. */
  free(path: string): Promise<number>;
}

const { O_CREAT, O_EXCL, O_TRUNC, O_WRONLY } = constants;

/** The file system of the host. */
export const HOST_STORAGE: LogStorage = {
  async open(path, replace) {
    const file = await open(path, O_WRONLY | O_CREAT | (replace ? O_TRUNC : O_EXCL));
    return {
      async write(bytes, position) {
        // A file system that is nearly full takes a part; the error comes with the next one.
        for (let done = 0; done < bytes.length;) {
          done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
        }
      },
      truncate: (size) => file.truncate(size),
      close: () => file.close(),
    };
  },
  remove: (path) => unlink(path),
  async free(path) {
    const { bavail, bsize } = await statfs(dirname(path));
    return bavail * bsize;
  },
};

/** The system's name of an error (`ENOSPC`), as the reason of what was lost for it. */
export function reasonOf(error: unknown): string {
  if (error instanceof Error) return (error as NodeJS.ErrnoException).code ?? error.message;
  return String(error);
}
