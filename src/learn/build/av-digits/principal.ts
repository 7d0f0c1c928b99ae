import { createRandom, normal } from '../../../random/index.ts';

/** Rounds of the iteration: eigenvalues of pictures lie apart, so that they are far more than enough. */
const ROUNDS = 40;

/** Directions in which vectors differ most. */
export interface Principal {
  readonly mean: Float64Array;
  /** Of length 1, at right angles, the greatest first. */
  readonly directions: readonly Float64Array[];
}

/**
 * Principal components (Pearson 1901) by orthogonal iteration of the covariance. Each direction points where its greatest
 * coordinate is positive, so that the same vectors always give the same.
 * @param vectors of the same length
 * @param many how many directions, fewer than that
 */
export function principalComponents(vectors: readonly ArrayLike<number>[], many: number): Principal {
  const dims = vectors[0].length;
  const mean = new Float64Array(dims);
  for (const vector of vectors) for (let d = 0; d < dims; d += 1) mean[d] += vector[d] / vectors.length;
  const covariance = covarianceOf(vectors, mean);
  const random = createRandom(1);
  // Some more than wanted: the last ones settle slowly.
  let found = orthogonal(Array.from({ length: many + 4 }, () => new Float64Array(dims).map(() => normal(random))));
  for (let round = 0; round < ROUNDS; round += 1) {
    found = orthogonal(found.map((direction) => new Float64Array(dims).map((_, d) => dot(covariance[d], direction))));
  }
  // Of two that differ about as much in what they tell, neither need have come first.
  const ordered = found
    .map((direction) => ({
      direction,
      variance: dot(
        direction,
        Float64Array.from(covariance, (row) => dot(row, direction)),
      ),
    }))
    .sort((a, b) => b.variance - a.variance);
  return { mean, directions: ordered.slice(0, many).map(({ direction }) => turned(direction)) };
}

/** Where a vector lies along the directions. */
export function along({ mean, directions }: Principal, vector: ArrayLike<number>): number[] {
  return directions.map((direction) => direction.reduce((sum, value, d) => sum + value * (vector[d] - mean[d]), 0));
}

/** Rows of the covariance. Pictures are mostly empty: only what is not zero is multiplied, and the mean taken off at the end. */
function covarianceOf(vectors: readonly ArrayLike<number>[], mean: Float64Array): Float64Array[] {
  const rows = Array.from(mean, () => new Float64Array(mean.length));
  const filled = new Int32Array(mean.length);
  for (const vector of vectors) {
    let many = 0;
    for (let d = 0; d < mean.length; d += 1) if (vector[d] !== 0) filled[many++] = d;
    for (let i = 0; i < many; i += 1) {
      const row = rows[filled[i]];
      const own = vector[filled[i]] / vectors.length;
      for (let j = 0; j < many; j += 1) row[filled[j]] += own * vector[filled[j]];
    }
  }
  rows.forEach((row, i) => row.forEach((value, j) => (row[j] = value - mean[i] * mean[j])));
  return rows;
}

/** Gram and Schmidt. */
function orthogonal(directions: readonly Float64Array[]): Float64Array[] {
  const found: Float64Array[] = [];
  for (const direction of directions) {
    const rest = direction.slice();
    for (const other of found) {
      const share = dot(rest, other);
      rest.forEach((value, d) => (rest[d] = value - share * other[d]));
    }
    const length = Math.sqrt(dot(rest, rest));
    found.push(rest.map((value) => value / length));
  }
  return found;
}

function turned(direction: Float64Array): Float64Array {
  const greatest = direction.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return greatest < 0 ? direction.map((value) => -value) : direction;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i] * b[i];
  return sum;
}
