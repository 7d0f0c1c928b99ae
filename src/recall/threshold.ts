import { BLOCK_SECONDS, blockOf } from '../contract/index.ts';

/*
 * From which similarity on something counts as seen, so that what is not it is taken for it so many times an hour. Time is cut into
 * blocks; the greatest similarity of each block is a maximum (Coles, An Introduction to Statistical Modeling of Extreme Values, 2001).
 * An alarm is a block whose maximum reaches the threshold, so the rate of false alarms is that of such blocks among those in which the
 * thing is not.
 */

/** Blocks above the threshold from which on their number is a quantile to be trusted. */
const TRUSTED = 10;
/** Blocks that a tail is fitted to, and least share of all. */
const TAIL = 30;
const TAIL_SHARE = 0.1;
/** Below it no threshold is found, h. */
export const LEAST_HOURS = (TAIL * BLOCK_SECONDS) / 3600;
/** Bounds of the tail's shape: similarities are bounded, and a few maxima tell little of it. */
const SHAPES = { least: -0.5, most: 0.2 };

/** A moment, and how similar what was seen then is. */
export interface Similarity {
  /** Unix time, µs. */
  readonly at: number;
  readonly similarity: number;
}

/**
 * The greatest similarity of each block.
 * @param series by time
 * @param carried s for which what was seen stands for what is seen afterwards: a memory does not keep what looks the same
 */
export function maximaOf(series: readonly Similarity[], carried = 0): number[] {
  const maxima = new Map<number, number>();
  const raise = (block: number, similarity: number): void =>
    void maxima.set(block, Math.max(maxima.get(block) ?? -Infinity, similarity));
  series.forEach(({ at, similarity }, i) => {
    const block = blockOf(at);
    raise(block, similarity);
    const next = i + 1 < series.length ? blockOf(series[i + 1].at) : block;
    if (next - block <= carried / BLOCK_SECONDS) for (let b = block + 1; b < next; b += 1) raise(b, similarity);
  });
  return [...maxima.values()];
}

/**
 * The similarity that so many blocks an hour reach: the quantile of the maxima where at least {@link TRUSTED} lie above it, else that of a
 * generalised Pareto distribution fitted to the greatest by probability-weighted moments (Hosking and Wallis 1987).
 * @param maxima of blocks in which the thing is not
 * @param perHour more than 0
 * @returns `undefined` where there are too few blocks, or no threshold is so low
 */
export function thresholdOf(maxima: readonly number[], perHour: number): number | undefined {
  const share = (perHour * BLOCK_SECONDS) / 3600;
  if (maxima.length < TAIL || share >= 0.5) return undefined;
  const sorted = [...maxima].sort((a, b) => b - a);
  const above = share * sorted.length;
  if (above >= TRUSTED) {
    const [i, part] = [Math.floor(above), above % 1];
    return sorted[i - 1] + part * (sorted[i] - sorted[i - 1]);
  }
  return tailQuantile(sorted, share);
}

function tailQuantile(sorted: readonly number[], share: number): number {
  const count = Math.min(sorted.length - 1, Math.max(TAIL - 1, Math.ceil(TAIL_SHARE * sorted.length)));
  const start = sorted[count];
  // From the least to the greatest.
  const excesses = sorted
    .slice(0, count)
    .map((value) => value - start)
    .reverse();
  const mean = excesses.reduce((sum, value) => sum + value, 0) / count;
  if (mean === 0) return start;
  const weighted = excesses.reduce((sum, value, i) => sum + (value * (count - i - 0.65)) / count, 0) / count;
  const free = 2 - mean / (mean - 2 * weighted);
  const shape = Math.min(SHAPES.most, Math.max(SHAPES.least, free));
  const scale = mean * (1 - shape);
  const ratio = share / (count / sorted.length);
  return start + (Math.abs(shape) < 1e-6 ? -scale * Math.log(ratio) : (scale / shape) * (ratio ** -shape - 1));
}
