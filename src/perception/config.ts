import { integerIn, listOf, mapOf, numberIn, text, type SchemaTree } from '../contract/index.ts';
import type { StreamId } from '../frame/index.ts';
import { answersSchema, type AnswersConfig } from './answers.ts';
import { imaginationSchema, type ImaginationConfig } from './imagination.ts';
import { NO_SPEECH, speechSchema, type SpeechConfig } from './speech-config.ts';

/** A model over a stream of pictures. */
export interface DetectorConfig {
  readonly model: string;
  /** Empty: what the model was made for. */
  readonly words: readonly string[];
  readonly least: number;
  readonly hz: number;
  readonly deadlineMs: number;
}

/** A model over a stream of sound. */
export interface ListenerConfig {
  readonly model: string;
  readonly sampleRate: number;
  readonly windowMs: number;
  readonly hopMs: number;
  readonly threshold: number;
  readonly labels: readonly string[];
  readonly voiceThreshold: number;
  readonly backlog: number;
  readonly deadlineMs: number;
}

/** A dual encoder over a stream of pictures. */
export interface EmbedderConfig {
  readonly model: string;
  readonly hz: number;
  readonly alike: number;
  readonly thumbnail: number;
  readonly deadlineMs: number;
}

/** The section `perception`. */
export interface PerceptionConfig {
  /** By stream of pictures. */
  readonly detectors: Readonly<Record<StreamId, DetectorConfig>>;
  /** By stream of sound. */
  readonly sounds: Readonly<Record<StreamId, ListenerConfig>>;
  /** By stream of pictures. */
  readonly embeddings: Readonly<Record<StreamId, EmbedderConfig>>;
  readonly speech: SpeechConfig;
  readonly answers: AnswersConfig;
  readonly imagination: ImaginationConfig;
}

const hubModel = text(/^[A-Za-z0-9./][^\s]*$/, 'the name of a model, owner/name or a path');

const modelName = text(/^[a-z0-9][a-z0-9-]*$/, 'the name of a model');

const deadlineMs = {
  doc:
    'How long in ms an answer is waited for. Too small: a busy machine never answers in time; too large: a model that ' +
    'hangs goes unnoticed.',
  format: numberIn(1, 60_000),
  default: 2000,
};

/** Schema of the section `perception`. */
export const schema = {
  detectors: {
    doc: 'Which models look for objects in which streams of pictures, by stream: `camera: { model: fastestdet }`.',
    format: mapOf({
      model: {
        doc:
          'Name of the model: see `sensorium models list`. Or one that finds what words say (OWLv2): `owner/name` that `sensorium models pull` has ' +
          'brought, or a folder that begins with / or ., and behind a colon its precision (q8 unless said otherwise).',
        format: hubModel,
        default: 'fastestdet',
      },
      words: {
        doc: 'What to look for, for a model that finds what words say: `[a red mug, a door]`. More at once cost little.',
        format: listOf(text(), 0, 64),
        default: [],
      },
      least: {
        doc: 'Least score of what such a model tells, 0..1. Too small: much is told that is not there; too large: what is hard to see is missed.',
        format: numberIn(0, 1),
        default: 0.1,
      },
      hz: {
        doc:
          'Pictures looked at each second at the most; the others are passed over. Too small: what moves is seen late; too ' +
          'large: the processor is busy with pictures, and while one is looked at the next are passed over all the same.',
        format: numberIn(0.01, 1000),
        default: 5,
      },
      deadlineMs,
    }),
    default: {},
  },
  sounds: {
    doc:
      'Which models say what is heard in which streams of sound, and whether someone speaks, by stream: ' +
      '`microphones: { model: yamnet }`. Channels are mixed to one; sound of another rate is resampled.',
    format: mapOf({
      model: {
        doc: 'Name of the model: see `sensorium models list`.',
        format: modelName,
        default: 'yamnet',
      },
      sampleRate: {
        doc: 'Samples a second that the model takes; microphones may give any other.',
        format: integerIn(1000, 192_000),
        default: 16_000,
      },
      windowMs: {
        doc: 'Length of a window in ms: what the model takes.',
        format: numberIn(1, 60_000),
        default: 975,
      },
      hopMs: {
        doc:
          'From the start of a window to that of the next, ms. Too small: the processor is busy with sound; too large: what ' +
          'is short falls between two windows or is cut by both.',
        format: numberIn(10, 60_000),
        default: 480,
      },
      threshold: {
        doc:
          'Least score of what is published, 0..1. Too small: much is told that is not there; too large: what is faint is ' +
          'missed.',
        format: numberIn(0, 1),
        default: 0.3,
      },
      labels: {
        doc: 'Labels that are published, as the model words them. Empty: all.',
        format: listOf(text()),
        default: [],
      },
      voiceThreshold: {
        doc:
          'Score from which on someone counts as speaking, 0..1. Too small: other sounds pass for voices; too large: ' +
          'voices far away are missed.',
        format: numberIn(0, 1),
        default: 0.5,
      },
      backlog: {
        doc:
          'Windows that may wait for their answer. Beyond it new ones are given up and counted. Too small: a moment of load ' +
          'leaves holes; too large: after one, answers come late for long.',
        format: integerIn(1, 100),
        default: 4,
      },
      deadlineMs,
    }),
    default: {},
  },
  embeddings: {
    doc:
      'Which dual encoders (CLIP, SigLIP) say where the pictures of which streams lie among all that can be said and seen, by stream: ' +
      '`camera: { model: Xenova/clip-vit-base-patch32 }`. What `find` and `watch` look at, and what `recall.path` remembers.',
    format: mapOf({
      model: {
        doc:
          '`owner/name` of a model that `sensorium models pull` has brought, or a folder that begins with / or ., and behind a colon its ' +
          'precision: q8 unless said otherwise.',
        format: text(/^[A-Za-z0-9./][^\s]*$/, 'owner/name or a path'),
        default: undefined,
      },
      hz: {
        doc:
          'Pictures looked at each second at the most; the others are passed over. Too small: what passes by is not seen; too large: the ' +
          'processor is busy.',
        format: numberIn(0.01, 100),
        default: 1,
      },
      alike: {
        doc:
          'Cosine from which on a picture counts as the same as one of the last 16 that were kept, and is not remembered. Too small: things that ' +
          'were seen are missing; too large: a robot that stands fills its memory with one view.',
        format: numberIn(-1, 1),
        default: 0.95,
      },
      thumbnail: {
        doc:
          'Pixels of the longer side of what is kept of a picture. Too small: another encoder sees too little in it when it embeds the ' +
          'memory anew; too large: disk.',
        format: integerIn(16, 1024),
        default: 160,
      },
      deadlineMs,
    }),
    default: {},
  },
  speech: speechSchema,
  answers: answersSchema,
  imagination: imaginationSchema,
} satisfies SchemaTree;

/** The section in which no model is asked. */
export const NO_MODELS: PerceptionConfig = {
  detectors: {},
  sounds: {},
  embeddings: {},
  speech: NO_SPEECH,
  answers: {
    seconds: answersSchema.seconds.default,
    describeSeconds: answersSchema.describeSeconds.default,
    share: answersSchema.share.default,
    most: answersSchema.most.default,
    deadlineMs: answersSchema.deadlineMs.default,
  },
  imagination: { deadlineMs: imaginationSchema.deadlineMs.default },
};
