import { SensoriumError } from '../../contract/index.ts';
import { stepsOf, type Dataset, type Modality } from './dataset.ts';

/** A window of a sample. */
export interface Cut {
  readonly sample: number;
  /** s from the sample's beginning. */
  readonly at: number;
}

/**
 * Windows that follow one another without overlapping, as many as fit into a sample.
 * @param rows samples to cut
 * @param seconds length of a window
 */
export function separateCuts(dataset: Dataset, rows: readonly number[], seconds: number): Cut[] {
  return rows.flatMap((sample) => {
    const fitting = Math.floor(lengthOf(dataset, sample) / seconds + 1e-6);
    return Array.from({ length: fitting }, (_, i) => ({ sample, at: i * seconds }));
  });
}

/**
 * Windows that overlap, begun every so often.
 * @param every s from one beginning to the next
 */
export function slidingCuts(dataset: Dataset, rows: readonly number[], seconds: number, every: number): Cut[] {
  return rows.flatMap((sample) => {
    const room = lengthOf(dataset, sample) - seconds;
    return Array.from({ length: Math.floor(room / every + 1e-6) + 1 }, (_, i) => ({ sample, at: i * every }));
  });
}

/**
 * Windows as the papers about these data sets take them: overlapping, begun every `every` seconds in the class with the fewest
 * samples, and in the others so much more rarely that all classes have about as many.
 */
export function balancedCuts(dataset: Dataset, rows: readonly number[], seconds: number, every: number): Cut[] {
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(dataset.labels[row], (counts.get(dataset.labels[row]) ?? 0) + 1);
  const fewest = Math.min(...counts.values());
  return rows.flatMap((sample) => {
    const room = lengthOf(dataset, sample) - seconds;
    const most = Math.floor(room / every + 1e-6) + 1;
    const many = Math.max(1, Math.round((most * fewest) / (counts.get(dataset.labels[sample]) ?? fewest)));
    return Array.from({ length: many }, (_, i) => ({ sample, at: many === 1 ? room / 2 : (i * room) / (many - 1) }));
  });
}

/**
 * Cuts windows out of a data set of sequences: each becomes a sample of its own, with the label and group of where it was.
 * @param seconds length of a window, the same for all
 * @throws SensoriumError E_USAGE where a modality has no rate
 */
export function cutWindows(dataset: Dataset, cuts: readonly Cut[], seconds: number): Dataset {
  return {
    ...dataset,
    labels: Int32Array.from(cuts, ({ sample }) => dataset.labels[sample]),
    groups: Int32Array.from(cuts, ({ sample }) => dataset.groups[sample]),
    order: Int32Array.from(cuts.keys()),
    modalities: dataset.modalities.map((modality) => {
      const rate = rateOf(modality);
      const steps = Math.max(1, Math.round(seconds * rate));
      return stepsOf(
        modality,
        cuts.map(({ sample, at }) => {
          const [begin, end] = [modality.starts[sample], modality.starts[sample + 1]];
          const from = Math.max(begin, Math.min(begin + Math.round(at * rate), end - steps));
          return [from, Math.min(from + steps, end)];
        }),
      );
    }),
  };
}

/** s that a sample lasts: as long as the shortest of its modalities. */
function lengthOf({ modalities }: Dataset, sample: number): number {
  return Math.min(...modalities.map((one) => (one.starts[sample + 1] - one.starts[sample]) / rateOf(one)));
}

function rateOf({ name, rateHz }: Modality): number {
  if (rateHz !== undefined) return rateHz;
  throw new SensoriumError('E_USAGE', 'expected a rate in dataset.json: windows are cut in time', { path: name });
}
