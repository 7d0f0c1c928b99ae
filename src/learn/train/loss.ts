import type { FloatTensor } from '../../fusion/heads/index.ts';
import type { Architecture } from '../head/description.ts';
import type { Fused } from '../head/fuse.ts';
import { logSoftmax, scalar } from '../head/layers.ts';
import type { Ops } from '../head/ops.ts';
import { digamma, logGamma } from './gamma.ts';

/** What every modality alone must be able to say counts this much beside what all say together. */
const SINGLE = 0.5;
/** How much evidence for wrong classes costs, at the end. */
const WRONG_EVIDENCE = 0.1;

/**
 * Loss of a batch: cross-entropy of the decision, and of each modality's own where the architecture has them. An evidential head:
 * expected cross-entropy under its Dirichlet, and the divergence from "knows nothing" of what speaks for wrong classes (Sensoy et
 * al. 2018, eq. 4 and 5).
 * @param hot [B, classes]: 1 at the label
 * @param progress 0..1 of the training: the divergence comes in slowly, so that evidence is found at all
 * @returns a single number
 */
export function lossOf<T>(
  ops: Ops<T>,
  { logits, single }: Fused<T>,
  { kind }: Architecture,
  hot: FloatTensor,
  progress: number,
): T {
  const [count, classes] = hot.shape;
  const label = ops.constant(hot.shape, hot.data);
  const mean = (each: T): T =>
    ops.mul(ops.reshape(ops.sum(ops.reshape(each, [-1, 1]), 0), [1]), scalar(ops, 1 / count));
  const one = (of: T): T =>
    kind === 'evidential'
      ? mean(evidentialLoss(ops, of, label, classes, WRONG_EVIDENCE * Math.min(1, 2 * progress)))
      : mean(ops.mul(ops.mul(label, logSoftmax(ops, of)), scalar(ops, -1)));
  const share = scalar(ops, SINGLE / Math.max(1, single.length));
  return single.reduce((sum, of) => ops.add(sum, ops.mul(one(of), share)), one(logits));
}

/** [B, classes]: what each sample costs lies in the sum over the classes. */
function evidentialLoss<T>(ops: Ops<T>, logAlpha: T, label: T, classes: number, weight: number): T {
  const one = scalar(ops, 1);
  const alpha = ops.exp(logAlpha);
  const surprise = ops.mul(label, ops.sub(digamma(ops, ops.sum(alpha, 1)), digamma(ops, alpha)));
  // Without the evidence for the right class.
  const wrong = ops.add(label, ops.mul(ops.sub(one, label), alpha));
  const strength = ops.sum(wrong, 1);
  const excess = ops.sub(wrong, one);
  const spread = ops.mul(excess, ops.sub(digamma(ops, wrong), digamma(ops, strength)));
  const whole = ops.sub(logGamma(ops, strength), logGamma(ops, scalar(ops, classes)));
  // The sum over classes of `whole` is to count once.
  const divergence = ops.add(ops.sub(spread, logGamma(ops, wrong)), ops.mul(whole, scalar(ops, 1 / classes)));
  return ops.add(surprise, ops.mul(divergence, scalar(ops, weight)));
}
