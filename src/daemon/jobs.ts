import type { HeadShape, HeadWindow, Picture, SoundClip, WantedGoal } from '../contract/index.ts';
import type { ImageMeasurement } from '../frame/index.ts';

/**
 * What a worker is asked about: one picture, whose bytes come beside it, words, one window of sound, one of all senses, or a head to
 * look at.
 */
export interface PictureJob {
  readonly model: string;
  readonly picture: Omit<ImageMeasurement, 'data'>;
  /** Pixels of the longer side of a small picture that is wanted. */
  readonly thumbnail?: number;
  /** What to look for, and the least score of what is told. */
  readonly words?: readonly string[];
  readonly least?: number;
}
export interface EmbedWordsJob {
  readonly model: string;
  readonly words: string;
}
export interface AnswerJob {
  readonly model: string;
  readonly question: string;
  readonly picture?: Omit<ImageMeasurement, 'data'>;
  /** Pictures before it, and what was felt meanwhile. */
  readonly before?: readonly Picture[];
  readonly felt?: Float32Array;
  readonly clip?: SoundClip;
  readonly deadlineMs: number;
  readonly most?: number;
  /** Bytes that the model may hold. */
  readonly budget: number;
}
export interface ImagineJob {
  readonly model: string;
  readonly words: string;
  readonly seed: number;
}
export interface ProgressJob {
  readonly model: string;
  readonly picture: Omit<ImageMeasurement, 'data'>;
  readonly goal: WantedGoal;
}
export interface ListenJob {
  readonly model: string;
  readonly samples: Float32Array;
}
/** The samples come beside it. */
export interface TranscribeJob {
  readonly model: string;
  readonly language?: string;
  readonly deadlineMs: number;
}
export interface FuseJob {
  readonly model: string;
  readonly window: HeadWindow;
}
export interface OpenJob {
  readonly model: string;
  readonly shape: HeadShape;
}

/** An answer that is none: the network gave numbers that are not. The worker is well, and goes on. */
export interface NotFinite {
  readonly notFinite: string;
}
