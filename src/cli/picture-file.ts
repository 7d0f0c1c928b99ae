import { readFile } from 'node:fs/promises';
import { SensoriumError, type Picture } from '../contract/index.ts';
import { decodePicture } from '../inference/index.ts';

/**
 * Reads a picture, turned as its EXIF orientation says.
 * @throws SensoriumError E_FILE_MISSING, E_FILE_FORMAT
 */
export async function pictureOf(path: string): Promise<Picture> {
  return decodePicture(await contentOf(path), true).catch((error: unknown) => {
    const what = error instanceof SensoriumError ? error.what : String(error);
    throw new SensoriumError('E_FILE_FORMAT', what, { path, cause: error });
  });
}

/** @throws SensoriumError E_FILE_MISSING */
export async function contentOf(path: string): Promise<Buffer> {
  return readFile(path).catch((error: unknown) => {
    throw new SensoriumError('E_FILE_MISSING', 'cannot be read', { path, cause: error });
  });
}
