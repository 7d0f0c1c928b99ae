import { createHash } from 'node:crypto';
import { lstat, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SensoriumError } from '../contract/index.ts';
import { checkHash, checkSize, readPlain, refuseLinkedFolder } from '../inference/index.ts';
import { isDataOf } from './layout.ts';
import { readLock } from './lock.ts';

/** Content of one file, and what it is known by. */
export interface HubFile {
  readonly path: string;
  readonly content: Uint8Array<ArrayBuffer>;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** Reads files of one model's folder. */
export interface HubFolder {
  readonly path: string;
  /**
   * What the lock file says of each is checked; a folder without one is taken as it is.
   * @param file path in the folder, with `/`
   * @param most bytes that it may have: asked before memory is taken
   * @throws SensoriumError E_MODEL_MISSING, E_MODEL_PATH, E_MODEL_SIZE, E_MODEL_HASH
   */
  read(file: string, most: number): Promise<HubFile>;
  /** As {@link read}; `undefined` where there is no such file, or the lock file does not name it. */
  readIfThere(file: string, most: number): Promise<HubFile | undefined>;
  /**
   * Bytes of a network's file and of the files beside it that it may keep weights in, without reading them.
   * @throws SensoriumError E_MODEL_MISSING
   */
  sizeWithData(file: string): Promise<number>;
}

/**
 * Opens the folder of a model. Nothing is ever fetched.
 * @throws SensoriumError E_MODEL_PATH where it is a link, E_MODEL_MANIFEST where its lock file is none
 */
export async function openFolder(folder: string): Promise<HubFolder> {
  await refuseLinkedFolder(folder);
  const lock = await readLock(folder);
  const its: HubFolder = {
    path: folder,
    async read(file, most) {
      const path = join(folder, file);
      await refuseLinkedFolder(dirname(path));
      const locked = lock?.files[file];
      if (lock !== undefined && locked === undefined) throw notLocked(path);
      const content = await readPlain(path, (bytes) => {
        if (bytes > most) {
          throw new SensoriumError('E_MODEL_SIZE', `expected at most ${most} bytes, got ${bytes}`, { path });
        }
        if (locked !== undefined) checkSize(path, locked, bytes);
      });
      const sha256 = createHash('sha256').update(content).digest('hex');
      if (locked !== undefined) checkHash(path, locked, sha256);
      return { path, content, sha256 };
    },
    async readIfThere(file, most) {
      const isKnown = lock === undefined ? (await sizeOf(join(folder, file))) !== undefined : file in lock.files;
      return isKnown ? its.read(file, most) : undefined;
    },
    async sizeWithData(file) {
      const path = join(folder, file);
      const bytes = await sizeOf(path);
      if (bytes === undefined) throw new SensoriumError('E_MODEL_MISSING', 'no such file', { path });
      const beside = await readdir(dirname(path));
      const data = beside.filter((name) => isDataOf(file, name)).map((name) => sizeOf(join(dirname(path), name)));
      return (await Promise.all(data)).reduce<number>((sum, its) => sum + (its ?? 0), bytes);
    },
  };
  return its;
}

async function sizeOf(path: string): Promise<number | undefined> {
  return lstat(path).then(
    ({ size }) => size,
    () => undefined,
  );
}

function notLocked(path: string): SensoriumError {
  const what = 'not in the lock file: "sensorium models pull" with this --dtype brings it';
  return new SensoriumError('E_MODEL_MISSING', what, { path });
}
