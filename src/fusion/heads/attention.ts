import { expectShape, floatTensor, type FloatTensor } from './tensor.ts';

/** What attention gives. */
export interface Attended {
  /** [B, Tq, Dv]. */
  readonly context: FloatTensor;
  /** [B, Tq, Tk]: how much of each value is in it; rows sum to 1, or are zeros where nothing may be attended. */
  readonly probabilities: FloatTensor;
}

/**
 * Scaled dot-product attention, `softmax(q kᵀ / √D) v` (Vaswani et al. 2017, eq. 1). The softmax subtracts the greatest score
 * of its row, so that no score is too large for it.
 * @param q [B, Tq, D] queries
 * @param k [B, Tk, D] keys
 * @param v [B, Tk, Dv] values
 * @param mask [B, Tq, Tk], or [B, 1, Tk] for all queries alike: other than 0 = may attend. A query that may attend nothing
 *   gets zeros, in context and probabilities, where a plain softmax would give NaN: what is absent says nothing.
 * @throws SensoriumError E_MODEL_INPUT where the shapes do not go together
 */
export function scaledDotProductAttention(
  q: FloatTensor,
  k: FloatTensor,
  v: FloatTensor,
  mask?: FloatTensor,
): Attended {
  expectShape(q, [-1, -1, -1], 'query');
  const [batch, queries, width] = q.shape;
  expectShape(k, [batch, -1, width], 'key');
  const keys = k.shape[1];
  expectShape(v, [batch, keys, -1], 'value');
  const depth = v.shape[2];
  if (mask !== undefined) expectShape(mask, [batch, mask.shape[1] === 1 ? 1 : queries, keys], 'mask');

  const scale = 1 / Math.sqrt(width);
  const probabilities = new Float32Array(batch * queries * keys);
  const context = new Float32Array(batch * queries * depth);
  const scores = new Float64Array(keys);
  for (let b = 0; b < batch; b += 1) {
    for (let i = 0; i < queries; i += 1) {
      const row = b * queries + i;
      const open = mask === undefined ? undefined : maskRow(mask, b, i);
      for (let j = 0; j < keys; j += 1) {
        if (open !== undefined && open[j] === 0) {
          scores[j] = -Infinity;
          continue;
        }
        let dot = 0;
        for (let d = 0; d < width; d += 1) dot += q.data[row * width + d] * k.data[(b * keys + j) * width + d];
        scores[j] = dot * scale;
      }
      softmaxInto(scores, probabilities.subarray(row * keys, (row + 1) * keys));
      for (let d = 0; d < depth; d += 1) {
        let sum = 0;
        for (let j = 0; j < keys; j += 1) sum += probabilities[row * keys + j] * v.data[(b * keys + j) * depth + d];
        context[row * depth + d] = sum;
      }
    }
  }
  return {
    context: floatTensor([batch, queries, depth], context),
    probabilities: floatTensor([batch, queries, keys], probabilities),
  };
}

function maskRow({ shape: [, rows, keys], data }: FloatTensor, batch: number, query: number): Float32Array {
  const row = batch * rows + (rows === 1 ? 0 : query);
  return data.subarray(row * keys, (row + 1) * keys);
}

/** Softmax of scores of which some, or all, are -Infinity. */
function softmaxInto(scores: Float64Array, into: Float32Array): void {
  let greatest = -Infinity;
  for (const score of scores) greatest = Math.max(greatest, score);
  if (greatest === -Infinity) {
    into.fill(0);
    return;
  }
  let sum = 0;
  for (const score of scores) sum += Math.exp(score - greatest);
  for (let j = 0; j < into.length; j += 1) into[j] = Math.exp(scores[j] - greatest) / sum;
}
