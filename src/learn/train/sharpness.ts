import { least } from '../measure/least.ts';
import { negativeLogLikelihood } from '../measure/metrics.ts';
import { costOfAnyClass, probabilitiesOf } from '../measure/temperature.ts';

/** Range of the sharpness (see `sharpened`), and steps in which it is looked for: to 0.002. */
const [BLUNTEST, SHARPEST, STEPS] = [-1, 2, 15];

/** What some modalities say together of each sample, before it is sharpened. */
export interface Together {
  /** [samples, classes]: logarithm of the mean of their probabilities. */
  readonly mean: Float32Array;
  /** [samples]: logarithm of how many it is the mean of. */
  readonly count: Float32Array;
  /** How much it counts beside others. */
  readonly weight: number;
}

/**
 * The sharpness under which held-out decisions are likeliest, and one more that might have been of any class, as in the fit of a
 * temperature: where none of few is wrong, that says not that none ever will be.
 * @param told by several sets of modalities
 */
export function fitSharpness(told: readonly Together[], labels: ArrayLike<number>, classes: number): number {
  if (told.length === 0) return 0;
  return least(BLUNTEST, SHARPEST, STEPS, (sharpness) =>
    told.reduce((sum, { mean, count, weight }) => {
      const logits = mean.map((value, at) => value * Math.exp(sharpness * count[Math.floor(at / classes)]));
      const probabilities = probabilitiesOf(logits, classes, 1);
      const loss = negativeLogLikelihood({ labels, probabilities, classes });
      return sum + weight * (loss + costOfAnyClass(probabilities) / labels.length);
    }, 0),
  );
}

/**
 * Sets of modalities by which a decision is calibrated: of each size from two on as many as there are modalities, each of them being in as many
 * sets as any other; all of them once.
 */
export function neighbours(many: number): number[][] {
  const sizes = Array.from({ length: Math.max(0, many - 1) }, (_, i) => i + 2);
  return sizes.flatMap((size) =>
    Array.from({ length: size === many ? 1 : many }, (_, from) =>
      Array.from({ length: size }, (_, i) => (from + i) % many),
    ),
  );
}
