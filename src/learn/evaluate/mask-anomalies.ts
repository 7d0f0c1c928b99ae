import type { Dataset } from '../dataset/dataset.ts';
import { decide, type Head } from '../head/network.ts';
import type { Engine } from '../tensorflow/engine.ts';
import { placed } from '../train/place.ts';
import { inBatches } from '../train/predict.ts';
import type { IsPresent } from './subsets.ts';

/**
 * Masks modalities that contradict the others, as a robot's daemon does: those whose anomaly score is above a bound, the worst first, as
 * long as they are fewer than those that stay. Of two that contradict one another nobody knows which one lies, and both stay.
 * @param above 0..1; too low: what is merely unsure goes as well; too high: what lies stays
 * @returns what is left to decide by
 */
export function maskAnomalies(
  engine: Engine,
  head: Head,
  dataset: Dataset,
  isPresent: IsPresent,
  above: number,
): IsPresent {
  const many = head.description.modalities.length;
  const scores = inBatches(engine, head, dataset, isPresent, many, (ops, batch) => {
    const { anomalies } = decide(ops, head, placed(ops, batch));
    return anomalies;
  });
  const masked = new Uint8Array(scores.length);
  for (let from = 0; from < masked.length; from += many) {
    const own = Array.from(scores.subarray(from, from + many), (score, m) => ({ score, m }));
    const here = own.filter(({ m }) => isPresent(from / many, m)).length;
    own
      .filter(({ score }) => score > above)
      .sort((a, b) => b.score - a.score)
      .slice(0, Math.floor((here - 1) / 2))
      .forEach(({ m }) => (masked[from + m] = 1));
  }
  return (sample, modality) => isPresent(sample, modality) && masked[sample * many + modality] === 0;
}
