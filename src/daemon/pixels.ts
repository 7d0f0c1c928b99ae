import type { Picture } from '../contract/index.ts';
import type { ImageMeasurement } from '../frame/index.ts';
import { decodePicture } from '../inference/index.ts';
import { pictureOf } from '../perception/index.ts';

/** The pixels of a measured picture. A compressed one is decoded here, beside the model: what travels stays small. */
export async function pixelsOf(picture: Omit<ImageMeasurement, 'data'>, data: Uint8Array): Promise<Picture> {
  return picture.rowStride === undefined ? decodePicture(data) : pictureOf({ ...picture, data });
}
