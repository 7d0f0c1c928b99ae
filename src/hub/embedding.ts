import { SensoriumError, type Model, type Tensors } from '../contract/index.ts';
import { runNetwork } from './network.ts';

/**
 * The first output of a network, of length 1.
 * @throws SensoriumError E_MODEL_SHAPE, E_MODEL_INPUT, E_MODEL_RUNTIME
 */
export async function embeddingOf(model: Model, inputs: Tensors, dims: number): Promise<Float32Array> {
  return embeddingIn(await runNetwork(model, inputs), model, dims);
}

/**
 * The same, of what a network gave.
 * @throws SensoriumError E_MODEL_SHAPE
 */
export function embeddingIn(results: Tensors, { manifest: { name, outputs } }: Model, dims: number): Float32Array {
  const { data } = results[outputs[0].name];
  if (data.length !== dims) {
    throw new SensoriumError('E_MODEL_SHAPE', `expected ${dims} numbers, it gives ${data.length}`, { path: name });
  }
  const length = Math.hypot(...data);
  return Float32Array.from(data, (value) => value / length);
}
