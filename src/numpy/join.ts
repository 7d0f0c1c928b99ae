import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { unwritable } from '../contract/index.ts';
import { headerOf, NPY_HEADER, type NpyType } from './write.ts';

/**
 * Joins arrays that `createNpyWriter` wrote, one behind another, without reading them into memory.
 * @param rows of all together
 * @param sides of a row
 * @throws SensoriumError E_FILE_WRITE
 */
export async function joinNpy(
  paths: readonly string[],
  to: string,
  type: NpyType,
  rows: number,
  sides: readonly number[],
): Promise<void> {
  try {
    const file = await open(to, 'w');
    try {
      await file.write(headerOf(type, [rows, ...sides]));
      for (const path of paths) {
        for await (const chunk of createReadStream(path, { start: NPY_HEADER })) await file.write(chunk as Buffer);
      }
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw unwritable(to, cause);
  }
}
