import { join } from 'node:path';
import { rename, writeFile } from 'node:fs/promises';
import { SensoriumError, unwritable } from '../contract/index.ts';
import { readPlain } from '../inference/index.ts';
import { parseJson, type Section } from './json.ts';

/** Name of the lock file in a model's folder. */
export const LOCK_FILE = 'sensorium.lock.json';
/** A lock file names some files and nothing else. */
const MOST_BYTES = 2 ** 20;

/** What a file was when it was fetched. */
export interface LockedFile {
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** What was fetched, from where. */
export interface Lock {
  /** Owner and name at the hub. */
  readonly model: string;
  /** The hub's commit; `null` where the source has not said it. */
  readonly commit: string | null;
  /** By path in the folder. */
  readonly files: Readonly<Record<string, LockedFile>>;
}

/**
 * Reads a folder's lock file.
 * @returns `undefined` where there is none: a folder that was put there by hand
 * @throws SensoriumError E_MODEL_MANIFEST, E_MODEL_PATH, E_MODEL_SIZE
 */
export async function readLock(folder: string): Promise<Lock | undefined> {
  const path = join(folder, LOCK_FILE);
  try {
    const content = await readPlain(path, (bytes) => {
      if (bytes > MOST_BYTES) {
        throw new SensoriumError('E_MODEL_SIZE', `expected at most ${MOST_BYTES} bytes, got ${bytes}`, { path });
      }
    });
    return lockOf(parseJson(content, path));
  } catch (error) {
    if (error instanceof SensoriumError && error.code === 'E_MODEL_MISSING') return undefined;
    throw error;
  }
}

function lockOf(section: Section): Lock {
  const files: Record<string, LockedFile> = {};
  const listed = section.section('files');
  for (const name of listed.keys()) {
    const its = listed.section(name);
    const sha256 = its.text('sha256');
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw its.wrong('sha256', '64 hexadecimal digits', sha256);
    files[name] = { bytes: its.whole('bytes', 0, 2 ** 40), sha256 };
  }
  return { model: section.text('model'), commit: section.has('commit') ? section.text('commit') : null, files };
}

/**
 * Writes a folder's lock file in one step.
 * @throws SensoriumError E_FILE_WRITE
 */
export async function writeLock(folder: string, lock: Lock): Promise<void> {
  const path = join(folder, LOCK_FILE);
  const part = `${path}.part`;
  try {
    await writeFile(part, `${JSON.stringify(lock, null, 2)}\n`);
    await rename(part, path);
  } catch (error) {
    throw unwritable(path, error);
  }
}
