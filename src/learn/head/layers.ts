import type { Ops } from './ops.ts';

/** Less than any sum that counts: keeps a division by nothing at zero. */
const TINY = 1e-20;
/** Further below any score than a softmax in 32 bits can see. */
const FAR_BELOW = 1e4;

/** A number as a value. */
export function scalar<T>(ops: Ops<T>, value: number): T {
  return ops.constant([1], [value]);
}

/** `x W + b`, [R, from] -> [R, to]; begins as PyTorch's (uniform in ±1/√from). */
export function linear<T>(ops: Ops<T>, x: T, name: string, from: number, to: number): T {
  const init = { kind: 'uniform', limit: 1 / Math.sqrt(from) } as const;
  const weight = ops.parameter(`${name}.weight`, [from, to], init);
  return ops.add(ops.matMul(x, weight), ops.parameter(`${name}.bias`, [to], init));
}

/** {@link linear} on every step: [B, S, from] -> [B, S, to]. */
export function linearSteps<T>(ops: Ops<T>, x: T, name: string, steps: number, from: number, to: number): T {
  return ops.reshape(linear(ops, ops.reshape(x, [-1, from]), name, from, to), [-1, steps, to]);
}

/** Linear, ReLU, Linear: [B, from] -> hidden -> [B, to]. */
export function perceptron<T>(ops: Ops<T>, x: T, name: string, [from, hidden, to]: readonly number[]): T {
  const inner = ops.dropout(ops.relu(linear(ops, x, `${name}.fc1`, from, hidden)));
  return linear(ops, inner, `${name}.fc2`, hidden, to);
}

/** Mean 0, variance 1 over the last of `rank` dimensions, then scale and offset. */
export function layerNorm<T>(ops: Ops<T>, x: T, name: string, rank: number, width: number): T {
  const share = scalar(ops, 1 / width);
  const centred = ops.sub(x, ops.mul(ops.sum(x, rank - 1), share));
  const variance = ops.mul(ops.sum(ops.mul(centred, centred), rank - 1), share);
  const normed = ops.div(centred, ops.sqrt(ops.add(variance, scalar(ops, 1e-5))));
  const scale = ops.parameter(`${name}.weight`, [width], { kind: 'constant', value: 1 });
  return ops.add(ops.mul(normed, scale), ops.parameter(`${name}.bias`, [width], { kind: 'constant', value: 0 }));
}

/** Softmax over an axis, of what the mask leaves; zeros where it leaves nothing. */
export function maskedSoftmax<T>(ops: Ops<T>, scores: T, mask: T, axis: number): T {
  const lowered = ops.add(ops.mul(scores, mask), belowUnless(ops, mask));
  const weights = ops.mul(ops.exp(ops.sub(lowered, ops.max(lowered, axis))), mask);
  return ops.div(weights, ops.add(ops.sum(weights, axis), scalar(ops, TINY)));
}

/** 0 where the mask is 1, far below everything where it is 0. */
function belowUnless<T>(ops: Ops<T>, mask: T): T {
  return ops.mul(ops.sub(mask, scalar(ops, 1)), scalar(ops, FAR_BELOW));
}

/** Logarithm of the softmax over axis 1 of [B, C]. */
export function logSoftmax<T>(ops: Ops<T>, logits: T): T {
  const lowered = ops.sub(logits, ops.max(logits, 1));
  return ops.sub(lowered, ops.log(ops.sum(ops.exp(lowered), 1)));
}

/** Mean over the steps that are present: [B, S, W], [B, S, 1] -> [B, W]. */
export function maskedMean<T>(ops: Ops<T>, x: T, mask: T, width: number): T {
  const sum = ops.reshape(ops.sum(ops.mul(x, mask), 1), [-1, width]);
  return ops.div(sum, ops.add(ops.reshape(ops.sum(mask, 1), [-1, 1]), scalar(ops, TINY)));
}

/** Greatest over the steps that are present, zeros where none is: [B, S, W], [B, S, 1] -> [B, W]. */
export function maskedMax<T>(ops: Ops<T>, x: T, mask: T, width: number): T {
  const lowered = ops.add(ops.mul(x, mask), belowUnless(ops, mask));
  return ops.reshape(ops.mul(ops.max(lowered, 1), ops.max(mask, 1)), [-1, width]);
}

/** Sizes of an attention. */
export interface AttentionSizes {
  readonly queries: number;
  readonly keys: number;
  readonly width: number;
  /** Parts of the width that attend on their own. */
  readonly heads: number;
  /**
   * Queries and keys are the same steps, one after another: near ones weigh more, half of the heads look back and half ahead; with
   * `causal` all look back.
   */
  readonly order?: { readonly causal: boolean };
}

/**
 * Multi-head scaled dot-product attention with projections of queries, keys, values and result.
 * @param x [B, queries, width]
 * @param memory [B, keys, width]
 * @param mask [B, keys]: 1 = may be attended
 * @returns [B, queries, width]; the result's bias where nothing may be attended
 */
export function attention<T>(ops: Ops<T>, x: T, memory: T, mask: T, name: string, sizes: AttentionSizes): T {
  const { queries, keys, width, heads, order } = sizes;
  const size = width / heads;
  const split = (value: T, steps: number): T =>
    ops.reshape(ops.transpose(ops.reshape(value, [-1, steps, heads, size]), [0, 2, 1, 3]), [-1, steps, size]);
  const q = split(linearSteps(ops, x, `${name}.q`, queries, width, width), queries);
  const k = split(linearSteps(ops, memory, `${name}.k`, keys, width, width), keys);
  const v = split(linearSteps(ops, memory, `${name}.v`, keys, width, width), keys);
  const dots = ops.mul(ops.matMul(q, ops.transpose(k, [0, 2, 1])), scalar(ops, 1 / Math.sqrt(size)));
  const scores = ops.reshape(dots, [-1, heads, queries, keys]);
  const open = ops.reshape(mask, [-1, 1, 1, keys]);
  const weights =
    order === undefined
      ? maskedSoftmax(ops, scores, open, 3)
      : maskedSoftmax(ops, ops.add(scores, farness(ops, sizes)), onOneSide(ops, open, sizes, order.causal), 3);
  const context = ops.matMul(ops.reshape(weights, [-1, queries, keys]), v);
  const joined = ops.transpose(ops.reshape(context, [-1, heads, queries, size]), [0, 2, 1, 3]);
  return linearSteps(ops, ops.reshape(joined, [-1, queries, width]), `${name}.out`, queries, width, width);
}

/**
 * How much less far steps weigh, in each head by another slope (Press et al. 2022, "Train short, test long"): nothing is learned about
 * places, so that longer sequences than those of training mean the same.
 * @returns [heads, steps, steps]
 */
function farness<T>(ops: Ops<T>, { keys, heads }: AttentionSizes): T {
  return ops.constant(
    [heads, keys, keys],
    pairs(heads, keys, (head, apart) => -Math.abs(apart) * 2 ** ((-8 * (head + 1)) / Math.max(8, heads))),
  );
}

/**
 * What each head may attend: the one half itself and what came before, the other half itself and what comes later, which makes the
 * two different; with `causal` all of them what came before.
 * @param open [B, 1, 1, steps]
 * @returns [B, heads, steps, steps]
 */
function onOneSide<T>(ops: Ops<T>, open: T, { keys, heads }: AttentionSizes, causal: boolean): T {
  const isSeen = (head: number, apart: number): boolean => (causal || head % 2 === 0 ? apart <= 0 : apart >= 0);
  const sides = pairs(heads, keys, (head, apart) => Number(isSeen(head, apart)));
  return ops.mul(open, ops.constant([heads, keys, keys], sides));
}

/** A number for each head and pair of steps, by how much later the step is that is attended. */
function pairs(heads: number, steps: number, of: (head: number, apart: number) => number): Float32Array {
  return Float32Array.from({ length: heads * steps * steps }, (_, at) => {
    const [query, key] = [Math.floor(at / steps) % steps, at % steps];
    return of(Math.floor(at / steps / steps), key - query);
  });
}
