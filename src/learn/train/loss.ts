import type { FloatTensor } from '../../fusion/heads/index.ts';
import type { Architecture } from '../head/description.ts';
import type { Fused } from '../head/fused.ts';
import { logSoftmax, scalar } from '../head/layers.ts';
import type { Ops } from '../head/ops.ts';
import { digamma, logGamma } from './gamma.ts';

/** What every modality alone must be able to say counts this much beside what all say together. */
const SINGLE = 0.5;
/** The same where evidence adds up: a class that the others have found teaches a modality nothing any more. */
const SINGLE_BAYES = 2;
/** How much evidence for wrong classes costs, at the end. */
const WRONG_EVIDENCE = 0.1;

/**
 * Loss of a batch: cross-entropy of the decision, and of each modality's own where the architecture has them. An evidential head:
 * expected cross-entropy under its Dirichlet, and the divergence from "knows nothing" of what speaks for wrong classes (Sensoy et
 * al. 2018, eq. 4 and 5).
 * @param hot [B, classes]: 1 at the label; a row of zeros, which pads a conversation, costs nothing
 * @param own the same for each modality alone: one that lies is taught what it was really of
 * @param progress 0..1 of the training: the divergence comes in slowly, so that evidence is found at all
 * @returns a single number
 */
export function lossOf<T>(
  ops: Ops<T>,
  { logits, single }: Fused<T>,
  { kind }: Architecture,
  hot: FloatTensor,
  own: readonly FloatTensor[],
  progress: number,
): T {
  const classes = hot.shape[1];
  const count = hot.data.reduce((sum, value) => sum + value, 0);
  // All at once, one below the other: many small operations take longer than few large ones.
  const all = single.length === 0 ? logits : ops.concat([logits, ...single], 0);
  const weight = kind === 'late-bayes' ? SINGLE_BAYES : SINGLE;
  const [label, weights] = stacked(hot, own.slice(0, single.length), weight);
  const right = ops.constant([label.length / classes, classes], label);
  const each =
    kind === 'evidential'
      ? evidentialLoss(ops, all, right, classes, WRONG_EVIDENCE * Math.min(1, 2 * progress))
      : ops.mul(ops.mul(right, logSoftmax(ops, all)), scalar(ops, -1));
  const weighed = ops.mul(ops.sum(each, 1), ops.constant([weights.length, 1], weights));
  return ops.mul(ops.reshape(ops.sum(weighed, 0), [1]), scalar(ops, 1 / count));
}

/** Labels for the decision and each modality alone, and what a row of these counts. */
function stacked(
  hot: FloatTensor,
  own: readonly FloatTensor[],
  weight: number,
): [label: Float32Array, weights: Float32Array] {
  const [count] = hot.shape;
  const label = new Float32Array(hot.data.length * (own.length + 1));
  const weights = new Float32Array(count * (own.length + 1)).fill(weight / Math.max(1, own.length));
  [hot, ...own].forEach(({ data }, i) => label.set(data, i * data.length));
  return [label, weights.fill(1, 0, count)];
}

/** [B, classes]: what each sample costs lies in the sum over the classes. */
function evidentialLoss<T>(ops: Ops<T>, logAlpha: T, label: T, classes: number, weight: number): T {
  const one = scalar(ops, 1);
  const alpha = ops.exp(logAlpha);
  // Without the evidence for the right class.
  const wrong = ops.add(label, ops.mul(ops.sub(one, label), alpha));
  const [strength, rest] = [ops.sum(alpha, 1), ops.sum(wrong, 1)];
  const columns = 2 * classes + 2;
  const psi = digamma(ops, ops.concat([alpha, strength, wrong, rest], 1), columns);
  const part = (from: number, to: number): T => ops.slice(psi, 1, from, to);
  const surprise = ops.mul(label, ops.sub(part(classes, classes + 1), part(0, classes)));
  const spread = ops.mul(ops.sub(wrong, one), ops.sub(part(classes + 1, columns - 1), part(columns - 1, columns)));
  const gammas = logGamma(ops, ops.concat([wrong, rest], 1), classes + 1);
  // The sum over classes of `whole` is to count once.
  const whole = ops.mul(
    ops.sub(ops.slice(gammas, 1, classes, classes + 1), scalar(ops, logFactorial(classes - 1))),
    scalar(ops, 1 / classes),
  );
  const divergence = ops.add(ops.sub(spread, ops.slice(gammas, 1, 0, classes)), whole);
  return ops.add(surprise, ops.mul(divergence, scalar(ops, weight)));
}

function logFactorial(n: number): number {
  let sum = 0;
  for (let i = 2; i <= n; i += 1) sum += Math.log(i);
  return sum;
}
