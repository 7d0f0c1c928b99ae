import type { Trial } from './trial.ts';

/** Root mean squares of the angle of an orientation's error and of its parts, degrees. */
export interface OrientationError {
  readonly totalDeg: number;
  /** About the vertical. */
  readonly headingDeg: number;
  /** What is left: the tilt. */
  readonly inclinationDeg: number;
}

/** The three angles of one error, rad, none negative. */
export interface ErrorAngles {
  total: number;
  heading: number;
  inclination: number;
}

/**
 * Splits the error q_estimate q_truth⁻¹ as BROAD does (D. Laidig et al., Data 6(7), 2021, section 4): total 2 acos|w|, heading
 * 2 atan|z/w|, inclination 2 acos √(w² + z²).
 * @param estimates, truth row-major quaternions w, x, y, z; @param at which row
 */
export function splitError(estimates: Float64Array, truth: Float64Array, at: number, out: ErrorAngles): void {
  const i = 4 * at;
  const [a, b, c, d] = [estimates[i], estimates[i + 1], estimates[i + 2], estimates[i + 3]];
  const [e, f, g, h] = [truth[i], truth[i + 1], truth[i + 2], truth[i + 3]];
  const w = a * e + b * f + c * g + d * h;
  const x = -a * f + b * e - c * h + d * g;
  const y = -a * g + b * h + c * e - d * f;
  const z = -a * h - b * g + c * f + d * e;
  // By arc tangents: an arc cosine near 1 is good to 1e-8 only.
  const upright = Math.hypot(w, z);
  const tilt = Math.hypot(x, y);
  out.total = 2 * Math.atan2(Math.hypot(tilt, z), Math.abs(w));
  out.heading = 2 * Math.atan2(Math.abs(z), Math.abs(w));
  out.inclination = 2 * Math.atan2(tilt, upright);
}

/** Whether a row counts: moving, and the truth was seen. */
export function counts({ moving, truth }: Trial, at: number): boolean {
  return moving[at] !== 0 && !Number.isNaN(truth[4 * at]);
}

/** Errors over the rows that count; NaN where none does. No alignment, nothing left out at the start. */
export function scoreOf(trial: Trial, estimates: Float64Array): OrientationError {
  const error: ErrorAngles = { total: 0, heading: 0, inclination: 0 };
  let [total, heading, inclination, count] = [0, 0, 0, 0];
  for (let i = 0; i < trial.count; i += 1) {
    if (!counts(trial, i)) continue;
    splitError(estimates, trial.truth, i, error);
    total += error.total ** 2;
    heading += error.heading ** 2;
    inclination += error.inclination ** 2;
    count += 1;
  }
  const degrees = (sum: number): number => (Math.sqrt(sum / count) * 180) / Math.PI;
  return { totalDeg: degrees(total), headingDeg: degrees(heading), inclinationDeg: degrees(inclination) };
}

/** Mean of each number over trials. */
export function meanOf(errors: readonly OrientationError[]): OrientationError {
  const mean = (of: keyof OrientationError): number =>
    errors.reduce((sum, error) => sum + error[of], 0) / errors.length;
  return { totalDeg: mean('totalDeg'), headingDeg: mean('headingDeg'), inclinationDeg: mean('inclinationDeg') };
}
