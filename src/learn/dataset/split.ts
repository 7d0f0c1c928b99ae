import { shuffled, type Random } from '../../random/index.ts';
import type { Dataset } from './dataset.ts';

/** Which samples are learned from, and which are judged. */
export interface Split {
  readonly train: readonly number[];
  readonly test: readonly number[];
}

/** A random part for training, the rest to test. @param share of the training part, 0..1 */
export function randomSplit({ labels }: Dataset, share: number, random: Random): Split {
  const rows = shuffled(random, labels.keys());
  const count = Math.round(rows.length * share);
  return { train: rows.slice(0, count), test: rows.slice(count) };
}

/** One split for each number that stands in a fold file, rising: the samples with it are the test. */
export function foldSplits(folds: Int32Array): Split[] {
  const rows = [...folds.keys()];
  return [...new Set(folds)]
    .sort((a, b) => a - b)
    .map((fold) => ({
      train: rows.filter((row) => folds[row] !== fold),
      test: rows.filter((row) => folds[row] === fold),
    }));
}

/**
 * Parts of whole groups for choosing and stopping, each with about its share of every class. A group without which nothing
 * of a class would be left to learn from, beside what the part holds already, goes to another part or stays in training.
 * @param rows samples to divide
 * @param parts how many
 * @returns for each part its samples; none is empty
 */
export function groupParts(dataset: Dataset, rows: readonly number[], parts: number, random: Random): number[][] {
  const { classes, groups, labels } = dataset;
  const members = new Map<number, number[]>();
  const totals = new Int32Array(classes.length);
  for (const row of rows) {
    members.set(groups[row], [...(members.get(groups[row]) ?? []), row]);
    totals[labels[row]] += 1;
  }
  const held = Array.from({ length: parts }, () => ({ rows: [] as number[], counts: new Int32Array(classes.length) }));
  // The large ones first: the small ones then even out what those left uneven.
  for (const group of shuffled(random, members.values()).sort((a, b) => b.length - a.length)) {
    const own = new Int32Array(classes.length);
    for (const row of group) own[labels[row]] += 1;
    const leavesSome = ({ counts }: { readonly counts: Int32Array }): boolean =>
      counts.every((count, c) => own[c] === 0 || count + own[c] < totals[c]);
    const load = (part: { readonly rows: readonly number[]; readonly counts: Int32Array }): number =>
      own.reduce((sum, many, c) => sum + many * part.counts[c], 0) / group.length + part.rows.length * 1e-3;
    const fitting = held.filter(leavesSome);
    if (fitting.length === 0) continue;
    const part = fitting.reduce((best, next) => (load(next) < load(best) ? next : best));
    part.rows.push(...group);
    own.forEach((many, c) => (part.counts[c] += many));
  }
  return held.map((part) => part.rows).filter((part) => part.length > 0);
}
