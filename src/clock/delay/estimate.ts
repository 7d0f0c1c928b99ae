import { bendAt, createLocalFit, minimumOf, slopeAt, type LocalFit } from './local-fit.ts';
import type { Block } from './profile.ts';
import { delayAt, gridSize, type DelaySearch } from './search.ts';
import { studentPoint } from './student.ts';

/** A delay with its 95 % interval, s; or why the data cannot tell it. */
export type Estimate =
  | { readonly delay: number; readonly low: number; readonly high: number; readonly scale: number }
  | { readonly delay: undefined; readonly why: Untold };

/** Why a delay cannot be told. */
export type Untold =
  /** Fewer independent pieces than a spread can be told from. */
  | 'too little data'
  /** One side does not vary, or no minimum stands out: nothing that both saw. */
  | 'no excitation'
  /** Both vary, but not alike: not the same motion, or wrong axes. */
  | 'not alike'
  /** The best delay is at the edge of what was looked for. */
  | 'out of range';

/** Fewest blocks with samples, and fewest degrees of freedom that an interval is made from. */
const LEAST_BLOCKS = 4;
const LEAST_FREEDOM = 3;
/** Half the width of an interval beyond which a delay counts as not told, s. */
const WIDEST = 0.15;
/** Every delay further than {@link WIDEST} from the best must be worse by the square of this many standard errors. */
const CLEARLY = 4;
/** The two sides' scale lies within this factor of one where they see the same motion in SI units. */
const LARGEST_SCALE = 2;
/** What stamps are not known better than on the average, s: a clock that follows the least delay wanders by as much. */
const STAMP_ERROR = 5e-5;
/**
 * What the wrong delays leave on the average, in terms of what the best one leaves. Below it something other than the
 * common motion makes up most of both: noise that happens to be alike.
 */
const LEAST_RISE = 2;
/** Blocks whose mean square error is beyond this many times the usual weigh less, in proportion; rounds of weighing. */
const UNUSUAL = 2;
const ROUNDS = 4;
/** Blocks after a block whose errors may go with its own: what goes wrong in a turn is made good at its end. */
const LAGS = 1;
/** Most of the curvature that a single block is taken to have: the correction for it goes to infinity at one. */
const MOST_SHARE = 0.9;
/** Samples of x in one of y from which on it hardly matters where between them that lies. */
const FEW_PERIODS = 5;
/** Half the time over which Σx² is smoothed: periods of x, within bounds in s. */
const SMOOTHING_PERIODS = 2.5;
const LEAST_SMOOTHING = 0.05;
const MOST_SMOOTHING = 0.25;
/** Half the window of the local polynomial, s: this share of what a sample stands for, within these. */
const WINDOW_SHARE = 0.75;
const LEAST_WINDOW = 0.02;
const MOST_WINDOW = 0.1;

/** The profile of a regression over all blocks: for every delay the best coefficients, and what they leave. */
interface Fitted {
  /** Where each segment begins among the blocks, and the end. */
  readonly segments: readonly number[];
  /** Weighted means of x (at every delay) and y in each segment. */
  readonly meanX: readonly Float64Array[];
  readonly meanY: readonly number[];
  readonly meanW: readonly number[];
  readonly scale: Float64Array;
  /** What y owes to its companion, at every delay. */
  readonly slant: Float64Array;
  readonly residual: Float64Array;
}

/**
 * The delay that fits `y(t) = scale x(t - delay) + slant w(t) + offset` best, with its 95 % interval; scale and slant
 * common, an offset a segment.
 *
 * The residual sum of squares Q over the delay, the other coefficients profiled out, has its minimum at the estimate. The
 * interval does not trust the residuals to be white, of one size, or independent of x's own noise: it is the sandwich
 * of an M-estimator, V = Σ s_b² / H², with s_b the slope that a block of seconds adds to Q at the minimum and H the
 * observed curvature of Q (P. Huber, "The behavior of maximum likelihood estimates under nonstandard conditions",
 * 1967; clusters: K.-Y. Liang, S. Zeger, Biometrika 73, 1986). H is the curvature really seen, so noise of x, which
 * raises the apparent excitation, does not narrow it. Blocks of much weight are corrected for their leverage (CR2: R.
 * Bell, D. McCaffrey, Survey Methodology 28, 2002), and the degrees of freedom follow from how unevenly the blocks
 * share the curvature.
 *
 * Noise of x would also draw the delay to where x is least noisy, which is between its samples, where interpolation
 * takes the mean of two; samplings in step would never average that out. Where y stands for few samples of x, Σx² is therefore smoothed over the delays, by
 * polynomials that leave alone what the motion adds to it; Σxy, which then alone tells the delay, has no part of x's
 * noise in the mean.
 *
 * @param support length of the samples of y, s: the profile is smooth over it
 * @param period of the samples of x, s
 */
export function estimateDelay(
  blocks: readonly Block[],
  search: DelaySearch,
  support: number,
  period: number,
): Estimate {
  const smoothing = Math.min(MOST_SMOOTHING, Math.max(LEAST_SMOOTHING, SMOOTHING_PERIODS * period || 0));
  const few = support < FEW_PERIODS * period;
  const smoother = createLocalFit(Math.round(smoothing / search.step));
  const used = blocks
    .filter(({ count }) => count > 1)
    .map((block) => (few ? { ...block, sumXX: smoother.smoothed(block.sumXX) } : block));
  if (used.length < LEAST_BLOCKS) return untold('too little data');
  const weights = new Float64Array(used.length).fill(1);
  let fitted = fit(used, weights, gridSize(search));
  let best = bestPlace(fitted);
  for (let i = 0; i < ROUNDS && best !== undefined; i += 1) {
    weigh(used, weights, fitted, best);
    fitted = fit(used, weights, gridSize(search));
    best = bestPlace(fitted);
  }
  if (best === undefined) return untold('not alike');
  const local = createLocalFit(windowOf(search, support));
  const { half } = local;
  if (best < half || best >= fitted.residual.length - half) return untold('out of range');
  const around = local.coefficients(fitted.residual.subarray(best - half, best + half + 1));
  const u = minimumOf(around);
  if (u === undefined) return untold('no excitation');
  const bend = bendAt(around, u);
  const { variance, freedom } = spread(used, weights, fitted, { local, best, u, bend });
  const unit = half * search.step;
  const error = Math.hypot(Math.sqrt(variance) * unit, STAMP_ERROR);
  const delay = delayAt(search, best) + u * unit;
  const reach = studentPoint(freedom) * error;
  if (!(reach <= WIDEST)) return untold('no excitation');
  const floor = Math.min(...fitted.residual);
  // What a delay one standard error off costs, by the curvature; further off, the profile itself must have risen.
  const perError = 0.5 * bend * variance;
  let [sum, count] = [0, 0];
  for (let k = 0; k < fitted.residual.length; k += 1) {
    if (Math.abs(delayAt(search, k) - delay) <= WIDEST) continue;
    if (!(fitted.residual[k] - floor >= CLEARLY ** 2 * perError)) return untold('no excitation');
    sum += fitted.residual[k];
    count += 1;
  }
  if (!(sum >= LEAST_RISE * floor * count)) return untold('no excitation');
  const scale = fitted.scale[best];
  if (!(scale < LARGEST_SCALE && scale > 1 / LARGEST_SCALE)) return untold('not alike');
  return { delay, low: delay - reach, high: delay + reach, scale };
}

function untold(why: Untold): Estimate {
  return { delay: undefined, why };
}

function windowOf({ step }: DelaySearch, support: number): number {
  return Math.max(4, Math.round(Math.min(MOST_WINDOW, Math.max(LEAST_WINDOW, WINDOW_SHARE * support)) / step));
}

/** Where each segment begins among the blocks, and the end: blocks of a segment stand together. */
function segmentsOf(blocks: readonly Block[]): number[] {
  const bounds = [0];
  for (let i = 1; i < blocks.length; i += 1) if (blocks[i].segment !== blocks[i - 1].segment) bounds.push(i);
  bounds.push(blocks.length);
  return bounds;
}

function fit(blocks: readonly Block[], weights: Float64Array, size: number): Fitted {
  const xx = new Float64Array(size);
  const xy = new Float64Array(size);
  const scale = new Float64Array(size);
  const residual = new Float64Array(size);
  const segments = segmentsOf(blocks);
  const meanX: Float64Array[] = [];
  const meanY: number[] = [];
  const meanW: number[] = [];
  const xw = new Float64Array(size);
  const slant = new Float64Array(size);
  let [total, ww, wy] = [0, 0, 0];
  for (let s = 0; s + 1 < segments.length; s += 1) {
    const x = new Float64Array(size);
    let [n, y, w] = [0, 0, 0];
    for (let b = segments[s]; b < segments[s + 1]; b += 1) {
      const { count, sumY, sumYY, sumW, sumWW, sumWY, sumX, sumXX, sumXY, sumXW } = blocks[b];
      const weight = weights[b];
      n += weight * count;
      y += weight * sumY;
      w += weight * sumW;
      total += weight * sumYY;
      ww += weight * sumWW;
      wy += weight * sumWY;
      for (let k = 0; k < size; k += 1) {
        x[k] += weight * sumX[k];
        xx[k] += weight * sumXX[k];
        xy[k] += weight * sumXY[k];
        xw[k] += weight * sumXW[k];
      }
    }
    total -= (y * y) / n;
    ww -= (w * w) / n;
    wy -= (w * y) / n;
    for (let k = 0; k < size; k += 1) {
      xx[k] -= (x[k] * x[k]) / n;
      xy[k] -= (x[k] * y) / n;
      xw[k] -= (x[k] * w) / n;
      x[k] /= n;
    }
    meanX.push(x);
    meanY.push(y / n);
    meanW.push(w / n);
  }
  // The companion is fitted first, the regressor to what it leaves.
  const inverse = ww > 0 ? 1 / ww : 0;
  const left = total - wy * wy * inverse;
  for (let k = 0; k < size; k += 1) {
    const own = xx[k] - xw[k] * xw[k] * inverse;
    const common = xy[k] - xw[k] * wy * inverse;
    scale[k] = own > 0 ? common / own : 0;
    slant[k] = (wy - scale[k] * xw[k]) * inverse;
    residual[k] = left - scale[k] * common;
  }
  return { segments, meanX, meanY, meanW, scale, slant, residual };
}

/** Sum of squares that a block leaves at a place of the grid, with the coefficients that are best for all there. */
function leftBy(block: Block, { meanX, meanY, meanW, scale, slant }: Fitted, segment: number, k: number): number {
  const { count, sumY, sumYY, sumW, sumWW, sumWY } = block;
  const [g, h] = [scale[k], slant[k]];
  const c = meanY[segment] - g * meanX[segment][k] - h * meanW[segment];
  const [x, xx, xy, xw] = [block.sumX[k], block.sumXX[k], block.sumXY[k], block.sumXW[k]];
  const squares = sumYY + count * c * c + g * g * xx + h * h * sumWW;
  return squares - 2 * (c * sumY + g * xy + h * sumWY - c * g * x - c * h * sumW - g * h * xw);
}

/** Gives blocks that fit worse than most the less weight: a wheel lost its hold, a fix was a reflection. */
function weigh(blocks: readonly Block[], weights: Float64Array, fitted: Fitted, best: number): void {
  const { segments } = fitted;
  const mean = new Float64Array(blocks.length);
  for (let s = 0; s + 1 < segments.length; s += 1) {
    for (let b = segments[s]; b < segments[s + 1]; b += 1) {
      mean[b] = Math.max(0, leftBy(blocks[b], fitted, s, best)) / blocks[b].count;
    }
  }
  // The usual error where there was motion: the median, each block counting by how much x moved in it.
  const motion = blocks.map(({ count, sumX, sumXX }) => Math.max(0, sumXX[best] - sumX[best] ** 2 / count));
  const order = [...mean.keys()].sort((a, b) => mean[a] - mean[b]);
  const half = motion.reduce((sum, value) => sum + value, 0) / 2;
  let passed = 0;
  let usual = 0;
  for (const b of order) {
    passed += motion[b];
    usual = mean[b];
    if (passed >= half) break;
  }
  for (let b = 0; b < blocks.length; b += 1) weights[b] = Math.min(1, (UNUSUAL * usual) / Math.max(mean[b], 1e-300));
}

/** Where the residual is least with a positive scale. */
function bestPlace({ scale, residual }: Fitted): number | undefined {
  let best: number | undefined;
  for (let k = 0; k < residual.length; k += 1) {
    if (scale[k] > 0 && (best === undefined || residual[k] < residual[best])) best = k;
  }
  return best;
}

/** The minimum of the profile: the place in the grid, and u and curvature in the local polynomial's own unit. */
interface Minimum {
  readonly local: LocalFit;
  readonly best: number;
  readonly u: number;
  readonly bend: number;
}

/** Variance of u, and its degrees of freedom. */
function spread(
  blocks: readonly Block[],
  weights: Float64Array,
  fitted: Fitted,
  { local, best, u, bend }: Minimum,
): { variance: number; freedom: number } {
  const { segments } = fitted;
  const { half } = local;
  const values = new Float64Array(2 * half + 1);
  const slopes = new Float64Array(blocks.length);
  let sum = 0;
  let squares = 0;
  for (let s = 0; s + 1 < segments.length; s += 1) {
    for (let b = segments[s]; b < segments[s + 1]; b += 1) {
      for (let i = 0; i < values.length; i += 1) {
        values[i] = weights[b] * leftBy(blocks[b], fitted, s, best - half + i);
      }
      const coefficients = local.coefficients(values);
      const share = Math.min(MOST_SHARE, Math.max(0, bendAt(coefficients, u) / bend));
      slopes[b] = slopeAt(coefficients, u) / Math.sqrt(1 - share);
      sum += share;
      squares += share * share;
    }
  }
  let meat = 0;
  for (let b = 0; b < blocks.length; b += 1) {
    meat += slopes[b] * slopes[b];
    for (let c = b + 1; c < blocks.length; c += 1) {
      const lag = blocks[c].index - blocks[b].index;
      if (lag > LAGS) break;
      meat += 2 * (1 - lag / (LAGS + 1)) * slopes[b] * slopes[c];
    }
  }
  const pieces = squares > 0 ? (sum * sum) / squares : 0;
  return { variance: meat / (bend * bend), freedom: Math.max(LEAST_FREEDOM, (1.5 * pieces) / (LAGS + 1)) };
}
