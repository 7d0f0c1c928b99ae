import type { Batch } from '../dataset/batch.ts';
import type { NetworkInputs } from '../head/network.ts';
import type { Ops } from '../head/ops.ts';

/** A batch as constants of a calculation. */
export function placed<T>(ops: Ops<T>, { values, masks }: Batch): NetworkInputs<T> {
  const place = (tensors: Batch['values']): Record<string, T> =>
    Object.fromEntries(Object.entries(tensors).map(([name, { shape, data }]) => [name, ops.constant(shape, data)]));
  return { values: place(values), masks: place(masks) };
}
