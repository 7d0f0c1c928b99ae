import { SensoriumError } from '../../contract/index.ts';
import { scaledDotProductAttention } from './attention.ts';
import { add, layerNorm, linear, relu, type Linear, type Norm } from './layers.ts';
import { expectShape, floatTensor, type FloatTensor } from './tensor.ts';

/** Weights of one layer of a transformer's encoder, named as PyTorch names them. */
export interface EncoderLayerWeights {
  /** Queries, keys and values in one: [3 width, width]. */
  readonly inProjection: Linear;
  /** [width, width]. */
  readonly outProjection: Linear;
  /** [feed-forward, width] and back. */
  readonly linear1: Linear;
  readonly linear2: Linear;
  readonly norm1: Norm;
  readonly norm2: Norm;
}

/**
 * One layer of a transformer's encoder in the pre-norm form (Xiong et al. 2020): `x + attention(norm1(x))`, then
 * `x + linear2(relu(linear1(norm2(x))))`.
 * @param x [B, T, width]
 * @param present [B, T]: 0 = padding, which nobody attends; what comes out at padded places means nothing
 * @param heads parts of the width that attend on their own; divides the width
 * @throws SensoriumError E_MODEL_INPUT where the shapes do not go together
 */
export function encoderLayer(
  x: FloatTensor,
  present: FloatTensor,
  weights: EncoderLayerWeights,
  heads: number,
): FloatTensor {
  expectShape(x, [-1, -1, -1], 'x');
  const [batch, steps, width] = x.shape;
  expectShape(present, [batch, steps], 'present');
  if (!Number.isInteger(width / heads)) {
    throw new SensoriumError('E_MODEL_INPUT', `expected a divisor of the width ${width}, got ${heads}`, {
      path: 'heads',
    });
  }
  const qkv = linear(layerNorm(x, weights.norm1, 'norm1'), weights.inProjection, 'inProjection');
  const [q, k, v] = [0, 1, 2].map((part) => splitHeads(qkv, part, heads));
  const { context } = scaledDotProductAttention(q, k, v, repeatHeads(present, heads));
  const attended = add(x, linear(joinHeads(context, heads), weights.outProjection, 'outProjection'));
  const inner = relu(linear(layerNorm(attended, weights.norm2, 'norm2'), weights.linear1, 'linear1'));
  return add(attended, linear(inner, weights.linear2, 'linear2'));
}

/** [B, T, 3 W] -> the part's [B heads, T, W / heads]. */
function splitHeads({ shape: [batch, steps, all], data }: FloatTensor, part: number, heads: number): FloatTensor {
  const width = all / 3;
  const size = width / heads;
  const out = new Float32Array(batch * steps * width);
  for (let b = 0; b < batch; b += 1) {
    for (let h = 0; h < heads; h += 1) {
      for (let t = 0; t < steps; t += 1) {
        const from = (b * steps + t) * all + part * width + h * size;
        out.set(data.subarray(from, from + size), ((b * heads + h) * steps + t) * size);
      }
    }
  }
  return floatTensor([batch * heads, steps, size], out);
}

/** [B heads, T, W / heads] -> [B, T, W]. */
function joinHeads({ shape: [all, steps, size], data }: FloatTensor, heads: number): FloatTensor {
  const batch = all / heads;
  const out = new Float32Array(data.length);
  for (let b = 0; b < batch; b += 1) {
    for (let h = 0; h < heads; h += 1) {
      for (let t = 0; t < steps; t += 1) {
        const from = ((b * heads + h) * steps + t) * size;
        out.set(data.subarray(from, from + size), ((b * steps + t) * heads + h) * size);
      }
    }
  }
  return floatTensor([batch, steps, size * heads], out);
}

/** [B, T] -> [B heads, 1, T]. */
function repeatHeads({ shape: [batch, steps], data }: FloatTensor, heads: number): FloatTensor {
  const out = new Float32Array(batch * heads * steps);
  for (let row = 0; row < batch * heads; row += 1) {
    const b = Math.floor(row / heads);
    out.set(data.subarray(b * steps, (b + 1) * steps), row * steps);
  }
  return floatTensor([batch * heads, 1, steps], out);
}
