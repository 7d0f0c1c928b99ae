import { batchOf } from '../dataset/batch.ts';
import type { Dataset } from '../dataset/dataset.ts';
import type { Scalings } from '../dataset/scaling.ts';
import type { HeadDescription } from '../head/description.ts';
import { forward } from '../head/network.ts';
import type { Engine, Parameters } from '../tensorflow/engine.ts';
import { placed } from './place.ts';

/** Samples at once: more would only take memory. */
const AT_ONCE = 256;

/** A head before calibration. */
export interface Trained {
  readonly description: HeadDescription;
  readonly scalings: Scalings;
  readonly parameters: Parameters;
}

/**
 * Runs a head over a data set.
 * @param isPresent by sample and place of the modality in the description; false: it is masked
 * @returns logits [samples, classes]
 */
export function predict(
  engine: Engine,
  { description, scalings, parameters }: Trained,
  dataset: Dataset,
  isPresent: (sample: number, modality: number) => boolean = () => true,
): Float32Array {
  const count = dataset.labels.length;
  const classes = description.classes.length;
  const logits = new Float32Array(count * classes);
  for (let from = 0; from < count; from += AT_ONCE) {
    const rows = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, i) => from + i);
    const batch = batchOf(dataset, rows, description.modalities, (i, m) => isPresent(from + i, m));
    const found = engine.compute(parameters, (ops) => ({
      logits: forward(ops, description, scalings, placed(ops, batch)).logits,
    }));
    logits.set(found['logits'].data, from * classes);
  }
  return logits;
}
