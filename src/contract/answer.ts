/** Sound that a model hears: all microphones, sample by sample beside one another. */
export interface SoundClip {
  /** Samples a second of each. */
  readonly sampleRate: number;
  readonly channels: number;
  readonly data: Int16Array;
}

/** What a model answers to a question: the part of the effect's output that is used. */
export interface ModelAnswer {
  /** Of the model, hex; `null` where nobody knows it. */
  readonly sha256: string | null;
  /** Precision of its weights; left out where nobody knows it. */
  readonly precision?: string;
  readonly text: string;
  /** `end`, or what cut it short: `length`, `deadline`. */
  readonly ended: string;
  /** 0..1; `null` where the model does not tell. */
  readonly confidence: number | null;
  /** Words of the question that the model does not know, where it can tell. */
  readonly unknown?: readonly string[];
}

/** Whether this is an answer, and all its numbers are. */
export function isModelAnswer(output: unknown): output is ModelAnswer {
  const { sha256, precision, text, ended, confidence, unknown } = (output ?? {}) as Partial<ModelAnswer>;
  const isText = (value: unknown): boolean => typeof value === 'string';
  return (
    isText(text) &&
    isText(ended) &&
    (sha256 === null || isText(sha256)) &&
    (precision === undefined || isText(precision)) &&
    (confidence === null || Number.isFinite(confidence)) &&
    (unknown === undefined || (Array.isArray(unknown) && unknown.every(isText)))
  );
}
