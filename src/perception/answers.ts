import { integerIn, numberIn, optional, text, type SchemaTree } from '../contract/index.ts';
import type { StreamId } from '../frame/index.ts';

/** A model that answers questions about what is seen and heard. */
export interface AnswersConfig {
  /** Unset: nothing is answered. */
  readonly model?: string;
  /** Unset: it is shown nothing. */
  readonly camera?: StreamId;
  /** Unset: it hears nothing. */
  readonly microphones?: StreamId;
  /** Unset: it feels nothing. */
  readonly imu?: StreamId;
  /** 0: the latest picture and the last second of sound. */
  readonly seconds: number;
  /** 0: only who asks is told. */
  readonly describeSeconds: number;
  readonly share: number;
  readonly most: number;
  readonly deadlineMs: number;
}

/** Schema of the section `perception.answers`. */
export const answersSchema = {
  model: {
    doc:
      'Who answers `ask` and `describe`: `simulated-answers` or, with `seconds: 2`, `simulated-clips`, which come along and know the simulated world and no other; `owner/name` of a ' +
      'model that `sensorium models pull` has brought, or a folder that begins with / or ., and behind a colon its precision (q8 unless said ' +
      'otherwise); or a server near by with the OpenAI chat interface, `http://host:port/v1#name`. Unset: both are refused.',
    format: optional(text(/^[A-Za-z0-9./][^\s]*$/, 'owner/name, a path or an address')),
    default: undefined,
  },
  camera: {
    doc: 'Stream whose latest picture it is shown. Unset: it sees nothing, and cannot tell what is in view.',
    format: optional(text()),
    default: undefined,
  },
  microphones: {
    doc:
      'Stream whose last second it is played, for a model that hears: of as many channels and samples a second as it was made for. Unset: ' +
      'it hears nothing.',
    format: optional(text()),
    default: undefined,
  },
  imu: {
    doc: 'Stream of an IMU that it feels, for a model that does. Unset: it feels nothing.',
    format: optional(text()),
    default: undefined,
  },
  seconds: {
    doc:
      'Seconds that it is shown: five pictures evenly spread over them, what the IMU felt meanwhile, and so much sound. 2 for `simulated-clips`, which ' +
      'tells what moves and what happens; 0: the latest picture and the last second of sound. Another number than the model has learned from: it ' +
      'takes motions for slower or quicker than they are.',
    format: numberIn(0, 60),
    default: 0,
  },
  describeSeconds: {
    doc:
      'From one description of what is seen and heard that is published on `descriptions` to the next, s; 0: none but when asked. Too small: ' +
      'the processor is busy, and the share below keeps them apart all the same; too large: what passed by between two is not told.',
    format: numberIn(0, 86_400),
    default: 0,
  },
  share: {
    doc:
      'Share of the time in which models may work on what no person has asked: a description that took 2 s is followed by none for 2 s at 0.5. ' +
      'Too small: descriptions become rare on a slow machine; too large (1): one follows the other, and a core is always busy.',
    format: numberIn(0.01, 1),
    default: 0.5,
  },
  most: {
    doc: 'Tokens of an answer at the most. Too small: it breaks off; too large: a model that repeats itself takes its time.',
    format: integerIn(1, 1024),
    default: 128,
  },
  deadlineMs: {
    doc:
      'How long in ms an answer may take once its model is open; it then ends with what has been said. Too small: nothing has been said; too ' +
      'large: others wait behind it.',
    format: integerIn(1, 60_000),
    default: 30_000,
  },
} satisfies SchemaTree;
