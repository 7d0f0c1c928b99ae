import {
  compose,
  composeTransforms,
  invertTransform,
  inverse,
  norm,
  subtract,
  toRotationVector,
  wrapAngle,
  yawOf,
} from '../../geometry/index.ts';
import { alignPose, alignmentOf, transformOf, type AlignmentKind, type Similarity } from './align.ts';
import type { PosePair } from './trajectory.ts';

/** Errors as numbers. */
export interface ErrorSummary {
  readonly rms: number;
  readonly mean: number;
  readonly median: number;
  readonly deviation: number;
  readonly min: number;
  readonly max: number;
}

/** Error of one aligned pose. */
export interface PoseErrorAt {
  readonly time: number;
  /** m. */
  readonly distance: number;
  /** deg, of the whole rotation, and of the heading alone (estimate minus truth). */
  readonly angle: number;
  readonly yaw: number;
}

/** See {@link absoluteError}. */
export interface AbsoluteError {
  readonly alignment: Similarity;
  /** The pairs, their estimates aligned. */
  readonly pairs: readonly PosePair[];
  readonly errors: readonly PoseErrorAt[];
}

/** What the step of a relative error is counted in: poses, seconds, or metres along the truth. */
export type StepUnit = 'poses' | 's' | 'm';

const DEGREES = 180 / Math.PI;

/** Summary of values; all NaN for none. */
export function summaryOf(values: readonly number[]): ErrorSummary {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  const mean = sorted.reduce((sum, value) => sum + value, 0) / n;
  const squares = sorted.reduce((sum, value) => sum + value * value, 0) / n;
  const middle = n % 2 === 1 ? sorted[n >> 1] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
  return {
    rms: Math.sqrt(squares),
    mean,
    median: n === 0 ? NaN : middle,
    deviation: Math.sqrt(Math.max(0, squares - mean * mean)),
    min: n === 0 ? NaN : sorted[0],
    max: n === 0 ? NaN : sorted[n - 1],
  };
}

/**
 * Absolute trajectory error: how far each estimated pose is from the true one, after an alignment (J. Sturm et al., "A
 * Benchmark for the Evaluation of RGB-D SLAM Systems", IROS 2012).
 */
export function absoluteError(pairs: readonly PosePair[], kind: AlignmentKind): AbsoluteError {
  const alignment = alignmentOf(pairs, kind);
  const aligned = pairs.map(({ time, truth, estimate }) => ({ time, truth, estimate: alignPose(alignment, estimate) }));
  const errors = aligned.map(({ time, truth, estimate }) => ({
    time,
    distance: norm(subtract(estimate.position, truth.position)),
    angle: DEGREES * norm(toRotationVector(compose(inverse(truth.orientation), estimate.orientation))),
    yaw: DEGREES * wrapAngle(yawOf(estimate.orientation) - yawOf(truth.orientation)),
  }));
  return { alignment, pairs: aligned, errors };
}

/**
 * Relative pose error: (Q_i⁻¹ Q_j)⁻¹ (P_i⁻¹ P_j) of every pose i and the first j a step later, Q the truth, P the estimate
 * (ibid.).
 * @returns m and deg of each pair; none where the trajectory is shorter than a step
 */
export function relativeError(
  pairs: readonly PosePair[],
  step: number,
  unit: StepUnit,
): { readonly distance: number; readonly angle: number }[] {
  const along = alongOf(pairs, unit);
  const found: { distance: number; angle: number }[] = [];
  let j = 0;
  for (let i = 0; i < pairs.length; i += 1) {
    while (j < pairs.length && along[j] - along[i] < step - 1e-9) j += 1;
    if (j === pairs.length) break;
    const truth = composeTransforms(invertTransform(transformOf(pairs[i].truth)), transformOf(pairs[j].truth));
    const estimate = composeTransforms(invertTransform(transformOf(pairs[i].estimate)), transformOf(pairs[j].estimate));
    const error = composeTransforms(invertTransform(truth), estimate);
    found.push({ distance: norm(error.translation), angle: DEGREES * norm(toRotationVector(error.rotation)) });
  }
  return found;
}

/** How far along the trajectory each pair is, in the unit of a step. */
function alongOf(pairs: readonly PosePair[], unit: StepUnit): number[] {
  if (unit === 'poses') return pairs.map((_, i) => i);
  if (unit === 's') return pairs.map(({ time }) => time);
  let way = 0;
  return pairs.map(({ truth }, i) => {
    if (i > 0) way += norm(subtract(truth.position, pairs[i - 1].truth.position));
    return way;
  });
}
