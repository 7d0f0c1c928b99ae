import { SensoriumError } from '../../contract/index.ts';
import type { Dataset } from './dataset.ts';

/**
 * A data set as if it had these modalities only, in its own order: what a specialist learns from, with which a head that misses
 * the others is compared.
 * @param names `undefined`: all
 * @throws SensoriumError E_USAGE where there is none of a name
 */
export function withModalities(dataset: Dataset, names: readonly string[] | undefined): Dataset {
  if (names === undefined) return dataset;
  const known = dataset.modalities.map(({ name }) => name);
  const strange = names.find((name) => !known.includes(name));
  if (strange !== undefined) {
    throw new SensoriumError('E_USAGE', `expected some of ${known.join(', ')}, got "${strange}"`, {
      path: '--modalities',
    });
  }
  return { ...dataset, modalities: dataset.modalities.filter(({ name }) => names.includes(name)) };
}
