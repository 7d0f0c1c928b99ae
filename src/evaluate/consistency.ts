/**
 * Whether an estimate's covariance is honest: the normalised estimation error squared (Y. Bar-Shalom, X. R. Li,
 * T. Kirubarajan, "Estimation with Applications to Tracking and Navigation", 2001, section 5.4).
 */

/** Error and covariance of one estimate. */
export interface Sample {
  /** x, y (m) and yaw (rad): estimate minus truth. */
  readonly error: readonly [number, number, number];
  /** Row-major 3x3 of the same. */
  readonly covariance: readonly number[];
}

/** NEES of one estimate: eᵀ P⁻¹ e; 3 on average when the covariance is honest. NaN for a singular covariance. */
export function neesOf({ error: [x, y, z], covariance: [a, b, c, , d, e, , , f] }: Sample): number {
  // Inverse of the symmetric matrix [a b c; b d e; c e f] by its cofactors.
  const A = d * f - e * e;
  const B = c * e - b * f;
  const C = b * e - c * d;
  const determinant = a * A + b * B + c * C;
  const D = a * f - c * c;
  const E = b * c - a * e;
  const F = a * d - b * b;
  return (x * x * A + y * y * D + z * z * F + 2 * (x * y * B + x * z * C + y * z * E)) / determinant;
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
