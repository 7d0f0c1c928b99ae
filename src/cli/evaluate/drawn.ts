import { writeFile } from 'node:fs/promises';
import { SensoriumError } from '../../contract/index.ts';
import { trajectoryPicture, type AbsoluteError } from '../../evaluate/trajectory/index.ts';

/**
 * Draws a trajectory and its error where that was asked for.
 * @throws SensoriumError E_FILE_WRITE
 */
export async function drawn(path: string | undefined, error: AbsoluteError, title: string): Promise<void> {
  if (path === undefined) return;
  await writeFile(path, trajectoryPicture(error, title)).catch((cause: unknown) => {
    throw new SensoriumError('E_FILE_WRITE', 'cannot be written', { path, cause });
  });
}
