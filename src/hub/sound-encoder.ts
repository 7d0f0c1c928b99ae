import { SensoriumError, type Tensor } from '../contract/index.ts';
import { readDescription } from './description.ts';
import { embeddingOf } from './embedding.ts';
import { openFolder } from './folder.ts';
import type { Section } from './json.ts';
import { openNetworks, type NetworkSpec, type OpenOptions } from './network.ts';
import { createTokenizer, type Tokenizer } from './tokenizer.ts';

/** Puts words and sounds into one space, in which what belongs together lies near (CLAP). */
export interface SoundEncoder {
  /** Hexadecimal sha256 over its files: embeddings of another one cannot be compared with its own. */
  readonly sha256: string;
  /** Numbers of an embedding. */
  readonly dims: number;
  /** Samples a second that it takes. */
  readonly sampleRate: number;
  /** Samples that it hears: of what is longer the middle; what is shorter is repeated as often as it fits, and followed by silence. */
  readonly samples: number;
  readonly tokens: Tokenizer;
  /**
   * Embedding of words, of length 1.
   * @throws SensoriumError E_MODEL_INPUT, E_MODEL_RUNTIME
   */
  embedWords(words: string): Promise<Float32Array>;
  /**
   * Embedding of a piece of sound, of length 1.
   * @param samples one channel, full scale ±1
   * @throws SensoriumError E_MODEL_INPUT, E_MODEL_RUNTIME
   */
  embedSound(samples: Float32Array): Promise<Float32Array>;
  /** Spectrogram of a piece of sound, [1, 1, frames, bands]. */
  spectrogram(samples: Float32Array): Promise<Tensor>;
  close(): Promise<void>;
}

interface SoundConfig {
  readonly rate: number;
  readonly samples: number;
  readonly frames: number;
  readonly bands: number;
}

/** RoBERTa's positions begin at 2: so many fewer tokens fit. */
const SKIPPED = 2;

/**
 * Opens a dual encoder of words and sounds. Where its makers cut a sound at random, its middle is taken: the same sound always lies in
 * the same place.
 * @throws SensoriumError with an E_MODEL_ code
 */
export async function openSoundEncoder(folder: string, options: OpenOptions = {}): Promise<SoundEncoder> {
  const files = await openFolder(folder);
  const description = await readDescription(files, ['words and sounds']);
  const config = description.json('config.json');
  const dims = config.has('projection_dim') ? config.whole('projection_dim', 1, 8192) : 512;
  const text = config.section('text_config');
  const positions = text.has('max_position_embeddings') ? text.whole('max_position_embeddings', 8, 4096) : 514;
  const preprocessor = description.json('preprocessor_config.json');
  const sound = soundOf(preprocessor);
  const tokens = await createTokenizer(
    description.json('tokenizer.json'),
    description.json('tokenizer_config.json'),
    { family: 'clap', positions: positions - SKIPPED },
    description.path('tokenizer.json'),
  );
  const { ClapFeatureExtractor } = await import('@huggingface/transformers');
  const extractor = new ClapFeatureExtractor(preprocessor.object);
  const networks = await openNetworks(files, specsOf(sound, dims), options);
  const [words, sounds] = networks.models;

  async function spectrogram(samples: Float32Array): Promise<Tensor> {
    if (samples.length === 0 || !samples.every(Number.isFinite)) {
      throw new SensoriumError('E_MODEL_INPUT', 'expected samples, each a number', { path: 'samples' });
    }
    const { input_features: its } = (await extractor(wholeOf(samples, sound.samples))) as {
      input_features: { data: Float32Array };
    };
    return { type: 'float32', shape: [1, 1, sound.frames, sound.bands], data: its.data };
  }

  return {
    sha256: description.sha256(networks.hashes),
    dims,
    sampleRate: sound.rate,
    samples: sound.samples,
    tokens,
    spectrogram,
    async embedWords(said) {
      const data = tokens(said);
      const shape = [1, data.length];
      const mask = { type: 'int64', shape, data: new Int32Array(data.length).fill(1) } as const;
      return embeddingOf(words, { input_ids: { type: 'int64', shape, data }, attention_mask: mask }, dims);
    },
    embedSound: async (samples) => embeddingOf(sounds, { input_features: await spectrogram(samples) }, dims),
    close: () => networks.close(),
  };
}

/** A sound as long as the window. */
function wholeOf(samples: Float32Array, length: number): Float32Array {
  if (samples.length > length) {
    const start = Math.floor((samples.length - length) / 2);
    return samples.slice(start, start + length);
  }
  const whole = new Float32Array(length);
  for (let at = 0; at + samples.length <= length; at += samples.length) whole.set(samples, at);
  return whole;
}

function soundOf(preprocessor: Section): SoundConfig {
  for (const [key, only] of [
    ['truncation', 'rand_trunc'],
    ['padding', 'repeatpad'],
  ]) {
    if (preprocessor.value(key) !== only) throw preprocessor.wrong(key, `"${only}"`, preprocessor.value(key));
  }
  const samples = preprocessor.whole('nb_max_samples', 1, 2 ** 24);
  const hop = preprocessor.whole('hop_length', 1, 8192);
  const fft = preprocessor.whole('fft_window_size', 4, 8192);
  const bins = preprocessor.whole('nb_frequency_bins', 2, 8192);
  if (bins !== Math.floor(fft / 2) + 1)
    throw preprocessor.wrong('nb_frequency_bins', `${Math.floor(fft / 2) + 1}`, bins);
  preprocessor.whole('frequency_max', 1, 192_000);
  return {
    rate: preprocessor.whole('sampling_rate', 1, 192_000),
    samples,
    frames: Math.floor(samples / hop) + 1,
    bands: preprocessor.whole('feature_size', 1, 512),
  };
}

function specsOf({ frames, bands }: SoundConfig, dims: number): NetworkSpec[] {
  return [
    {
      name: 'text_model',
      task: 'embeddings of words',
      inputs: [
        { name: 'input_ids', type: 'int64', shape: [1, -1] },
        { name: 'attention_mask', type: 'int64', shape: [1, -1], optional: true },
      ],
      outputs: [{ name: 'text_embeds', type: 'float32', shape: [1, dims] }],
    },
    {
      name: 'audio_model',
      task: 'embeddings of sounds',
      inputs: [{ name: 'input_features', type: 'float32', shape: [1, 1, frames, bands] }],
      outputs: [{ name: 'audio_embeds', type: 'float32', shape: [1, dims] }],
    },
  ];
}
