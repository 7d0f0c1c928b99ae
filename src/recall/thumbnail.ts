import type { Picture } from '../contract/index.ts';
import { loadSharp } from '../inference/index.ts';

/** Of JPEG: below, edges blur; above, bytes double for what nobody sees in a small picture. */
const QUALITY = 80;

/**
 * A small picture, JPEG.
 * @param pixels of its longer side at the most
 */
export async function createThumbnail(picture: Picture, pixels: number): Promise<Uint8Array> {
  const { width, height, format, rowStride, data } = picture;
  const channels = format === 'mono8' ? 1 : 3;
  const row = width * channels;
  const packed = new Uint8Array(row * height);
  for (let y = 0; y < height; y += 1) packed.set(data.subarray(y * rowStride, y * rowStride + row), y * row);
  if (format === 'bgr8') {
    for (let at = 0; at < packed.length; at += 3) [packed[at], packed[at + 2]] = [packed[at + 2], packed[at]];
  }
  const open = await loadSharp();
  return open(packed, { raw: { width, height, channels } })
    .resize({ width: pixels, height: pixels, fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: QUALITY })
    .toBuffer();
}
