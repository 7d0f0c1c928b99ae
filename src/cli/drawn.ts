import { writeFile } from 'node:fs/promises';
import { SensoriumError } from '../../contract/index.ts';

/**
 * Writes a picture where one was asked for.
 * @param picture makes it (SVG)
 * @throws SensoriumError E_FILE_WRITE
 */
export async function drawn(path: string | undefined, picture: () => string): Promise<void> {
  if (path === undefined) return;
  await writeFile(path, picture()).catch((cause: unknown) => {
    throw new SensoriumError('E_FILE_WRITE', 'cannot be written', { path, cause });
  });
}
