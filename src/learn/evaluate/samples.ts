import { take, type Dataset } from '../dataset/dataset.ts';
import { balancedCuts, cutWindows, separateCuts, slidingCuts } from '../dataset/windows.ts';
import type { Samples } from '../train/fit.ts';

/** s: what one decision about terrain rests on in the papers on it. */
const WINDOW = 1.7;
/** s from one training window to the next: more of them teach little, and take as long. */
const TRAINING_EVERY = 0.3;
/** s, in the class with the fewest samples, where windows are taken as published. */
const PUBLISHED_EVERY = 0.1;

/** How test windows are cut: apart from one another, or as the papers do. */
export type Windows = 'single' | 'published';

/** Samples of a data set and what is judged of it. */
export interface JudgedSamples extends Samples {
  /** What is judged in the end; `forJudging` is what a head is chosen by. */
  forTesting(rows: readonly number[]): Dataset;
}

/**
 * Recordings of sequences in time are learned and judged in windows; of other data sets every sample is one.
 * @param windows how test windows are cut
 */
export function samplesOf(dataset: Dataset, windows: Windows): JudgedSamples {
  if (!dataset.modalities.every(({ rateHz }) => rateHz !== undefined)) {
    const some = (rows: readonly number[]): Dataset => take(dataset, rows);
    return { dataset, forTraining: some, forJudging: some, forTesting: some };
  }
  const separate = (rows: readonly number[]): Dataset =>
    cutWindows(dataset, separateCuts(dataset, rows, WINDOW), WINDOW);
  return {
    dataset,
    forTraining: (rows) => cutWindows(dataset, slidingCuts(dataset, rows, WINDOW, TRAINING_EVERY), WINDOW),
    forJudging: separate,
    forTesting: (rows) =>
      windows === 'single'
        ? separate(rows)
        : cutWindows(dataset, balancedCuts(dataset, rows, WINDOW, PUBLISHED_EVERY), WINDOW),
  };
}
