import { below, shuffled, type Random } from '../../random/index.ts';
import type { Samples } from '../train/fit.ts';

/** The sample that each of the windows was cut out of, in the order of `samples.forTraining(rows)`. */
export function originsOf(samples: Samples, rows: readonly number[]): Int32Array {
  const counts = rows.map((row) => samples.forTraining([row]).labels.length);
  return Int32Array.from(counts.flatMap((count, i) => new Array<number>(count).fill(rows[i])));
}

/**
 * Batches of one pass, of about the same size: no two windows of a batch are of the same sample, since windows that overlap would have to be
 * told apart by what they have in common.
 * @param origins sample of each window
 * @param size windows in a batch
 */
export function batchesOf(origins: Int32Array, size: number, random: Random): number[][] {
  const rounds: number[][] = [];
  const taken = new Map<number, number>();
  for (const window of shuffled(random, origins.keys())) {
    const round = taken.get(origins[window]) ?? 0;
    taken.set(origins[window], round + 1);
    (rounds[round] ??= []).push(window);
  }
  return rounds.flatMap((windows) => {
    const many = Math.max(1, Math.round(windows.length / size));
    return Array.from({ length: many }, (_, i) => windows.filter((_window, at) => at % many === i)).filter(
      ({ length }) => length > 1,
    );
  });
}

/** Draws another window of the same sample as one of them; that one where there is no other. */
export function siblingsOf(origins: Int32Array, random: Random): (window: number) => number {
  const members = new Map<number, number[]>();
  origins.forEach((origin, window) => members.set(origin, [...(members.get(origin) ?? []), window]));
  return (window) => {
    const others = members.get(origins[window])?.filter((one) => one !== window) ?? [];
    return others.length === 0 ? window : others[below(random, others.length)];
  };
}
