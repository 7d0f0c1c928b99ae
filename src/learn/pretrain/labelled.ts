import { shuffled, type Random } from '../../random/index.ts';
import type { Dataset } from '../dataset/dataset.ts';

/**
 * Samples whose label is known, drawn at random: the share of every class, and one of each at least.
 * @param rows samples to draw from
 * @param share 0..1
 * @returns rising
 */
export function drawLabelled(
  { labels, classes }: Dataset,
  rows: readonly number[],
  share: number,
  random: Random,
): number[] {
  return classes
    .flatMap((_, c) => {
      const own = rows.filter((row) => labels[row] === c);
      return shuffled(random, own).slice(0, Math.max(1, Math.round(share * own.length)));
    })
    .sort((a, b) => a - b);
}
