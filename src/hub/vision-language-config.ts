import type { ImageTensorOptions } from '../perception/index.ts';
import type { CacheShape } from './cache.ts';
import { levelsOf, pictureOptionsOf, sidesOf, type Sides } from './config.ts';
import type { Description } from './description.ts';
import type { Section } from './json.ts';

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
  /** Pixels of a picture. */
  readonly sides: Sides;
  /** Patches that attend to one another while it is seen, by how many heads. */
  readonly patches: number;
  readonly visionHeads: number;
  /** Pictures are given as lists of tiles. */
  readonly isTiled: boolean;
  readonly pixels: ImageTensorOptions;
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
  side: 2048,
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
  const preprocessor = description.json('preprocessor_config.json');
  const [text, vision] = [config.section('text_config'), config.section('vision_config')];
  const vocabulary = whole(text, 'vocab_size', MOST.vocabulary, 32_000);
  const width = whole(text, 'hidden_size', MOST.width, LLAMA.hidden_size);
  const isTiled = ['idefics3', 'smolvlm'].includes(description.family.type);
  const usual = isTiled ? 512 : 336;
  const sides: Sides = vision.has('image_size') ? sidesOf(vision, 'image_size') : [usual, usual];
  const patch = whole(vision, 'patch_size', Math.min(...sides), 14);
  return {
    image: config.has('image_token_index')
      ? config.whole('image_token_index', 0, vocabulary - 1)
      : config.whole('image_token_id', 0, vocabulary - 1),
    width,
    vocabulary,
    positions: whole(text, 'max_position_embeddings', MOST.positions, 2048),
    cache: cacheShapeOf(text, width),
    sides,
    patches: Math.floor(sides[0] / patch) * Math.floor(sides[1] / patch),
    visionHeads: whole(vision, 'num_attention_heads', MOST.heads, 16),
    isTiled,
    pixels: isTiled ? tileOf(preprocessor, sides[0]) : pictureOptionsOf(preprocessor, sides),
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
  const heads = whole(text, 'num_attention_heads', MOST.heads, LLAMA.num_attention_heads);
  return {
    layers: whole(text, 'num_hidden_layers', MOST.layers, LLAMA.num_hidden_layers),
    heads: whole(text, 'num_key_value_heads', MOST.heads, heads),
    dims: whole(text, 'head_dim', MOST.width, Math.floor(width / heads)),
    kept: ['key', 'value'],
  };
}

/** One tile: the whole picture, stretched to the tile's sides, as such models see a picture that they do not cut up. */
function tileOf(preprocessor: Section, side: number): ImageTensorOptions {
  if (preprocessor.has('max_image_size')) {
    const tile = preprocessor.section('max_image_size');
    const edge = tile.whole('longest_edge', 1, MOST.side);
    if (edge !== side) throw tile.wrong('longest_edge', `${side}, the network's`, edge);
  }
  return { width: side, height: side, fit: 'stretch', ...levelsOf(preprocessor) };
}

function whole(section: Section, key: string, most: number, usual: number): number {
  return section.has(key) ? section.whole(key, 1, most) : usual;
}
