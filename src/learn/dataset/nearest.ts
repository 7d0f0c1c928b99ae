import type { Dataset, Modality } from './dataset.ts';

/** Samples that are compared with one another: with more of them it only takes longer. */
const COMPARED = 512;

/**
 * How often the nearest neighbour of a vector, of another group, has its label (leave-one-out): how well distances under a scaling tell
 * classes apart.
 * @param scale [dims]
 * @returns 0..1; 0 where there is nothing to compare
 */
export function nearestAgreement({ dims, values, mask }: Modality, scale: Float32Array, dataset: Dataset): number {
  const { labels, groups } = dataset;
  const every = Math.max(1, Math.ceil(labels.length / COMPARED));
  const rows = [...labels.keys()].filter((row) => row % every === 0 && mask[row] === 1);
  const points = rows.map((row) => Float64Array.from(scale, (factor, d) => factor * values[row * dims + d]));
  let agreed = 0;
  rows.forEach((row, i) => {
    let [least, nearest] = [Infinity, -1];
    rows.forEach((other, j) => {
      if (groups[other] === groups[row]) return;
      const distance = squaredDistance(points[i], points[j], least);
      if (distance < least) [least, nearest] = [distance, other];
    });
    if (nearest >= 0 && labels[nearest] === labels[row]) agreed += 1;
  });
  return rows.length === 0 ? 0 : agreed / rows.length;
}

/** Squared Euclidean distance, or any number above `enough` where it is greater. */
function squaredDistance(a: Float64Array, b: Float64Array, enough: number): number {
  let sum = 0;
  for (let d = 0; d < a.length && sum <= enough; d += 1) {
    const difference = a[d] - b[d];
    sum += difference * difference;
  }
  return sum;
}
