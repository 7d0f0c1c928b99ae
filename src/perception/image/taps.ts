/**
 * How one axis of a picture is resampled. `bilinear` weighs the two source pixels around the target pixel's centre
 * (OpenCV's INTER_LINEAR): exact and quick where a picture shrinks by less than two, jagged where by more. `area`
 * averages all source pixels under the target pixel (INTER_AREA), and is bilinear where the picture grows.
 */
export type Filter = 'bilinear' | 'area';

/** For every target pixel of an axis: the first source pixel, how many, and their weights, which sum to 1. */
export interface Taps {
  readonly first: Int32Array;
  /** Source pixels of each target pixel: the same for all; those not needed weigh 0. */
  readonly count: number;
  /** `count` for each target pixel. */
  readonly weights: Float32Array;
}

/**
 * Weights that resample `from` pixels to `to`, pixel centres at half-integers, the border repeated.
 * @param from source pixels
 * @param to target pixels
 */
export function tapsOf(from: number, to: number, filter: Filter): Taps {
  return filter === 'area' && to < from ? areaTaps(from, to) : bilinearTaps(from, to);
}

function bilinearTaps(from: number, to: number): Taps {
  const first = new Int32Array(to);
  const count = Math.min(2, from);
  const weights = new Float32Array(to * count);
  for (let i = 0; i < to; i += 1) {
    const centre = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
    first[i] = Math.min(Math.floor(centre), from - count);
    const share = centre - first[i];
    weights[i * count] = count === 1 ? 1 : 1 - share;
    if (count === 2) weights[i * 2 + 1] = share;
  }
  return { first, count, weights };
}

function areaTaps(from: number, to: number): Taps {
  const scale = from / to;
  const count = Math.min(from, Math.ceil(scale) + 1);
  const first = new Int32Array(to);
  const weights = new Float32Array(to * count);
  for (let i = 0; i < to; i += 1) {
    const start = i * scale;
    const end = start + scale;
    first[i] = Math.min(Math.floor(start), from - count);
    for (let k = 0; k < count; k += 1) {
      const pixel = first[i] + k;
      weights[i * count + k] = Math.max(0, Math.min(end, pixel + 1) - Math.max(start, pixel)) / scale;
    }
  }
  return { first, count, weights };
}
