import type { Picture } from '../../contract/index.ts';
import type { Random } from '../../random/index.ts';

/** Sides of what is seen of a picture, as shares of its own. */
const [LEAST_SIDE, MOST_SIDE] = [0.4, 0.8];
/** How much lighter or darker it may be, as a factor, and by how many of 255 steps it may be shifted. */
const [GAIN, SHIFT] = [0.3, 25];
/** Side of what is hidden of it, as a share of its own. */
const HIDDEN = 0.25;

/**
 * The same picture as another look at it may show it: a part of it, mirrored or not, in another light, with something in front of it.
 * @param picture three bytes a pixel
 */
export function viewOf({ width, height, format, rowStride, data }: Picture, random: Random): Picture {
  const within = (low: number, high: number): number => low + (high - low) * random();
  const [w, h] = [width, height].map((side) => Math.max(1, Math.round(side * within(LEAST_SIDE, MOST_SIDE))));
  const [left, top] = [Math.floor((width - w + 1) * random()), Math.floor((height - h + 1) * random())];
  const isMirrored = random() < 0.5;
  const [gain, shift] = [within(1 - GAIN, 1 + GAIN), within(-SHIFT, SHIFT)];
  const [hiddenLeft, hiddenTop] = [w * (1 - HIDDEN) * random(), h * (1 - HIDDEN) * random()];
  const out = new Uint8Array(3 * w * h);
  for (let y = 0; y < h; y += 1) {
    const isHiddenRow = y >= hiddenTop && y < hiddenTop + HIDDEN * h;
    for (let x = 0; x < w; x += 1) {
      const at = 3 * (y * w + x);
      if (isHiddenRow && x >= hiddenLeft && x < hiddenLeft + HIDDEN * w) {
        out.fill(128, at, at + 3);
        continue;
      }
      const from = (top + y) * rowStride + 3 * (left + (isMirrored ? w - 1 - x : x));
      for (let c = 0; c < 3; c += 1)
        out[at + c] = Math.min(Math.max(Math.round(gain * data[from + c] + shift), 0), 255);
    }
  }
  return { width: w, height: h, format, rowStride: 3 * w, data: out };
}
