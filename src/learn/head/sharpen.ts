import { scalar } from './layers.ts';
import type { Ops } from './ops.ts';

/** What the mean of what several modalities say comes to. */
export interface Opinion<T> {
  /** [B, classes]: logarithm of the mean of their probabilities. */
  readonly mean: T;
  /** [B, 1]: logarithm of how many it is the mean of, unequal weights counting as fewer; 0 where there is none. */
  readonly count: T;
}

/**
 * Where several are right about as often as they say, the mean of what they say is right more often than it says (Ranjan and Gneiting
 * 2010), the more so the more they are. It is therefore raised to a power: the number of them, to the power of the sharpness. One by
 * itself stays what it is, and so does what is as likely as something else, as where two contradict one another.
 * @param sharpness [1]; 0: the mean as it is
 */
export function sharpened<T>(ops: Ops<T>, { mean, count }: Opinion<T>, sharpness: T): T {
  return ops.mul(mean, ops.exp(ops.mul(count, sharpness)));
}

/** [B, 1]: logarithm of the effective number of those that are weighed (1 / sum of squares). @param weights [B, modalities], of sum 1, or 0 */
export function logCount<T>(ops: Ops<T>, weights: T): T {
  const squares = ops.sum(ops.mul(weights, weights), 1);
  // Where nothing has any weight: of one.
  const none = ops.sub(scalar(ops, 1), ops.sum(weights, 1));
  return ops.mul(ops.log(ops.add(squares, none)), scalar(ops, -1));
}

/** Name of the parameter that has the sharpness; fitted afterwards. */
export const SHARPNESS = 'together.sharpness';
