import { SensoriumError, type Tensors } from '../../contract/index.ts';
import { openModel } from '../../inference/index.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { assemble, keep, unitsFor, unitsOf } from '../dataset/units.ts';
import type { IsPresent } from '../evaluate/subsets.ts';
import { maskName } from './export.ts';
import { FILE, manifestOf } from './manifest.ts';
import type { HeadFile } from './read-head.ts';

/** Samples at once, and numbers of them: more would only take memory. */
const [AT_ONCE, NUMBERS_AT_ONCE] = [256, 2 ** 22];

/** A trained head that can be asked. */
export interface OpenHead {
  /**
   * Its calibrated probabilities [samples, classes].
   * @param dataset has the head's modalities
   * @param isPresent by sample and place of the modality in the description; false: it is masked
   * @throws SensoriumError E_MODEL_RUNTIME where the network fails, or gives numbers that are none
   */
  ask(dataset: Dataset, isPresent: IsPresent): Promise<Float32Array>;
  close(): Promise<void>;
}

/**
 * Opens a head with ONNX Runtime, one thread.
 * @param path of its file, for errors
 * @throws SensoriumError E_MODEL_FORMAT, E_MODEL_EXTERNAL, E_MODEL_SHAPE, E_MODEL_RUNTIME
 */
export async function openHead({ content, description }: HeadFile, path: string): Promise<OpenHead> {
  const { modalities, classes } = description;
  const model = await openModel(manifestOf(description, content.length), new Map([[FILE, content]])).catch(
    (error: unknown) => {
      if (!(error instanceof SensoriumError)) throw error;
      // The user knows it by its file.
      const port = /^models\.head\.((?:in|out)puts.*)$/.exec(error.path ?? '')?.[1];
      throw new SensoriumError(error.code, error.what, {
        path: port === undefined ? path : `${path} ${port}`,
        cause: error,
      });
    },
  );
  const failed = (what: string, cause?: unknown): SensoriumError =>
    new SensoriumError('E_MODEL_RUNTIME', what, { path, cause });
  const size = modalities.reduce((sum, { dims, steps }) => sum + dims * steps, 0);
  const most = Math.max(1, Math.min(AT_ONCE, Math.floor(NUMBERS_AT_ONCE / size)));
  return {
    async ask(dataset, isPresent) {
      const count = dataset.labels.length;
      const found = new Float32Array(count * classes.length);
      const units = unitsOf(description, dataset);
      const atOnce = unitsFor(most, units);
      for (let from = 0; from < units.length; from += atOnce) {
        const { batch, rows } = assemble(description, dataset, units.slice(from, from + atOnce), isPresent);
        const { values, masks } = batch;
        const inputs: Tensors = Object.fromEntries(
          modalities.flatMap(({ name }) => [
            [name, values[name]],
            [maskName(name), masks[name]],
          ]),
        );
        const { probabilities } = await model.run(inputs).catch((cause: unknown) => {
          throw failed('the network fails', cause);
        });
        const numbers = probabilities.data as Float32Array;
        if (numbers.length !== rows.length * classes.length || !numbers.every(Number.isFinite)) {
          throw failed('expected a probability of each class, got something else');
        }
        keep(numbers, rows, classes.length, found);
      }
      return found;
    },
    close: () => model.close(),
  };
}
