import type { Dataset } from '../dataset/dataset.ts';
import type { Scalings } from '../dataset/scaling.ts';
import { assemble, keep, unitsFor, unitsOf } from '../dataset/units.ts';
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
  const units = unitsOf(description, dataset);
  const atOnce = unitsFor(AT_ONCE, units);
  for (let from = 0; from < units.length; from += atOnce) {
    const { batch, rows } = assemble(description, dataset, units.slice(from, from + atOnce), isPresent);
    const found = engine.compute(parameters, (ops) => ({
      logits: forward(ops, description, scalings, placed(ops, batch)).logits,
    }));
    keep(found['logits'].data, rows, classes, logits);
  }
  return logits;
}
