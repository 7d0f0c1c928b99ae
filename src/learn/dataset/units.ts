import { isConversational, type HeadDescription } from '../head/description.ts';
import { batchOf, type Batch } from './batch.ts';
import { conversationBatch, conversationsOf } from './conversation.ts';
import type { Dataset } from './dataset.ts';

/** Whether a head gets to see a modality: by the sample, the modality, and the unit of the batch that the sample is in. */
export type IsSeen = (sample: number, modality: number, unit: number) => boolean;

/** What a head takes at once, and what it then says. */
export interface UnitBatch {
  readonly batch: Batch;
  /** The sample of each of its decisions, one below the other; -1: padding, of which nothing is to be known. */
  readonly rows: Int32Array;
}

/** What a head takes as a whole, the samples of each: a single one, or a conversation. */
export function unitsOf({ architecture, modalities }: HeadDescription, dataset: Dataset): number[][] {
  if (isConversational(architecture)) return conversationsOf(dataset, modalities[0].steps);
  return Array.from(dataset.labels, (_, row) => [row]);
}

/** How many units are about as many samples; at least one. */
export function unitsFor(samples: number, units: readonly (readonly number[])[]): number {
  const all = units.reduce((sum, rows) => sum + rows.length, 0);
  return Math.max(1, Math.round((samples * units.length) / all));
}

/** Puts units together. */
export function assemble(
  { architecture, modalities }: HeadDescription,
  dataset: Dataset,
  units: readonly (readonly number[])[],
  isSeen: IsSeen = () => true,
): UnitBatch {
  if (!isConversational(architecture)) {
    const rows = units.map(([row]) => row);
    return {
      batch: batchOf(dataset, rows, modalities, (i, modality) => isSeen(rows[i], modality, i)),
      rows: Int32Array.from(rows),
    };
  }
  const [{ steps }] = modalities;
  const rows = new Int32Array(units.length * steps).fill(-1);
  units.forEach((own, unit) => rows.set(own, unit * steps));
  const batch = conversationBatch(dataset, units, modalities, (unit, utterance, modality) =>
    isSeen(units[unit][utterance], modality, unit),
  );
  return { batch, rows };
}

/** Puts what was said, [rows, classes], where its samples are. @param rows the sample of each; -1: none */
export function keep(said: Float32Array, rows: Int32Array, classes: number, into: Float32Array): void {
  rows.forEach((row, i) => {
    if (row >= 0) into.set(said.subarray(i * classes, (i + 1) * classes), row * classes);
  });
}
