import { scalar } from './layers.ts';
import type { Ops } from './ops.ts';

/** How often a modality is thought to tell of something else before it is heard. Smaller: more has to speak against it. */
const LYING = 0.05;

/**
 * Probability that what a modality says has nothing to do with what the others see. A modality that tells the truth says class
 * c as the others do; one that lies says anything. By Bayes' rule the score is `q / (q + (1 - q) C Σ_c p_c o_c)`, q being
 * {@link LYING}: near 1 where two that are sure contradict one another, near 0 where they agree, q where either knows nothing.
 * @param alone log probabilities of the decision by this modality only, [B, classes]
 * @param others log probabilities of the decision without it, [B, classes]
 * @param counts [B, 1]: 1 where the modality is present and others are too
 * @returns [B, 1], 0..1; 0 where it does not count
 */
export function anomalyOf<T>(ops: Ops<T>, alone: T, others: T, counts: T, classes: number): T {
  const agreed = ops.sum(ops.exp(ops.add(alone, others)), 1);
  const lying = scalar(ops, LYING);
  const score = ops.div(lying, ops.add(lying, ops.mul(agreed, scalar(ops, (1 - LYING) * classes))));
  return ops.mul(score, counts);
}

/** [B, 1] of each modality: 1 where it is present, and at least one other is. @param present [B, 1] of each modality */
export function inCompany<T>(ops: Ops<T>, present: readonly T[]): T[] {
  const zero = ops.mul(present[0], scalar(ops, 0));
  return present.map((own, m) => {
    const others = present.filter((_, i) => i !== m).reduce((sum, one) => ops.add(sum, one), zero);
    // 1 - relu(1 - count): one for any count from one on.
    const some = ops.sub(scalar(ops, 1), ops.relu(ops.sub(scalar(ops, 1), others)));
    return ops.mul(own, some);
  });
}
