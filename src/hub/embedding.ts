import { SensoriumError, type Model, type Tensors } from '../contract/index.ts';
import { runNetwork } from './network.ts';

/**
 * The one output of a network, of length 1.
 * @throws SensoriumError E_MODEL_SHAPE, E_MODEL_INPUT, E_MODEL_RUNTIME
 */
export async function embeddingOf(model: Model, inputs: Tensors, dims: number): Promise<Float32Array> {
  const { name, outputs } = model.manifest;
  const results = await runNetwork(model, inputs);
  const { data } = results[outputs[0].name];
  if (data.length !== dims) {
    throw new SensoriumError('E_MODEL_SHAPE', `expected ${dims} numbers, it gives ${data.length}`, { path: name });
  }
  const length = Math.hypot(...data);
  return Float32Array.from(data, (value) => value / length);
}
