import { write } from './folder.ts';

/**
 * Writes a picture where one was asked for.
 * @param picture makes it (SVG)
 * @throws SensoriumError E_FILE_WRITE
 */
export async function drawn(path: string | undefined, picture: () => string): Promise<void> {
  if (path !== undefined) await write(path, picture());
}
