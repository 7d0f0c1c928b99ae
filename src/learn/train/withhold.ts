import type { Batch } from '../dataset/batch.ts';

/**
 * Withholds modalities of samples, in place, as if their sensors were gone: zeros, and masked.
 * @param names of the modalities
 * @param isPresent by sample and place of the modality in the names
 */
export function withhold(
  { values, masks }: Batch,
  names: readonly string[],
  isPresent: (sample: number, modality: number) => boolean,
): void {
  names.forEach((name, m) => {
    for (const { data, shape } of [values[name], masks[name]]) {
      const size = shape.slice(1).reduce((product, side) => product * side, 1);
      for (let sample = 0; sample < shape[0]; sample += 1) {
        if (!isPresent(sample, m)) data.fill(0, sample * size, (sample + 1) * size);
      }
    }
  });
}
