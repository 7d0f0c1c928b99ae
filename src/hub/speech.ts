import { SensoriumError, showValue, type Tensor } from '../contract/index.ts';
import { firstLine } from '../inference/index.ts';
import type { Answer, AnswerOptions } from './answerer.ts';
import { startOf } from './caption.ts';
import { readDescription } from './description.ts';
import { decoderOf, encoderDecoderSpecs, type EncoderDecoderShape } from './encoder-decoder.ts';
import { endsOf } from './ends.ts';
import { openFolder } from './folder.ts';
import { generate } from './generate.ts';
import type { Section } from './json.ts';
import { openNetworks, runNetwork, type OpenOptions } from './network.ts';
import { openTokenizer } from './tokenizer.ts';

/** What was said in one window of sound. */
export interface Spoken extends Answer {
  /** s from the beginning of the sound. */
  readonly from: number;
  /** Two letters, as the model names it: the one that was asked for, or that it heard; `null` where it knows one alone. */
  readonly language: string | null;
}

/** How to listen. */
export interface SpeechOptions extends AnswerOptions {
  /** Two letters; default: the language that the model hears. */
  readonly language?: string;
  /** Into English, whatever is spoken. */
  readonly isTranslated?: boolean;
}

/** Writes down what is said. */
export interface Transcriber {
  /** Hexadecimal sha256 over its files. */
  readonly sha256: string;
  /** Samples a second that it takes. */
  readonly sampleRate: number;
  /** Samples that it hears at once. */
  readonly samples: number;
  /**
   * @param samples one channel, full scale ±1; longer than a window (30 s): window by window, whose edges may cut a word
   * @throws SensoriumError E_MODEL_INPUT, E_MODEL_RUNTIME, E_CANCELLED
   */
  transcribe(samples: Float32Array, options?: SpeechOptions): Promise<readonly Spoken[]>;
  /** Spectrogram of a window, [1, bands, frames]. */
  spectrogram(samples: Float32Array): Promise<Tensor>;
  close(): Promise<void>;
}

/**
 * Opens Whisper: `encoder_model` hears the log-mel spectrogram of a window, `decoder_model_merged` writes down what is said, the likeliest
 * token each time. Words without times.
 * @throws SensoriumError with an E_MODEL_ code
 */
export async function openTranscriber(folder: string, options: OpenOptions = {}): Promise<Transcriber> {
  const files = await openFolder(folder);
  const description = await readDescription(files, ['speech']);
  const config = description.json('config.json');
  const sound = soundOf(description.json('preprocessor_config.json'));
  const shape = shapeOf(config);
  const tokenizer = await openTokenizer(
    description.json('tokenizer.json'),
    description.json('tokenizer_config.json'),
    description.path('tokenizer.json'),
  );
  const ends = endsOf(description, tokenizer);
  const signs = signsOf(
    description.has('generation_config.json') ? description.json('generation_config.json') : config,
    startOf(description, shape.vocabulary),
    shape.vocabulary,
  );
  // The library's spectrogram is that of the paper's code within 1e-4; its transform of 400 samples is not a power of two.
  const { WhisperFeatureExtractor } = await import('@huggingface/transformers');
  const extractor = new WhisperFeatureExtractor(description.json('preprocessor_config.json').object);
  const features = { name: 'input_features', type: 'float32', shape: [1, sound.bands, sound.frames] } as const;
  const networks = await openNetworks(files, encoderDecoderSpecs(features, shape), options);
  const [encoder, decoder] = networks.models;

  async function spectrogram(samples: Float32Array): Promise<Tensor> {
    try {
      const { input_features: its } = (await extractor(samples)) as { input_features: { data: Float32Array } };
      return { type: 'float32', shape: [1, sound.bands, sound.frames], data: its.data };
    } catch (error) {
      throw new SensoriumError('E_MODEL_INPUT', `no sound: ${firstLine(error)}`, { path: 'samples', cause: error });
    }
  }

  async function window(samples: Float32Array, from: number, listening: SpeechOptions): Promise<Spoken> {
    const { language: wanted, isTranslated = false } = listening;
    let language = wanted ?? null;
    let say: ReturnType<typeof decoderOf>;
    let begun: readonly number[] = [];
    const { text, ids, ended, confidence } = await generate(
      {
        async read(pause) {
          await pause(0);
          const heard = await spectrogram(samples);
          await pause(0.2);
          const { last_hidden_state: source } = await runNetwork(encoder, { input_features: heard });
          await pause(0.9);
          if (signs.languages.size > 1 && wanted === undefined) {
            language = likeliestOf(signs.languages, await decoderOf(decoder, source, shape)([signs.start]));
          }
          begun = signs.begin(language, isTranslated);
          say = decoderOf(decoder, source, shape);
          return say(begun);
        },
        next: (id) => say([id]),
      },
      tokenizer,
      {
        ...listening,
        most: Math.min(listening.most ?? Infinity, shape.positions - 8),
        ends,
        never: signs.never,
        neverFirst: signs.neverFirst,
      },
    );
    return { from, language, text, tokens: ids.length, ids, promptTokens: begun.length, ended, confidence };
  }

  return {
    sha256: description.sha256(networks.hashes),
    sampleRate: sound.rate,
    samples: sound.samples,
    spectrogram,
    async transcribe(samples, listening = {}) {
      if (!samples.every(Number.isFinite)) {
        throw new SensoriumError('E_MODEL_INPUT', 'expected numbers', { path: 'samples' });
      }
      if (listening.language !== undefined) signs.check(listening.language);
      const windows: Spoken[] = [];
      for (let at = 0; at < samples.length; at += sound.samples) {
        windows.push(await window(samples.subarray(at, at + sound.samples), at / sound.rate, listening));
      }
      return windows;
    },
    close: () => networks.close(),
  };
}

function soundOf(preprocessor: Section) {
  const rate = preprocessor.whole('sampling_rate', 1, 192_000);
  const hop = preprocessor.whole('hop_length', 1, 8192);
  preprocessor.whole('n_fft', 4, 8192);
  const samples = preprocessor.whole('n_samples', hop, 2 ** 24);
  const frames = preprocessor.whole('nb_max_frames', 1, 2 ** 16);
  if (frames !== Math.floor(samples / hop)) {
    throw preprocessor.wrong('nb_max_frames', `${Math.floor(samples / hop)}, n_samples / hop_length`, frames);
  }
  return { rate, samples, frames, bands: preprocessor.whole('feature_size', 1, 512) };
}

function shapeOf(config: Section): EncoderDecoderShape {
  const width = config.whole('d_model', 1, 16_384);
  const heads = config.whole('decoder_attention_heads', 1, 256);
  return {
    width,
    vocabulary: config.whole('vocab_size', 1, 2 ** 20),
    positions: config.has('max_target_positions') ? config.whole('max_target_positions', 16, 2 ** 16) : 448,
    cache: {
      layers: config.whole('decoder_layers', 1, 256),
      heads,
      dims: Math.floor(width / heads),
      kept: ['decoder.key', 'decoder.value', 'encoder.key', 'encoder.value'],
    },
  };
}

/** The tokens that say what is to be done. */
function signsOf(generation: Section, start: number, vocabulary: number) {
  const numbered = (key: string): ReadonlyMap<string, number> => {
    if (!generation.has(key)) return new Map();
    const section = generation.section(key);
    return new Map(
      section.keys().map((name) => [name.replace(/^<\||\|>$/g, ''), section.whole(name, 0, vocabulary - 1)]),
    );
  };
  const list = (key: string): readonly number[] => {
    const its: unknown = generation.value(key);
    return Array.isArray(its) ? (its as unknown[]).filter((id): id is number => Number.isInteger(id)) : [];
  };
  const languages = numbered('lang_to_id');
  const tasks = numbered('task_to_id');
  const noTimes = generation.has('no_timestamps_token_id')
    ? [generation.whole('no_timestamps_token_id', 0, vocabulary - 1)]
    : [];
  return {
    start,
    languages,
    never: list('suppress_tokens'),
    neverFirst: list('begin_suppress_tokens'),
    check(language: string): void {
      if (languages.has(language)) return;
      const known = languages.size === 0 ? 'none, it knows one alone' : [...languages.keys()].join(', ');
      throw new SensoriumError('E_MODEL_INPUT', `expected ${known}, got ${showValue(language)}`, { path: 'language' });
    },
    begin(language: string | null, isTranslated: boolean): number[] {
      const spoken = languages.get(language ?? '');
      const task = tasks.get(isTranslated ? 'translate' : 'transcribe');
      const known = [spoken, spoken === undefined ? undefined : task].filter((id) => id !== undefined);
      return [start, ...known, ...noTimes];
    },
  };
}

function likeliestOf(tokens: ReadonlyMap<string, number>, logits: Float32Array): string {
  return [...tokens].reduce((best, its) => (logits[its[1]] > logits[best[1]] ? its : best))[0];
}
