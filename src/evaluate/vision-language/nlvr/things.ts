import type { Picture } from '../../../contract/index.ts';

/** Pixels of a box, and from one box to the next; so many boxes lie beside one another. */
const SIDE = 100;
const STEP = 150;
export const BOXES = 3;
/** The boxes' grey. */
const GREY = 211;
/** Sum of the differences of the colours from which on two pixels are no one thing: half of that of the two nearest colours. */
const OTHER = 150;
/** Pixels of what is no thing but its rim. */
const FEWEST = 20;

/** What a picture is cut up into: a patch of one colour. */
export interface Thing {
  readonly box: number;
  /** Mean of its pixels, 0..1 each. */
  readonly colour: readonly [number, number, number];
  /** Shares of the box's side. */
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** How much of left..right, top..bottom it fills, 0..1. */
  readonly fill: number;
}

/** Cuts a picture of three boxes up into patches of one colour (connected components). @param picture `rgb8`, 400 x 100 */
export function thingsIn(picture: Picture): Thing[] {
  const things: Thing[] = [];
  for (let box = 0; box < BOXES; box += 1) {
    const taken = new Uint8Array(SIDE * SIDE);
    for (let start = 0; start < SIDE * SIDE; start += 1) {
      const thing = taken[start] === 1 ? undefined : grown(picture, box, start, taken);
      if (thing !== undefined) things.push(thing);
    }
  }
  return things;
}

/** The patch that a pixel of a box belongs to; `undefined`: it is background, or part of a rim. */
function grown({ data, rowStride }: Picture, box: number, start: number, taken: Uint8Array): Thing | undefined {
  const at = (pixel: number): number => Math.floor(pixel / SIDE) * rowStride + 3 * (box * STEP + (pixel % SIDE));
  const isGrey = (from: number): boolean =>
    Math.abs(data[from] - GREY) + Math.abs(data[from + 1] - GREY) + Math.abs(data[from + 2] - GREY) <= OTHER;
  const isOther = (a: number, b: number): boolean =>
    Math.abs(data[a] - data[b]) + Math.abs(data[a + 1] - data[b + 1]) + Math.abs(data[a + 2] - data[b + 2]) >= OTHER;
  if (isGrey(at(start))) return undefined;
  taken[start] = 1;
  const pixels = [start];
  const sums: [number, number, number] = [0, 0, 0];
  let [left, top, right, bottom] = [SIDE, SIDE, 0, 0];
  // It grows while it is gone through.
  for (const pixel of pixels) {
    const [x, y] = [pixel % SIDE, Math.floor(pixel / SIDE)];
    const from = at(pixel);
    for (let c = 0; c < 3; c += 1) sums[c] += data[from + c];
    [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x + 1), Math.max(bottom, y + 1)];
    const beside = [x > 0 ? pixel - 1 : -1, x < SIDE - 1 ? pixel + 1 : -1, pixel - SIDE, pixel + SIDE];
    for (const next of beside) {
      if (next < 0 || next >= SIDE * SIDE || taken[next] === 1) continue;
      if (isGrey(at(next)) || isOther(from, at(next))) continue;
      taken[next] = 1;
      pixels.push(next);
    }
  }
  if (pixels.length < FEWEST) return undefined;
  const [r, g, b] = sums.map((sum) => sum / pixels.length / 255);
  return {
    box,
    colour: [r, g, b],
    left: left / SIDE,
    top: top / SIDE,
    right: right / SIDE,
    bottom: bottom / SIDE,
    fill: pixels.length / ((right - left) * (bottom - top)),
  };
}
