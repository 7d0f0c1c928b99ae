import type { Batch } from '../dataset/batch.ts';
import type { Dataset } from '../dataset/dataset.ts';
import type { Scalings } from '../dataset/scaling.ts';
import { assemble, keep, unitsFor, unitsOf } from '../dataset/units.ts';
import type { HeadDescription } from '../head/description.ts';
import { forward } from '../head/network.ts';
import type { Ops } from '../head/ops.ts';
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
  trained: Trained,
  dataset: Dataset,
  isPresent: (sample: number, modality: number) => boolean = () => true,
): Float32Array {
  const { description, scalings } = trained;
  return inBatches(
    engine,
    trained,
    dataset,
    isPresent,
    description.classes.length,
    (ops, batch) => forward(ops, description, scalings, placed(ops, batch)).logits,
  );
}

/**
 * Computes something of a head for all samples.
 * @param width numbers that it has for each
 * @param program gives it for a batch, [B, width], or of conversations [B, T, width]
 * @returns [samples, width]
 */
export function inBatches(
  engine: Engine,
  { description, parameters }: Trained,
  dataset: Dataset,
  isPresent: (sample: number, modality: number) => boolean,
  width: number,
  program: <T>(ops: Ops<T>, batch: Batch) => T,
): Float32Array {
  const count = dataset.labels.length;
  const found = new Float32Array(count * width);
  const units = unitsOf(description, dataset);
  const atOnce = unitsFor(AT_ONCE, units);
  for (let from = 0; from < units.length; from += atOnce) {
    const { batch, rows } = assemble(description, dataset, units.slice(from, from + atOnce), isPresent);
    const { values } = engine.compute(parameters, (ops) => ({ values: program(ops, batch) }));
    keep(values.data, rows, width, found);
  }
  return found;
}
