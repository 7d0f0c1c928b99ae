import { floatTensor, type FloatTensor } from '../../fusion/heads/index.ts';
import type { Dataset, Modality } from './dataset.ts';

/** What a head takes. */
export interface Batch {
  /** By the name of the modality: [B, T, D], padded with zeros. */
  readonly values: Readonly<Record<string, FloatTensor>>;
  /** [B, T]: 1 = present; 0 = padded, not measured, or the whole modality is absent. */
  readonly masks: Readonly<Record<string, FloatTensor>>;
}

/** How many steps of a modality a head takes: sequences that are longer are cut off. */
export interface Steps {
  readonly name: string;
  readonly steps: number;
}

/**
 * Puts samples together.
 * @param sides the modalities that the head takes
 * @param isPresent false: the modality is masked in this sample, as if its sensor was gone; default: all are there
 */
export function batchOf(
  dataset: Dataset,
  rows: readonly number[],
  sides: readonly Steps[],
  isPresent: (index: number, modality: number) => boolean = () => true,
): Batch {
  const values: Record<string, FloatTensor> = {};
  const masks: Record<string, FloatTensor> = {};
  sides.forEach(({ name, steps }, m) => {
    const modality = dataset.modalities.find((one) => one.name === name);
    const dims = modality?.dims ?? 1;
    const numbers = new Float32Array(rows.length * steps * dims);
    const mask = new Float32Array(rows.length * steps);
    if (modality !== undefined) {
      rows.forEach((row, i) => {
        if (isPresent(i, m)) copy(modality, row, steps, numbers, mask, i);
      });
    }
    values[name] = floatTensor([rows.length, steps, dims], numbers);
    masks[name] = floatTensor([rows.length, steps], mask);
  });
  return { values, masks };
}

function copy(
  { starts, dims, values, mask }: Modality,
  row: number,
  steps: number,
  numbers: Float32Array,
  masks: Float32Array,
  at: number,
): void {
  const from = starts[row];
  const to = Math.min(starts[row + 1], from + steps);
  numbers.set(values.subarray(from * dims, to * dims), at * steps * dims);
  masks.set(mask.subarray(from, to), at * steps);
}
