import type { CacheShape } from './cache.ts';
import type { Description } from './description.ts';
import { wholeOr, type Section } from './json.ts';
import { hasGrid, sightOf, type Sight } from './sight.ts';

/** What a model that answers questions about pictures is, by its descriptions. */
export interface VisionLanguageConfig {
  /** The token that stands for a picture. */
  readonly image: number;
  /** Numbers of a token's embedding. */
  readonly width: number;
  readonly vocabulary: number;
  /** Tokens of question and answer at most. */
  readonly positions: number;
  /** What is kept of the tokens before. */
  readonly cache: CacheShape;
  /** Tokens stand in time, height and width, and not one behind the other. */
  readonly isInThree: boolean;
  /** How it sees a picture. */
  readonly sight: Sight;
  /** Of a model that hears as well. */
  readonly audio: AudioShape | undefined;
}

/** A clip that a model hears. */
export interface AudioShape {
  /** The token that stands for it; where there is no clip it stays, and says so. */
  readonly token: number;
  readonly channels: number;
  /** Of each channel. */
  readonly samples: number;
}

/** Of any language model that a robot has room for. */
const MOST = {
  width: 16_384,
  layers: 256,
  heads: 256,
  vocabulary: 2 ** 20,
  positions: 2 ** 20,
  channels: 64,
  samples: 2 ** 22,
};
/** What Llama's class leaves out of `text_config` because it is its default. */
const LLAMA = { hidden_size: 4096, num_hidden_layers: 32, num_attention_heads: 32 };

/**
 * Reads `config.json` and `preprocessor_config.json`.
 * @throws SensoriumError E_MODEL_MANIFEST
 */
export function visionLanguageOf(description: Description): VisionLanguageConfig {
  const config = description.json('config.json');
  const isInThree = hasGrid(description.family.type);
  // The first folders of Qwen's models tell of the words in the outermost section.
  const text = isInThree && !config.has('text_config') ? config : config.section('text_config');
  const vocabulary = wholeOr(text, 'vocab_size', MOST.vocabulary, 32_000);
  const width = wholeOr(text, 'hidden_size', MOST.width, LLAMA.hidden_size);
  return {
    image: config.has('image_token_index')
      ? config.whole('image_token_index', 0, vocabulary - 1)
      : config.whole('image_token_id', 0, vocabulary - 1),
    width,
    vocabulary,
    positions: wholeOr(text, 'max_position_embeddings', MOST.positions, 2048),
    cache: cacheShapeOf(text, width),
    isInThree,
    sight: sightOf(description, width),
    audio: config.has('audio_config') ? audioOf(config, vocabulary) : undefined,
  };
}

/** `audio_config` and `audio_token_index`: entries of ours, which others pass over. */
function audioOf(config: Section, vocabulary: number): AudioShape {
  const its = config.section('audio_config');
  return {
    token: config.whole('audio_token_index', 0, vocabulary - 1),
    channels: its.whole('num_channels', 1, MOST.channels),
    samples: its.whole('samples', 1, MOST.samples),
  };
}

function cacheShapeOf(text: Section, width: number): CacheShape {
  const heads = wholeOr(text, 'num_attention_heads', MOST.heads, LLAMA.num_attention_heads);
  return {
    layers: wholeOr(text, 'num_hidden_layers', MOST.layers, LLAMA.num_hidden_layers),
    heads: wholeOr(text, 'num_key_value_heads', MOST.heads, heads),
    dims: wholeOr(text, 'head_dim', MOST.width, Math.floor(width / heads)),
    kept: ['key', 'value'],
  };
}
