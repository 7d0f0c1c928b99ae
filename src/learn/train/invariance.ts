import { floatTensor, type FloatTensor } from '../../fusion/heads/index.ts';
import type { Ops } from '../head/ops.ts';

/**
 * What recordings of one class differ by in a batch, as a matrix: times hidden numbers [B, width] it gives, a row for each recording of a
 * class that has several in the batch, how far their mean is from the mean over all recordings of that class. Rows are scaled so that the
 * sum of all squares is, class by class, the mean square over its recordings and the numbers.
 * @param labels of each sample of the batch
 * @param groups recording, video or speaker of each
 * @param width hidden numbers
 * @returns [recordings, B]; `undefined` where no class has two recordings
 */
export function differencesOf(
  labels: ArrayLike<number>,
  groups: ArrayLike<number>,
  width: number,
): FloatTensor | undefined {
  const classes = new Map<number, Map<number, number[]>>();
  for (let i = 0; i < labels.length; i += 1) {
    const recordings = classes.get(labels[i]) ?? new Map<number, number[]>();
    classes.set(labels[i], recordings.set(groups[i], [...(recordings.get(groups[i]) ?? []), i]));
  }
  const rows = [...classes.values()]
    .filter(({ size }) => size > 1)
    .flatMap((recordings) => {
      const many = recordings.size;
      const size = 1 / Math.sqrt(many * width);
      return [...recordings.values()].map((own) => {
        const row = new Float32Array(labels.length);
        for (const members of recordings.values()) {
          for (const i of members) row[i] = (size * (Number(members === own) - 1 / many)) / members.length;
        }
        return row;
      });
    });
  if (rows.length === 0) return undefined;
  const data = new Float32Array(rows.length * labels.length);
  rows.forEach((row, i) => data.set(row, i * labels.length));
  return floatTensor([rows.length, labels.length], data);
}

/**
 * What it costs that recordings of one class differ: the sum of the squares of what {@link differencesOf} gives. What is particular to a
 * recording is of no use for others; the means alone are compared, the simplest case of what Sun and Saenko (2016, "Deep CORAL") do with
 * covariances.
 * @param hidden [B, width]
 * @returns a single number
 */
export function costOfDifferences<T>(ops: Ops<T>, hidden: T, { shape, data }: FloatTensor): T {
  const apart = ops.matMul(ops.constant(shape, data), hidden);
  return ops.reshape(ops.sum(ops.sum(ops.mul(apart, apart), 1), 0), [1]);
}
