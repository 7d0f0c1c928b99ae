/** What a head answers about a window: the output of its effect. */
export interface HeadAnswer {
  /** Of the network, hex. */
  readonly sha256: string;
  readonly classes: readonly string[];
  /** Of each class. */
  readonly probabilities: readonly number[];
  readonly uncertainty: number;
  /** By modality, nats. */
  readonly contributions: Readonly<Record<string, number>>;
}

/** What becomes of a model that is looked at, the output of its effect: the SHA-256 of its network in hex, or why it is refused. */
export type Opened = { readonly opened: string } | { readonly refused: string };

/** Whether this is an answer, and all its numbers are. */
export function isHeadAnswer(output: unknown): output is HeadAnswer {
  const { sha256, classes, probabilities, uncertainty, contributions } = (output ?? {}) as Partial<HeadAnswer>;
  return (
    typeof sha256 === 'string' &&
    Array.isArray(classes) &&
    Array.isArray(probabilities) &&
    classes.length === probabilities.length &&
    classes.length > 0 &&
    Number.isFinite(uncertainty) &&
    probabilities.every(Number.isFinite) &&
    Object.values(contributions ?? { none: NaN }).every(Number.isFinite)
  );
}

/** Whether this says what became of a model. */
export function isOpened(output: unknown): output is Opened {
  const { opened, refused } = (output ?? {}) as { opened?: unknown; refused?: unknown };
  return typeof opened === 'string' || typeof refused === 'string';
}
