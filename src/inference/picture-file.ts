import { readdir, readFile } from 'node:fs/promises';
import { SensoriumError, type Picture } from '../contract/index.ts';
import { decodePicture } from './decode-picture.ts';

const PICTURE = /\.(jpe?g|png|webp)$/i;

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

/**
 * Names of the pictures in a folder (JPEG, PNG, WebP), in order; not of those in folders below.
 * @throws SensoriumError E_FILE_MISSING where there is no folder, or no picture in it
 */
export async function picturesIn(folder: string): Promise<string[]> {
  const { pictures } = await filesIn(folder);
  if (pictures.length > 0) return pictures;
  throw new SensoriumError('E_FILE_MISSING', 'expected pictures (.jpg, .png, .webp), got none', { path: folder });
}

/**
 * Names of the pictures (JPEG, PNG, WebP) and the sounds (WAV) in a folder, by their endings and in order; not of those in folders below.
 * @throws SensoriumError E_FILE_MISSING where there is no folder
 */
export async function filesIn(folder: string): Promise<{ readonly pictures: string[]; readonly sounds: string[] }> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new SensoriumError('E_FILE_MISSING', 'no folder that can be read', { path: folder, cause: error });
  });
  names.sort();
  return { pictures: names.filter((name) => PICTURE.test(name)), sounds: names.filter(isSoundFile) };
}

/** Whether a file's name says that it is a sound (WAV). */
export function isSoundFile(name: string): boolean {
  return /\.wav$/i.test(name);
}
