import { SensoriumError } from '../contract/index.ts';
import { budgetAlone } from './budget.ts';
import { readDescription } from './description.ts';
import { KINDS, type Kind } from './family.ts';
import { openFolder } from './folder.ts';
import { referenceOf } from './layout.ts';
import type { OpenOptions } from './network.ts';
import { openSenses, type Hears } from './senses.ts';
import { openSoundEncoder } from './sound-encoder.ts';
import { soundFor } from './sound-for.ts';

/** Puts sounds and words into one space, in which what belongs together lies near. */
export interface Listener {
  /** Its `model_type`. */
  readonly family: string;
  /** Hexadecimal: embeddings of another one cannot be compared with its own. */
  readonly sha256: string;
  /** What it hears at once. */
  readonly hears: Hears;
  /**
   * Embedding of words, of length 1.
   * @throws SensoriumError E_MODEL_INPUT, E_MODEL_RUNTIME
   */
  embedWords(words: string): Promise<Float32Array>;
  /**
   * Embedding of a sound, of length 1: the product of two is their cosine. What is shorter than it hears at once is filled up: by a
   * model of hubs with itself, by one of ours with silence before it.
   * @param samples all channels beside one another, full scale ±1, no longer than it hears at once
   * @throws SensoriumError E_MODEL_INPUT, E_MODEL_RUNTIME
   */
  embedSound(samples: Float32Array): Promise<Float32Array>;
  close(): Promise<void>;
}

/**
 * What a model in a folder does, and whether it puts sounds and words into one space ({@link openListener}).
 * @throws SensoriumError as its descriptions do
 */
export async function hearingOfFolder(folder: string): Promise<{ readonly kind: Kind; readonly hears: boolean }> {
  const description = await readDescription(await openFolder(folder), KINDS);
  const { kind } = description.family;
  const isDual = kind === 'words and pictures' && description.json('config.json').has('audio_config');
  return { kind, hears: isDual || kind === 'words and sounds' };
}

/**
 * Opens what embeds sounds and words: CLAP, or a dual encoder of words and pictures that hears as well.
 * @param store folder of models
 * @param model one that comes along, `owner/name` or a path, and `:precision`; {@link hearingOfFolder} says that it hears
 * @throws SensoriumError with an E_MODEL_ code
 */
export async function openListener(store: string, model: string): Promise<Listener> {
  const { folder, precision } = referenceOf(store, model);
  const options = { precision, budget: budgetAlone() };
  const { kind } = await hearingOfFolder(folder);
  return kind === 'words and pictures' ? openDual(folder, options) : openClap(folder, options);
}

async function openClap(folder: string, options: OpenOptions): Promise<Listener> {
  const { sampleRate, samples, ...encoder } = await openSoundEncoder(folder, options);
  return { ...encoder, family: 'clap', hears: { channels: 1, samples, sampleRate } };
}

async function openDual(folder: string, options: OpenOptions): Promise<Listener> {
  const { hears, embedSound, ...encoder } = await openSenses(folder, options);
  if (hears === undefined || embedSound === undefined) {
    await encoder.close();
    throw new SensoriumError('E_MODEL_UNKNOWN', 'has no network for sounds', { path: folder });
  }
  return {
    ...encoder,
    hears,
    embedSound: async (samples) => embedSound(soundFor({ hears }, { channels: hears.channels, data: pcmOf(samples) })),
  };
}

/** As microphones give it: what models of ours take. */
function pcmOf(samples: Float32Array): Int16Array {
  return Int16Array.from(samples, (its) => Math.max(-32_768, Math.min(32_767, Math.round(32_768 * its))));
}
