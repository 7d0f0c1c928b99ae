/**
 * How one axis of a picture is resampled. `bilinear` weighs the two source pixels around the target pixel's centre
 * (OpenCV's INTER_LINEAR): exact and quick where a picture shrinks by less than two, jagged where by more. `area`
 * averages all source pixels under the target pixel (INTER_AREA), and is bilinear where the picture grows.
 *
 * `triangle`, `cubic` and `lanczos` are Pillow's BILINEAR, BICUBIC (a = -0.5) and LANCZOS (three lobes), which networks of the hub are trained with: as wide as the
 * picture shrinks, so nothing is jagged, and rounded to grey levels after each axis, as Pillow does it
 * (https://github.com/python-pillow/Pillow, src/libImaging/Resample.c).
 */
export type Filter = 'bilinear' | 'area' | 'triangle' | 'cubic' | 'lanczos';

/** For every target pixel of an axis: the first source pixel, how many, and their weights, which sum to 1. */
export interface Taps {
  readonly first: Int32Array;
  /** Source pixels of each target pixel: the same for all; those not needed weigh 0. */
  readonly count: number;
  /** `count` for each target pixel. */
  readonly weights: Float32Array;
  /** What comes of them is rounded to 0..255 before anything else is done with it. */
  readonly isRounded: boolean;
}

/** A filter around 0: its value, and where it ends when the picture does not shrink. */
interface Kernel {
  readonly support: number;
  readonly at: (x: number) => number;
}

const KERNELS: Readonly<Record<'triangle' | 'cubic' | 'lanczos', Kernel>> = {
  triangle: { support: 1, at: (x) => Math.max(0, 1 - Math.abs(x)) },
  cubic: { support: 2, at: (x) => cubic(Math.abs(x)) },
  lanczos: { support: 3, at: (x) => sinc(x) * sinc(x / 3) },
};

/**
 * Weights that resample `from` pixels to `to`, pixel centres at half-integers, the border repeated.
 * @param from source pixels
 * @param to target pixels
 */
export function tapsOf(from: number, to: number, filter: Filter): Taps {
  if (filter === 'bilinear') return bilinearTaps(from, to);
  if (filter === 'area') return to < from ? areaTaps(from, to) : bilinearTaps(from, to);
  return kernelTaps(from, to, KERNELS[filter]);
}

/** The taps of `count` target pixels from `start` on. */
export function cutTaps(taps: Taps, start: number, count: number): Taps {
  const first = taps.first.subarray(start, start + count);
  return { ...taps, first, weights: taps.weights.subarray(start * taps.count, (start + count) * taps.count) };
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
  return { first, count, weights, isRounded: false };
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
  return { first, count, weights, isRounded: false };
}

function kernelTaps(from: number, to: number, { support, at }: Kernel): Taps {
  const scale = from / to;
  const wide = Math.max(1, scale);
  const reach = support * wide;
  const count = Math.min(from, Math.ceil(reach) * 2 + 1);
  const first = new Int32Array(to);
  const weights = new Float32Array(to * count);
  for (let i = 0; i < to; i += 1) {
    const centre = (i + 0.5) * scale;
    // Pixels that the filter covers by half at least: beyond the border there is nothing.
    const start = Math.max(0, Math.floor(centre - reach + 0.5));
    const end = Math.min(from, Math.floor(centre + reach + 0.5));
    first[i] = Math.min(start, from - count);
    let sum = 0;
    for (let pixel = start; pixel < end; pixel += 1) sum += at((pixel - centre + 0.5) / wide);
    for (let pixel = start; pixel < end; pixel += 1) {
      weights[i * count + pixel - first[i]] = at((pixel - centre + 0.5) / wide) / sum;
    }
  }
  return { first, count, weights, isRounded: true };
}

/** Keys' cubic convolution of a distance, a = -0.5 (Keys 1981, "Cubic convolution interpolation for digital image processing"). */
function cubic(x: number): number {
  const a = -0.5;
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

/** sin(pi x) / (pi x). */
function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}
