import type sharp from 'sharp';
import { SensoriumError, type Picture } from '../contract/index.ts';

/** More pixels than any camera of a robot has: what claims more is refused before memory is taken. */
const MOST_PIXELS = 2 ** 26;

/**
 * Decodes a compressed picture (JPEG, PNG, WebP, …) with libvips, in its threads.
 * @param upright turn it as its EXIF orientation says: for people's photographs. A camera's pixels stay where they are, so
 *   that boxes fit the picture as it was recorded.
 * @throws SensoriumError E_MODEL_INPUT where it is none, is cut off, or claims to be larger than 2^26 pixels
 */
export async function decodePicture(bytes: Uint8Array, upright = false): Promise<Picture> {
  try {
    const open = await loadSharp();
    const input = open(bytes, { limitInputPixels: MOST_PIXELS, failOn: 'truncated' });
    const { data, info } = await (upright ? input.autoOrient() : input)
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, format: 'rgb8', rowStride: info.width * 3, data };
  } catch (error) {
    const what = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new SensoriumError('E_MODEL_INPUT', `not a picture: ${what}`, { path: 'image.data', cause: error });
  }
}

/** libvips is loaded when the first picture comes: others need not wait for it. */
export async function loadSharp(): Promise<typeof sharp> {
  return (await import('sharp')).default;
}

/**
 * Encodes a picture as JPEG.
 * @param longest pixels that its longer side may have; a larger one is made smaller
 * @throws SensoriumError E_MODEL_INPUT where its size makes no sense or its bytes are too few
 */
export async function encodePicture(picture: Picture, longest: number): Promise<Uint8Array> {
  const { width, height, format, rowStride, data } = picture;
  const channels = format === 'mono8' ? 1 : 3;
  const row = width * channels;
  try {
    if (rowStride < row || data.length < (height - 1) * rowStride + row) throw new Error('its bytes are too few');
    const rows = Buffer.alloc(row * height);
    for (let y = 0; y < height; y += 1) rows.set(data.subarray(y * rowStride, y * rowStride + row), y * row);
    if (format === 'bgr8') for (let i = 0; i < rows.length; i += 3) [rows[i], rows[i + 2]] = [rows[i + 2], rows[i]];
    const open = await loadSharp();
    return await open(rows, { raw: { width, height, channels } })
      .resize(longest, longest, { fit: 'inside', withoutEnlargement: true })
      .jpeg({ quality: 90 })
      .toBuffer();
  } catch (error) {
    const what = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new SensoriumError('E_MODEL_INPUT', `not a picture: ${what}`, { path: 'picture', cause: error });
  }
}
