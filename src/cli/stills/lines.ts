import { closeSync, openSync, writeSync } from 'node:fs';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { orUnwritable, unwritable } from '../../contract/index.ts';

/** A file of JSON lines. */
export interface Lines {
  readonly append: (entries: readonly object[]) => void;
  readonly close: () => void;
}

/**
 * Begins such a file.
 * @throws SensoriumError E_FILE_WRITE, also from the calls
 */
export function createLines(path: string): Lines {
  const attempt = <T>(work: () => T): T => orUnwritable(path, work);
  const file = attempt(() => openSync(path, 'w'));
  return {
    append: (entries) => attempt(() => writeSync(file, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''))),
    close: () => attempt(() => closeSync(file)),
  };
}

/**
 * Joins files of the same name, one behind another.
 * @throws SensoriumError E_FILE_WRITE
 */
export async function joinLines(folders: readonly string[], out: string, file: string): Promise<void> {
  const path = join(out, file);
  try {
    await writeFile(path, '');
    for (const folder of folders) await appendFile(path, await readFile(join(folder, file)));
  } catch (cause) {
    throw unwritable(path, cause);
  }
}
