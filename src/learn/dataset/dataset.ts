/**
 * A modality of a data set: a sequence of embeddings for each sample, as long as that sample is. Sample i has the steps
 * `starts[i]` to `starts[i + 1]`; a single vector is a sequence of one step.
 */
export interface Modality {
  readonly name: string;
  /** Numbers in one step. */
  readonly dims: number;
  /** Steps a second; `undefined`: steps are not in time. */
  readonly rateHz: number | undefined;
  /** [samples + 1]. */
  readonly starts: Int32Array;
  /** [all steps, dims]; zeros where a step is masked. */
  readonly values: Float32Array;
  /** [all steps]: 1 = present. */
  readonly mask: Uint8Array;
}

/** Labelled samples of several modalities. */
export interface Dataset {
  readonly name: string;
  /** Names of the classes; a label is an index into them. */
  readonly classes: readonly string[];
  /** [samples]. */
  readonly labels: Int32Array;
  /** [samples]: recording, video or speaker that a sample is of. What is chosen or stopped by is split by it. */
  readonly groups: Int32Array;
  /** [samples]: place of a sample within its group, where that matters; else its index. */
  readonly order: Int32Array;
  /** The samples of a group follow one another as `order` says: they are the utterances of a conversation. */
  readonly isConversation?: true;
  readonly modalities: readonly Modality[];
  /** ms of a step, where every sample is a window of a recording. */
  readonly stepMs?: number;
}

/** Longest sequence of a modality. */
export function longest({ starts }: Modality): number {
  let most = 0;
  for (let i = 1; i < starts.length; i += 1) most = Math.max(most, starts[i] - starts[i - 1]);
  return most;
}

/** The samples with these indices, in this order. */
export function take(dataset: Dataset, rows: ArrayLike<number>): Dataset {
  const pick = (values: Int32Array): Int32Array => Int32Array.from(rows, (row) => values[row]);
  return {
    ...dataset,
    labels: pick(dataset.labels),
    groups: pick(dataset.groups),
    order: pick(dataset.order),
    modalities: dataset.modalities.map((modality) =>
      stepsOf(
        modality,
        Array.from(rows, (row) => [modality.starts[row], modality.starts[row + 1]]),
      ),
    ),
  };
}

/** A modality whose samples are these spans of steps of another. */
export function stepsOf(modality: Modality, spans: readonly (readonly [from: number, to: number])[]): Modality {
  const { dims } = modality;
  const starts = new Int32Array(spans.length + 1);
  spans.forEach(([from, to], i) => (starts[i + 1] = starts[i] + to - from));
  const values = new Float32Array(starts[spans.length] * dims);
  const mask = new Uint8Array(starts[spans.length]);
  spans.forEach(([from, to], i) => {
    values.set(modality.values.subarray(from * dims, to * dims), starts[i] * dims);
    mask.set(modality.mask.subarray(from, to), starts[i]);
  });
  return { ...modality, starts, values, mask };
}
