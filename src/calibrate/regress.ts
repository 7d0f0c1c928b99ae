import { medianOf } from '../geometry/index.ts';
import { inverseOf, times } from './linear.ts';

/** Rows of a linear model, as many columns in each. */
export interface Rows {
  readonly columns: number;
  /** Row by row. */
  readonly x: number[];
  readonly y: number[];
  /** Which rows err together: the number of the piece of the log that each comes from. */
  readonly cluster: number[];
}

/** What fits rows best. */
export interface Regression {
  readonly values: Float64Array;
  /** Row-major, of the values. */
  readonly covariance: Float64Array;
  /** Standard deviation of what is left, robustly: 1.48 times the median of its size. */
  readonly left: number;
  /** Pieces of the log that it comes from. */
  readonly clusters: number;
}

/** Residuals beyond this many standard deviations count the less the larger (P. Huber 1964): 95 % efficient. */
const HUBER = 1.345;
const ROUNDS = 20;
/** The median of the size of a normal number is its standard deviation over this. */
const MEDIAN = 1.4826;

/** Rows to be filled. */
export function rowsOf(columns: number): Rows {
  return { columns, x: [], y: [], cluster: [] };
}

/**
 * Fits `y = x b` so that single rows that are wrong (a wheel that slips, a fix that jumps) do not matter: Huber's M-estimator by
 * reweighting. The covariance does not trust the rows to err independently or alike: it is that of the jackknife over clusters, each left out
 * in turn by a step of Newton's method (A. C. Cameron, J. B. Gelbach, D. L. Miller, Review of Economics and Statistics 90, 2008: CR3), which
 * does not become too small where clusters are few.
 * @returns `undefined` where the rows do not determine the values, or would not without one of the clusters
 */
export function regress({ columns: n, x, y, cluster }: Rows): Regression | undefined {
  const clusters = new Set(cluster).size;
  if (clusters <= n) return undefined;
  const rows = y.length;
  const weights = new Float64Array(rows).fill(1);
  const residuals = new Float64Array(rows);
  let values = new Float64Array(n);
  let left = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const inverse = inverseOf(normalMatrix(n, x, weights), n);
    if (inverse === undefined) return undefined;
    const right = new Float64Array(n);
    for (let i = 0; i < rows; i += 1) for (let a = 0; a < n; a += 1) right[a] += weights[i] * x[i * n + a] * y[i];
    values = times(inverse, right) as Float64Array<ArrayBuffer>;
    for (let i = 0; i < rows; i += 1) {
      residuals[i] = y[i];
      for (let a = 0; a < n; a += 1) residuals[i] -= x[i * n + a] * values[a];
    }
    left = MEDIAN * medianOf(residuals.map(Math.abs));
    for (let i = 0; i < rows; i += 1) {
      const size = Math.abs(residuals[i]);
      weights[i] = size <= HUBER * left ? 1 : (HUBER * left) / size;
    }
  }
  // The curvature of Huber's loss: none beyond the bend.
  const curvature = normalMatrix(n, x, weights.map(Math.floor));
  const parts = new Map<number, { readonly score: Float64Array; readonly curvature: Float64Array }>();
  for (let i = 0; i < rows; i += 1) {
    const part = parts.get(cluster[i]) ?? { score: new Float64Array(n), curvature: curvature.slice() };
    parts.set(cluster[i], part);
    for (let a = 0; a < n; a += 1) {
      part.score[a] += weights[i] * residuals[i] * x[i * n + a];
      if (weights[i] < 1) continue;
      for (let b = 0; b < n; b += 1) part.curvature[a * n + b] -= x[i * n + a] * x[i * n + b];
    }
  }
  const covariance = new Float64Array(n * n);
  for (const part of parts.values()) {
    const inverse = inverseOf(part.curvature, n);
    if (inverse === undefined) return undefined;
    const moved = times(inverse, part.score);
    for (let a = 0; a < n; a += 1) {
      for (let b = 0; b < n; b += 1) covariance[a * n + b] += (moved[a] * moved[b] * (clusters - 1)) / clusters;
    }
  }
  return { values, covariance, left, clusters };
}

function normalMatrix(n: number, x: readonly number[], weights: Float64Array): Float64Array {
  const normal = new Float64Array(n * n);
  for (let i = 0; i < weights.length; i += 1) {
    for (let a = 0; a < n; a += 1) {
      for (let b = 0; b < n; b += 1) normal[a * n + b] += weights[i] * x[i * n + a] * x[i * n + b];
    }
  }
  return normal;
}
