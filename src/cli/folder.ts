import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unwritable } from '../contract/index.ts';

/**
 * Makes a folder for results, unless it is there.
 * @throws SensoriumError E_FILE_WRITE
 */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((cause: unknown) => {
    throw unwritable(path, cause, 'cannot be made');
  });
}

/**
 * Writes a file into it.
 * @throws SensoriumError E_FILE_WRITE
 */
export async function put(folder: string, file: string, content: string | Uint8Array): Promise<void> {
  await write(join(folder, file), content);
}

/**
 * Writes a file.
 * @throws SensoriumError E_FILE_WRITE
 */
export async function write(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(path, content).catch((cause: unknown) => {
    throw unwritable(path, cause);
  });
}
