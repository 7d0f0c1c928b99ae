import type { Scaling } from '../dataset/scaling.ts';
import { maskedMax, maskedMean, scalar } from './layers.ts';
import type { Ops } from './ops.ts';
import type { Sequence } from './sequence.ts';

/** Power below which a channel is as good as still, in variances of the channel over the training set. */
const STILL = 1e-3;
/** Logarithms of power come to -1..2 or so with this, as numbers that are learned from should be. */
const [RAISED, SHARE] = [2, 0.5];
/** Numbers that are told of each channel. */
const MANY = 7;

/** Numbers that {@link statistics} tells of a sequence. */
export function statisticsWidth(dims: number): number {
  return MANY * dims;
}

/**
 * What a whole sequence is like, channel by channel: mean, least, greatest, power about the mean and from one step to the next
 * (logarithms), and as measured from zero, in root mean squares of the training set: mean magnitude, and magnitude of the mean. A speed or
 * a current is as large forwards as backwards, which a network of few recordings does not find out by itself.
 * Nothing is learned in it.
 * @param sequence scaled to mean 0 and deviation 1 of the training set
 * @param scaling by which it was, for where zero is
 * @returns [B, {@link statisticsWidth}]; zeros where nothing is there
 */
export function statistics<T>(
  ops: Ops<T>,
  { features, mask, steps, width }: Sequence<T>,
  { shift, scale }: Scaling,
): T {
  const meanOf = (x: T, open: T): T => maskedMean(ops, x, open, width);
  const mean = meanOf(features, mask);
  const apart = ops.mul(ops.sub(features, ops.reshape(mean, [-1, 1, width])), mask);
  const [later, before] = [ops.slice(features, 1, 1, steps), ops.slice(features, 1, 0, steps - 1)];
  const both = ops.mul(ops.slice(mask, 1, 1, steps), ops.slice(mask, 1, 0, steps - 1));
  const change = ops.sub(later, before);
  const loud = (power: T): T =>
    ops.mul(ops.add(ops.log(ops.add(power, scalar(ops, STILL))), scalar(ops, RAISED)), scalar(ops, SHARE));
  const zero = shift.map((value, d) => -value * scale[d]);
  const size = zero.map((value) => 1 / Math.sqrt(1 + value * value));
  const measured = ops.mul(ops.sub(features, ops.constant([width], zero)), ops.constant([width], size));
  const magnitude = (x: T): T => ops.add(ops.relu(x), ops.relu(ops.mul(x, scalar(ops, -1))));
  const told = [
    mean,
    ops.mul(maskedMax(ops, ops.mul(features, scalar(ops, -1)), mask, width), scalar(ops, -1)),
    maskedMax(ops, features, mask, width),
    loud(meanOf(ops.mul(apart, apart), mask)),
    loud(meanOf(ops.mul(change, change), both)),
    meanOf(magnitude(measured), mask),
    magnitude(meanOf(measured, mask)),
  ];
  // The logarithm of nothing is no zero.
  return ops.mul(ops.concat(told, 1), ops.reshape(ops.max(mask, 1), [-1, 1]));
}
