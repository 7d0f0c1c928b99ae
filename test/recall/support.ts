import { packEmbedding, type Memory } from '../../src/contract/index.ts';
import type { InputNumber } from '../../src/frame/index.ts';
import { createRandom, normal } from '../../src/random/index.ts';

/** An embedding of length 1 from a seed. */
export function embedding(seed: number, dims = 16): Float32Array {
  const random = createRandom(seed);
  return unit(Float32Array.from({ length: dims }, () => normal(random)));
}

export function unit(values: Float32Array): Float32Array {
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}

export const ENCODER = 'ab'.repeat(32);

/** A picture of the second `at`. */
export function memoryOf(vector: Float32Array, at: number, more: Partial<Memory> = {}): Memory {
  const its = { stream: 'camera', encoder: ENCODER, input: at as InputNumber };
  return { at: at * 1e6, embedding: packEmbedding(vector), ...its, ...more };
}
