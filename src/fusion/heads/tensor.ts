import { SensoriumError, type Tensor } from '../../contract/index.ts';

/** A dense tensor of 32-bit floats, row-major: embeddings, weights, logits. */
export interface FloatTensor extends Tensor {
  readonly type: 'float32';
  readonly data: Float32Array;
}

/** Makes a tensor from its numbers, row by row. */
export function floatTensor(shape: readonly number[], data: Float32Array): FloatTensor {
  return { type: 'float32', shape, data };
}

/** The dimensions before the last, as one number, and the last: a tensor as rows. */
export function rowsOf({ shape }: Tensor): { readonly rows: number; readonly width: number } {
  const width = shape[shape.length - 1];
  return { rows: shape.slice(0, -1).reduce((product, size) => product * size, 1), width };
}

/**
 * Refuses a tensor of another shape.
 * @param expected -1 where any size will do
 * @param path what the tensor is: `query`, `fc1.weight`
 * @throws SensoriumError E_MODEL_INPUT
 */
export function expectShape({ shape, data }: Tensor, expected: readonly number[], path: string): void {
  const count = shape.reduce((product, size) => product * size, 1);
  const fits = shape.length === expected.length && shape.every((size, i) => expected[i] < 0 || size === expected[i]);
  if (fits && data.length === count) return;
  const got = `[${shape.join(', ')}] of ${data.length} numbers`;
  throw new SensoriumError('E_MODEL_INPUT', `expected a tensor [${expected.join(', ')}], got ${got}`, { path });
}
