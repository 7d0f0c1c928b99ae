import type { Model, Tensor, Tensors } from '../contract/index.ts';
import { cacheAfter, cachePorts, emptyCache, lastLogits, tokensOf, type CacheShape } from './cache.ts';
import { runNetwork, type NetworkSpec } from './network.ts';

/** What an encoder makes of a picture or a sound, and a decoder's words for it. */
export interface EncoderDecoderShape {
  /** Numbers of a row that the encoder gives. */
  readonly width: number;
  readonly vocabulary: number;
  /** Tokens that may be said. */
  readonly positions: number;
  readonly cache: CacheShape;
}

/** The networks of an encoder-decoder. @param input what the encoder takes */
export function encoderDecoderSpecs(
  input: NetworkSpec['inputs'][number],
  { width, vocabulary, cache }: EncoderDecoderShape,
): NetworkSpec[] {
  const { inputs, outputs } = cachePorts(cache);
  return [
    {
      name: 'encoder_model',
      task: 'what is seen or heard',
      inputs: [input],
      outputs: [{ name: 'last_hidden_state', type: 'float32', shape: [1, -1, width] }],
    },
    {
      name: 'decoder_model_merged',
      task: 'what is said next',
      inputs: [
        { name: 'input_ids', type: 'int64', shape: [1, -1] },
        { name: 'encoder_hidden_states', type: 'float32', shape: [1, -1, width] },
        { name: 'use_cache_branch', type: 'bool', shape: [1], optional: true },
        ...inputs,
      ],
      outputs: [{ name: 'logits', type: 'float32', shape: [1, -1, vocabulary] }, ...outputs],
    },
  ];
}

/** A decoder that says something about what an encoder has given. */
export function decoderOf(
  decoder: Model,
  source: Tensor,
  { cache }: EncoderDecoderShape,
): (ids: readonly number[]) => Promise<Float32Array> {
  let kept: Tensors = emptyCache(cache);
  let isBegun = false;
  return async (ids) => {
    const outputs = await runNetwork(decoder, {
      input_ids: tokensOf(ids),
      encoder_hidden_states: source,
      use_cache_branch: { type: 'bool', shape: [1], data: Uint8Array.of(isBegun ? 1 : 0) },
      ...kept,
    });
    kept = cacheAfter(cache, kept, outputs);
    isBegun = true;
    return lastLogits(outputs['logits']);
  };
}
