import type { Frame, Stamp } from '../frame/index.ts';
import type { SoundClip } from './answer.ts';
import type { Picture } from './model.ts';
import type { ForgetQuery, Memory, RecallQuery, ThresholdQuery } from './recall.ts';
import type { Example } from './taught.ts';

/**
 * Work that a stage asks for and cannot do itself, because it takes long or runs foreign code: an inference. It happens
 * outside the state machine; what came of it returns as an input, is recorded like one, and replays.
 */
export type EffectRequest = Asked & Work;

interface Asked {
  /** Says what is asked of what: the same for the same work in every run. Unique within a session. */
  readonly id: string;
  /** Name of a model of this build, where a fusion head is, or a model of a hub: `owner/name` or a path, and its precision. */
  readonly model: string;
  /** When it was asked for, in the input's own time. */
  readonly at: Stamp;
}

/** What is to be done, with what. */
type Work =
  /** Find objects in a picture. */
  | {
      readonly task: 'detect';
      readonly frame: Frame;
      /** What to look for; default: what the model was made for. */
      readonly words?: readonly string[];
      /** Least score of what is told, where there are words. */
      readonly least?: number;
    }
  /** Say where words lie among all that can be said and seen: their embedding. */
  | { readonly task: 'embedWords'; readonly words: string }
  /** Say where a picture lies among all that can be said and seen: its embedding. */
  | {
      readonly task: 'embedPicture';
      readonly frame: Frame;
      /** Pixels of the longer side of a small picture that is wanted with it; it stays outside. */
      readonly thumbnail?: number;
    }
  /** Answer a question about what is seen and heard. What is said while it is said is for display: the outcome counts. */
  | {
      readonly task: 'answer';
      readonly question: string;
      /** Default: none, a question about nothing that is seen. */
      readonly frame?: Frame;
      /** Pictures before it, the oldest first, for a model that sees several as one; default: none. */
      readonly before?: readonly Picture[];
      /** What the IMU felt meanwhile, step by step; default: nothing. */
      readonly felt?: Float32Array;
      /** Default: none, nothing is heard. */
      readonly clip?: SoundClip;
      /** ms after which it ends with what has been said; default one minute. */
      readonly deadlineMs?: number;
      /** Tokens of the answer; default 128. */
      readonly most?: number;
    }
  /** Make a picture of what words say. */
  | { readonly task: 'imagine'; readonly words: string; readonly seed: number }
  /** Say how near a picture is to a goal. */
  | { readonly task: 'progress'; readonly frame: Frame; readonly goal: WantedGoal }
  /** Say what a piece of sound is: as many samples a second, and in all, as the model takes; one channel, full scale ±1. */
  | { readonly task: 'listen'; readonly samples: Float32Array }
  /** Write down what is said in a piece of sound: one channel, full scale ±1, samples a second as the model takes them. */
  | {
      readonly task: 'transcribe';
      readonly samples: Float32Array;
      /** As the model names it; default: the one that it hears. */
      readonly language?: string;
      /** ms after which it ends with what has been written. */
      readonly deadlineMs: number;
    }
  /** Say what a window is, by what each modality measured: values [steps, dims] and mask [steps]. */
  | { readonly task: 'fuse'; readonly window: HeadWindow }
  /** Look at a fusion head that is to be used from now on: is it one, and does it take such windows? */
  | { readonly task: 'open'; readonly shape: HeadShape }
  /** Keep a picture: its thumbnail is that of the effect `embedded`, which stays outside. */
  | { readonly task: 'remember'; readonly memory: Memory; readonly embedded: string }
  /** Look through what is kept. */
  | { readonly task: 'recall'; readonly query: RecallQuery }
  /** Keep no longer. */
  | { readonly task: 'forget'; readonly query: ForgetQuery }
  /** Find a threshold of similarity from what is kept. */
  | { readonly task: 'threshold'; readonly query: ThresholdQuery }
  /** Tell of one picture that is kept. */
  | { readonly task: 'picture'; readonly query: { readonly id: number } }
  /** Keep examples of a sort of thing. */
  | { readonly task: 'teach'; readonly query: { readonly examples: readonly Example[] } }
  /** Tell all that was taught. */
  | { readonly task: 'taught'; readonly query: object };

/** Tasks of the memory, and of no model. */
const OF_MEMORY = ['remember', 'recall', 'forget', 'threshold', 'picture', 'teach', 'taught'] as const;

/** Work of the memory and not of a model. */
export type MemoryWork = Extract<Work, { task: (typeof OF_MEMORY)[number] }>;

/** Whether work is the memory's. */
export function isMemoryWork(request: EffectRequest): request is EffectRequest & MemoryWork {
  return (OF_MEMORY as readonly string[]).includes(request.task);
}

/** What is wanted: a picture of it, JPEG, PNG or WebP in base64, or words that one is imagined of. */
export type WantedGoal = { readonly picture: string } | { readonly words: string; readonly seed: number };

/** What a fusion head is asked about, by modality. */
export type HeadWindow = Readonly<Record<string, { readonly values: Float32Array; readonly mask: Float32Array }>>;

/** What windows a fusion head is given. */
export interface HeadShape {
  /** ms of a step. */
  readonly stepMs: number;
  /** Steps of a window. */
  readonly steps: number;
  /** Numbers in a step, by modality. */
  readonly dims: Readonly<Record<string, number>>;
}

/** What came of it. */
export type EffectOutcome =
  /** `output` is small and plain: it is recorded. */
  | { readonly status: 'done'; readonly output: unknown }
  /** With a reason code: `busy`, `deadline`, `died`, `memory`, `error`, `cancelled`, `closed`, `not finite`. */
  | { readonly status: 'failed'; readonly reason: string };
