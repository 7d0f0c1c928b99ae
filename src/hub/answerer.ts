import type { Picture } from '../contract/index.ts';

/** Why an answer ended. */
export type AnswerEnd =
  /** All is said. */
  | 'end'
  /** It has as many tokens as it may. */
  | 'length'
  /** Its time was up. */
  | 'deadline';

/** What came of a question. */
export interface Answer {
  readonly text: string;
  /** Tokens of the answer. */
  readonly tokens: number;
  /** Their numbers, where they are known. */
  readonly ids?: readonly number[];
  /** Tokens of what was asked, pictures and all; `null` where nobody has counted them. */
  readonly promptTokens: number | null;
  readonly ended: AnswerEnd;
  /** 0..1: the geometric mean of the probabilities that the model gave its tokens; `null` where it does not tell them. */
  readonly confidence: number | null;
  /** Probabilities that one of {@link AnswerOptions.weigh} begins the answer, in their order; unset where nothing was to be weighed. */
  readonly weights?: readonly number[];
}

/** How to answer. */
export interface AnswerOptions {
  /** Calls it off: within one tile of a picture, one piece of the prompt or one token. */
  readonly signal?: AbortSignal;
  /** What has been said so far, for display only: the answer is what counts. */
  readonly onToken?: (piece: string) => void;
  /** How far the question has been read, 0..1. */
  readonly onProgress?: (share: number) => void;
  /** ms after which it ends with what has been said; default: none. */
  readonly deadlineMs?: number;
  /** A clip, for a model that hears: samples of all microphones beside one another, as many as its network takes. */
  readonly clip?: Int16Array;
  /** What the IMU felt while the pictures were taken, for a model that feels: as of a clip, step by step. */
  readonly felt?: Float32Array;
  /** Words of which it is told how likely each would have begun the answer. */
  readonly weigh?: readonly string[];
  /**
   * The same picture, or the same clip, as the last time is not looked at again. By default it is: nobody knows whether other pixels have
   * been written into it.
   */
  readonly isSame?: boolean;
  /** Tokens that an answer may have; default 128. Too few: it breaks off; too many: a model that repeats itself takes its time. */
  readonly most?: number;
}

/** Whatever answers questions about pictures: a model of this machine's, or a server near by. */
export interface Answerer {
  /** What answers: its family or its name at the server. */
  readonly name: string;
  /** Hexadecimal sha256 over its files; `null` where nobody knows them. */
  readonly sha256: string | null;
  /** The clips that it takes: microphones, and samples of each. Unset: it does not hear. */
  readonly hears?: { readonly channels: number; readonly samples: number };
  /**
   * The pictures that it sees at once, as one clip, the oldest first, and from the first to the last of them, s; of fewer the first stands for what is
   * missing. Unset: each by itself.
   */
  readonly sees?: { readonly pictures: number; readonly seconds: number };
  /** Whether it also takes what an IMU felt meanwhile. */
  readonly feels?: boolean;
  /**
   * Answers a question. The same question about the same pictures is answered in the same words.
   * @throws SensoriumError E_MODEL_INPUT, E_MODEL_RUNTIME; E_CANCELLED where the signal called it off; E_CONNECT of a server
   */
  answer(question: string, pictures: readonly Picture[], options?: AnswerOptions): Promise<Answer>;
  /** Words that the model does not know; unset where nobody can tell. @throws SensoriumError E_MODEL_INPUT */
  readonly unknownIn?: (words: string) => string[];
  close(): Promise<void>;
}

/** Tokens of an answer unless said otherwise. */
export const MOST_TOKENS = 128;
