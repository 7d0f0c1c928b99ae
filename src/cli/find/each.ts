import { join } from 'node:path';
import { SensoriumError } from '../../contract/index.ts';
import { createProgress } from '../progress.ts';

/** A file that cannot be read, or is nothing that a model takes. */
export interface Refused {
  readonly file: string;
  readonly error: string;
}

/** What is wrong with one file, and not with the model or the machine. */
const OF_THE_FILE = ['E_MODEL_INPUT', 'E_FILE_MISSING', 'E_FILE_FORMAT'];

/**
 * Goes through the files of a folder, one after the other, with progress.
 * @param look is given the path of a file, its name, and what to tell of the share of it that is done
 * @returns those that cannot be read
 */
export async function eachOf(
  folder: string,
  files: readonly string[],
  err: (text: string) => void,
  look: (path: string, file: string, tell: (share: number) => void) => Promise<void>,
): Promise<Refused[]> {
  const progress = createProgress(err);
  const refused: Refused[] = [];
  try {
    for (const [i, file] of files.entries()) {
      const tell = (share: number): void => progress.show((i + share) / files.length, file);
      tell(0);
      try {
        await look(join(folder, file), file, tell);
      } catch (error) {
        if (!(error instanceof SensoriumError) || !OF_THE_FILE.includes(error.code)) throw error;
        refused.push({ file, error: `${join(folder, file)}: ${error.what} (${error.code})` });
      }
    }
  } finally {
    progress.clear();
  }
  return refused;
}
