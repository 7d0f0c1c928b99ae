/**
 * Whether an estimate's covariance is honest: the normalised estimation error squared (Y. Bar-Shalom, X. R. Li,
 * T. Kirubarajan, "Estimation with Applications to Tracking and Navigation", 2001, section 5.4).
 */

/** Error and covariance of one estimate. */
export interface Sample {
  /** Truth minus estimate, or the other way round. */
  readonly error: readonly number[];
  /** Row-major and symmetric, as many rows as the error is long. */
  readonly covariance: ArrayLike<number>;
}

/**
 * NEES of one estimate: eᵀ P⁻¹ e; on average the length of e when the covariance is honest. Solved by Cholesky's
 * decomposition; NaN for a covariance that is none.
 */
export function neesOf({ error, covariance }: Sample): number {
  const n = error.length;
  const L = new Float64Array(n * n);
  let sum = 0;
  // y = L⁻¹ e, row by row; its square is the NEES.
  const y: number[] = [];
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let rest = covariance[i * n + j];
      for (let k = 0; k < j; k += 1) rest -= L[i * n + k] * L[j * n + k];
      L[i * n + j] = i === j ? Math.sqrt(rest) : rest / L[j * n + j];
    }
    let value = error[i];
    for (let k = 0; k < i; k += 1) value -= L[i * n + k] * y[k];
    y.push(value / L[i * n + i]);
    sum += y[i] * y[i];
  }
  return sum;
}

/**
 * Two-sided band that the mean of `runs` values of NEES with `freedom` degrees each lies in with 95 % probability:
 * quantiles of the chi-square distribution by the Wilson-Hilferty transformation (1931), good to 0.1 % here.
 */
export function band(runs: number, freedom: number): readonly [number, number] {
  const n = runs * freedom;
  const quantile = (z: number): number => n * (1 - 2 / (9 * n) + z * Math.sqrt(2 / (9 * n))) ** 3;
  return [quantile(-1.959964) / runs, quantile(1.959964) / runs];
}

/** What a set of runs came to. */
export interface Consistency {
  readonly band: readonly [number, number];
  /** Share of the times at which the mean NEES over the runs lies in the band, below it (too cautious), above it (too sure). */
  readonly inside: number;
  readonly below: number;
  readonly above: number;
  readonly meanNees: number;
}

/** @param runs NEES of each run at the same times */
export function consistencyOf(runs: readonly (readonly number[])[]): Consistency {
  const limits = band(runs.length, 3);
  const times = Math.min(...runs.map((run) => run.length));
  let [below, above, sum] = [0, 0, 0];
  for (let t = 0; t < times; t += 1) {
    const mean = runs.reduce((total, run) => total + run[t], 0) / runs.length;
    sum += mean;
    if (mean < limits[0]) below += 1;
    else if (!(mean <= limits[1])) above += 1;
  }
  return {
    band: limits,
    inside: (times - below - above) / times,
    below: below / times,
    above: above / times,
    meanNees: sum / times,
  };
}

/** Root of the mean of squares. */
export function rms(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}
