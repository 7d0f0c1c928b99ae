import { unwritable, type Detection, type Picture } from '../../contract/index.ts';
import { loadSharp } from '../../inference/index.ts';

/** Colours of the boxes, one a label in turn. */
const COLOURS = ['#e6194b', '#3cb44b', '#4363d8', '#f58231', '#911eb4', '#008080', '#9a6324', '#800000'];

/**
 * Writes a picture with boxes and labels; the file's ending says its format.
 * @throws SensoriumError E_FILE_WRITE
 */
export async function writeBoxes(picture: Picture, detections: readonly Detection[], path: string): Promise<void> {
  const { width, height, data } = picture;
  const svg = Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${detections.map(drawn).join('')}</svg>`,
  );
  try {
    const open = await loadSharp();
    await open(data, { raw: { width, height, channels: 3 } })
      .composite([{ input: svg }])
      .toFile(path);
  } catch (error) {
    throw unwritable(path, error);
  }
}

function drawn({ label, score, box: [left, top, right, bottom] }: Detection): string {
  const colour = COLOURS[[...label].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % COLOURS.length];
  const text = `${label.replace(/[<&]/g, ' ')} ${score.toFixed(2)}`;
  const above = Math.max(top, 16);
  return [
    `<rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}" fill="none" stroke="${colour}" stroke-width="3"/>`,
    `<rect x="${left}" y="${above - 16}" width="${text.length * 7.5 + 6}" height="16" fill="${colour}"/>`,
    `<text x="${left + 3}" y="${above - 4}" font-family="DejaVu Sans, sans-serif" font-size="12" fill="white">${text}</text>`,
  ].join('');
}
