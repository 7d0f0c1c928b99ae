import { join } from 'node:path';
import { SensoriumError, type Picture } from '../../contract/index.ts';
import { contentOf, decodePicture } from '../../inference/index.ts';
import { createProgress } from '../progress.ts';

/** A picture that cannot be read. */
export interface Refused {
  readonly file: string;
  readonly error: string;
}

/**
 * Looks at the pictures of a folder, one after the other, with progress.
 * @returns those that cannot be read
 */
export async function lookAt(
  folder: string,
  files: readonly string[],
  err: (text: string) => void,
  look: (picture: Picture, file: string) => Promise<void>,
): Promise<Refused[]> {
  const progress = createProgress(err);
  const refused: Refused[] = [];
  try {
    for (const [i, file] of files.entries()) {
      progress.show(i / files.length, file);
      try {
        await look(await decodePicture(await contentOf(join(folder, file)), true), file);
      } catch (error) {
        if (!(error instanceof SensoriumError) || !['E_MODEL_INPUT', 'E_FILE_MISSING'].includes(error.code))
          throw error;
        refused.push({ file, error: `${join(folder, file)}: ${error.what} (${error.code})` });
      }
    }
  } finally {
    progress.clear();
  }
  return refused;
}
