import { SensoriumError } from '../contract/index.ts';
import type { Sides } from './config.ts';

/** How a picture of any size is cut up for a network that takes lists of patches. */
export interface PatchShape {
  /** Pixels of a patch's side. */
  readonly patch: number;
  /** Patches of a side that are put together into one feature. */
  readonly merge: number;
  /** Frames that a patch is deep; a still is shown as often. */
  readonly frames: number;
  /** Pixels of a picture. Least too great: small pictures cost as much as large ones; most too great: seconds a picture. */
  readonly least: number;
  readonly most: number;
}

/** A picture that is longer than that is no picture: what such networks were trained with ends there. */
const LONGEST = 200;

/**
 * Sides to which a picture is resized: whole features, about its own proportions, no more and no fewer pixels than told ("smart resize" of
 * Qwen2-VL's processor; halves are rounded to the even number, as there). A side has at least one feature: the bound on pixels gives way
 * to it.
 * @throws SensoriumError E_MODEL_INPUT for a picture 200 times as long as it is wide
 */
export function sidesWithin([height, width]: Sides, { patch, merge, least, most }: PatchShape): Sides {
  const ratio = Math.max(height, width) / Math.min(height, width);
  if (!(ratio <= LONGEST)) {
    const what = `expected a picture of which no side is ${LONGEST} times the other, got ${width}x${height}`;
    throw new SensoriumError('E_MODEL_INPUT', what, { path: 'picture' });
  }
  const side = patch * merge;
  const near = [height, width].map((pixels) => side * even(pixels / side));
  const area = near[0] * near[1];
  if (area > most) {
    const factor = Math.sqrt((height * width) / most);
    const fitted = (pixels: number): number => Math.max(side, side * Math.floor(pixels / factor / side));
    return [fitted(height), fitted(width)];
  }
  if (area < least) {
    const factor = Math.sqrt(least / (height * width));
    const fitted = (pixels: number): number => side * Math.ceil((pixels * factor) / side);
    return [fitted(height), fitted(width)];
  }
  return [near[0], near[1]];
}

/** The nearest whole number; of two, the even one. */
function even(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/**
 * The patches of a picture, one row each: colour by colour, frame by frame, pixels row by row. Those that become one feature lie beside one
 * another, and so do the features of a row.
 * @param planes of the three colours, [3, height, width]
 */
export function patchesOf(planes: Float32Array, [height, width]: Sides, shape: PatchShape): Float32Array<ArrayBuffer> {
  const { patch, merge, frames } = shape;
  const side = patch * merge;
  const out = new Float32Array(planes.length * frames);
  let at = 0;
  const copyPatch = (top: number, left: number): void => {
    for (let plane = 0; plane < planes.length; plane += height * width) {
      for (let frame = 0; frame < frames; frame += 1) {
        for (let y = 0; y < patch; y += 1) {
          const from = plane + (top + y) * width + left;
          out.set(planes.subarray(from, from + patch), at);
          at += patch;
        }
      }
    }
  };
  for (let top = 0; top < height; top += side) {
    for (let left = 0; left < width; left += side) {
      for (let i = 0; i < merge ** 2; i += 1) {
        copyPatch(top + patch * Math.floor(i / merge), left + patch * (i % merge));
      }
    }
  }
  return out;
}
