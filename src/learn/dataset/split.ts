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
 * Parts of whole groups for choosing and stopping, each with about its share of every class. A group that is the last
 * of a class in training is in no part: without it there would be nothing to learn the class from.
 * @param rows samples to divide
 * @param parts how many
 * @returns for each part its samples; none is empty
 */
export function groupParts(dataset: Dataset, rows: readonly number[], parts: number, random: Random): number[][] {
  const members = new Map<number, number[]>();
  for (const row of rows) {
    const group = members.get(dataset.groups[row]);
    if (group === undefined) members.set(dataset.groups[row], [row]);
    else group.push(row);
  }
  const groupsWith = new Map<number, Set<number>>();
  for (const row of rows) {
    const known = groupsWith.get(dataset.labels[row]) ?? new Set();
    groupsWith.set(dataset.labels[row], known.add(dataset.groups[row]));
  }
  const isLast = (group: readonly number[]): boolean =>
    group.some((row) => groupsWith.get(dataset.labels[row])?.size === 1);

  const classes = dataset.classes.length;
  const held = Array.from({ length: parts }, (): number[] => []);
  const counts = held.map(() => new Int32Array(classes));
  const free = shuffled(random, members.values()).filter((group) => !isLast(group));
  // The large ones first: the small ones then even out what those left uneven.
  for (const group of free.sort((a, b) => b.length - a.length)) {
    const load = (part: number): number =>
      group.reduce((sum, row) => sum + counts[part][dataset.labels[row]], 0) / group.length + held[part].length * 1e-3;
    let best = 0;
    for (let part = 1; part < parts; part += 1) if (load(part) < load(best)) best = part;
    held[best].push(...group);
    for (const row of group) counts[best][dataset.labels[row]] += 1;
  }
  return held.filter((part) => part.length > 0);
}
