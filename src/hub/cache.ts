import type { Tensor, Tensors, TensorSpec } from '../contract/index.ts';

/** What a decoder keeps of what was said before: keys and values of each layer, [1, heads, tokens, dims]. */
export interface CacheShape {
  readonly layers: number;
  readonly heads: number;
  /** Numbers of one head. */
  readonly dims: number;
  /**
   * Names of what is kept of each layer: `key` and `value`; with an encoder `decoder.key`, `decoder.value`, and of what it gave
   * `encoder.key`, `encoder.value`.
   */
  readonly kept: readonly string[];
}

const PAST = 'past_key_values';
const PRESENT = 'present';

/** What a decoder takes of what was said before, and gives for what comes after. */
export function cachePorts(shape: CacheShape): { readonly inputs: TensorSpec[]; readonly outputs: TensorSpec[] } {
  const spec = (prefix: string) => (name: string) => {
    return { name: `${prefix}.${name}`, type: 'float32', shape: [1, shape.heads, -1, shape.dims] } as const;
  };
  return { inputs: namesOf(shape).map(spec(PAST)), outputs: namesOf(shape).map(spec(PRESENT)) };
}

/** Before anything was said. */
export function emptyCache(shape: CacheShape): Tensors {
  const nothing: Tensor = { type: 'float32', shape: [1, shape.heads, 0, shape.dims], data: new Float32Array() };
  return Object.fromEntries(namesOf(shape).map((name) => [`${PAST}.${name}`, nothing]));
}

/**
 * What is kept after a run. What the encoder gave stays as it was computed first: merged decoders give nothing for it afterwards.
 * @param outputs of the run
 */
export function cacheAfter(shape: CacheShape, before: Tensors, outputs: Tensors): Tensors {
  return Object.fromEntries(
    namesOf(shape).map((name) => {
      const past = before[`${PAST}.${name}`];
      const isKept = name.includes('encoder') && past.data.length > 0;
      return [`${PAST}.${name}`, isKept ? past : outputs[`${PRESENT}.${name}`]];
    }),
  );
}

/** Bytes of so many tokens. */
export function cacheBytes({ layers, heads, dims, kept }: CacheShape, tokens: number): number {
  return layers * kept.length * heads * dims * tokens * 4;
}

function namesOf({ layers, kept }: CacheShape): string[] {
  return Array.from({ length: layers }, (_, i) => kept.map((name) => `${i}.${name}`)).flat();
}

/** The logits of the last token of a run. */
export function lastLogits({ data, shape }: Tensor): Float32Array {
  const vocabulary = shape[shape.length - 1];
  return Float32Array.from(data.subarray(data.length - vocabulary));
}

/** Token numbers as a network takes them. */
export function tokensOf(ids: readonly number[]): Tensor {
  return { type: 'int64', shape: [1, ids.length], data: Int32Array.from(ids) };
}
