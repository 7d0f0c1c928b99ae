import { integerIn, numberIn, optional, text, type SchemaTree } from '../contract/index.ts';
import type { StreamId } from '../frame/index.ts';

/** A model that writes down what people say. */
export interface SpeechConfig {
  /** Unset: nothing is written down. */
  readonly model?: string;
  readonly microphones?: StreamId;
  /** Unset: the mean of all. */
  readonly channel?: number;
  /** Unset: the one that the model hears. */
  readonly language?: string;
  readonly aboveDb: number;
  readonly hangoverMs: number;
  readonly leastMs: number;
  readonly mostMs: number;
  readonly backlog: number;
  readonly deadlineMs: number;
}

/** Schema of the section `perception.speech`. */
export const speechSchema = {
  model: {
    doc:
      'Who writes down what is said (Whisper): `owner/name` of a model that `sensorium models pull` has brought, or a folder that begins with / or ., ' +
      'and behind a colon its precision (q8 unless said otherwise). Unset: nothing is written down.',
    format: optional(text(/^[A-Za-z0-9./][^\s]*$/, 'owner/name or a path')),
    default: undefined,
  },
  microphones: {
    doc: 'Stream of sound that is listened to. Needed where there is a model.',
    format: optional(text()),
    default: undefined,
  },
  channel: {
    doc: 'Which of its channels, from 0. Unset: the mean of all, in which a voice from the side is softer than in one.',
    format: optional(integerIn(0, 255)),
    default: undefined,
  },
  language: {
    doc: 'Language that is spoken, as the model names it: `en`. Unset: the one that the model hears in each utterance, and in short ones it may be wrong.',
    format: optional(text(/^[a-z]{2,3}$/, 'two or three letters')),
    default: undefined,
  },
  aboveDb: {
    doc:
      'How far above its noise floor (the least level of the last 4 s) sound is taken for speech, dB. Too small: noise is written down as words that ' +
      'nobody said; too large: who is far away or speaks softly is missed.',
    format: numberIn(1, 60),
    default: 9,
  },
  hangoverMs: {
    doc:
      'Pause that ends an utterance, ms. Too small: a sentence is cut where its speaker breathes; too large: an answer comes later by as much, and ' +
      'two speakers become one utterance.',
    format: numberIn(200, 10_000),
    default: 600,
  },
  leastMs: {
    doc: 'Loud sound that an utterance has at least, ms. Too small: a click is written down; too large: "no" is missed.',
    format: numberIn(20, 10_000),
    default: 200,
  },
  mostMs: {
    doc:
      'Longest utterance, ms: one that goes on is cut there, and a word may be. What a model hears at once is 30 s. Too small: sentences are cut; too ' +
      'large: who talks without a pause is read late.',
    format: numberIn(1000, 30_000),
    default: 30_000,
  },
  backlog: {
    doc:
      'Utterances that may wait for their answer. Beyond it new ones are given up and counted. Too small: a slow machine misses what is said while it ' +
      'writes; too large: it is late for long.',
    format: integerIn(1, 100),
    default: 4,
  },
  deadlineMs: {
    doc:
      'How long in ms the words of an utterance are waited for, those before it in the backlog included. Too small: a slow machine never answers in ' +
      'time; too large: a model that hangs goes unnoticed.',
    format: integerIn(1, 120_000),
    default: 30_000,
  },
} satisfies SchemaTree;

/** The section in which nothing is written down. */
export const NO_SPEECH: SpeechConfig = {
  aboveDb: speechSchema.aboveDb.default,
  hangoverMs: speechSchema.hangoverMs.default,
  leastMs: speechSchema.leastMs.default,
  mostMs: speechSchema.mostMs.default,
  backlog: speechSchema.backlog.default,
  deadlineMs: speechSchema.deadlineMs.default,
};
