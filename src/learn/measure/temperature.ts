import { least } from './least.ts';
import { logLosses, negativeLogLikelihood } from './metrics.ts';

/** Range that a temperature is looked for in, and in how many steps: to 0.001 of its logarithm. */
const [COLDEST, HOTTEST, STEPS] = [0.05, 20, 19];
/** A class that was given no probability at all costs no more than this: the loss stays finite. */
const LEAST = 1e-12;
/** Deviation of a temperature's logarithm, as far as one knows before anything was held out. Smaller: it stays near 1. */
const BEFOREHAND = 1;

/** Softmax of `logits / temperature`. @param logits [N, classes] */
export function probabilitiesOf(logits: Float32Array, classes: number, temperature: number): Float32Array {
  const probabilities = new Float32Array(logits.length);
  for (let from = 0; from < logits.length; from += classes) {
    const row = logits.subarray(from, from + classes);
    const greatest = Math.max(...row);
    let sum = 0;
    for (const logit of row) sum += Math.exp((logit - greatest) / temperature);
    row.forEach((logit, c) => (probabilities[from + c] = Math.exp((logit - greatest) / temperature) / sum));
  }
  return probabilities;
}

/**
 * The temperature under which held-out decisions are likeliest (Guo et al. 2017), and one more that might have been of any class
 * (as Platt 1999 does): where none of few is wrong, that says not that none ever will be. Golden section over the
 * logarithm, in which the loss has one valley.
 *
 * With groups it is the likeliest one after the fact (MAP): decisions of a group are alike, and count as one; beforehand the logarithm is
 * thought to be normal about 0 ({@link BEFOREHAND}). A few recordings that are unlike the others do not make a head unsure of all.
 * @param logits [N, classes], of samples that the head was not trained with
 * @param groups recording, video or speaker of each
 */
export function fitTemperature(
  logits: Float32Array,
  labels: ArrayLike<number>,
  classes: number,
  groups?: ArrayLike<number>,
): number {
  if (labels.length === 0) return 1;
  const draws = groups === undefined ? Infinity : new Set(Array.from(groups)).size;
  const loss = (logTemperature: number): number => {
    const probabilities = probabilitiesOf(logits, classes, Math.exp(logTemperature));
    return (
      negativeLogLikelihood({ labels, probabilities, classes }) +
      costOfAnyClass(probabilities) / labels.length +
      (logTemperature / BEFOREHAND) ** 2 / 2 / draws
    );
  };
  return Math.exp(least(Math.log(COLDEST), Math.log(HOTTEST), STEPS, loss));
}

/** What one decision more costs that might have been of any class: the mean over all classes, of decisions as they are made. */
export function costOfAnyClass(probabilities: Float32Array): number {
  return probabilities.reduce((sum, p) => sum - Math.log(Math.max(LEAST, p)), 0) / probabilities.length;
}

/** Negative log-likelihood of each decision, at the temperature that suits them all best. @param logits [N, classes] */
export function calibratedLosses(logits: Float32Array, labels: ArrayLike<number>, classes: number): Float64Array {
  const probabilities = probabilitiesOf(logits, classes, fitTemperature(logits, labels, classes));
  return logLosses({ labels, probabilities, classes });
}
