import { SensoriumError } from '../../contract/index.ts';
import { linear, relu, type Linear } from './layers.ts';
import { expectShape, floatTensor, type FloatTensor } from './tensor.ts';

/** Weights of the early-fusion network. */
export interface EarlyFusionWeights {
  /** [hidden, sum of all embeddings' sizes]. */
  readonly fc1: Linear;
  /** [classes, hidden]. */
  readonly fc2: Linear;
}

/**
 * Early fusion: the embeddings side by side, then Linear, ReLU, Linear.
 * @param embeddings each [B, D_m], in the order in which the weights were trained; zeros for one that is absent
 * @returns logits [B, classes]
 * @throws SensoriumError E_MODEL_INPUT where the shapes do not go together
 */
export function earlyFusion(embeddings: readonly FloatTensor[], { fc1, fc2 }: EarlyFusionWeights): FloatTensor {
  return linear(relu(linear(concatenate(embeddings), fc1, 'fc1')), fc2, 'fc2');
}

function concatenate(embeddings: readonly FloatTensor[]): FloatTensor {
  if (embeddings.length === 0) {
    throw new SensoriumError('E_MODEL_INPUT', 'expected at least one embedding, got none', { path: 'embeddings' });
  }
  const batch = embeddings[0].shape[0];
  embeddings.forEach((embedding, i) => expectShape(embedding, [batch, -1], `embeddings.${i}`));
  const width = embeddings.reduce((sum, { shape }) => sum + shape[1], 0);
  const joined = new Float32Array(batch * width);
  let at = 0;
  for (const { shape, data } of embeddings) {
    const own = shape[1];
    for (let b = 0; b < batch; b += 1) joined.set(data.subarray(b * own, (b + 1) * own), b * width + at);
    at += own;
  }
  return floatTensor([batch, width], joined);
}
