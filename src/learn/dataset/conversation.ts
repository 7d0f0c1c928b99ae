import { floatTensor, type FloatTensor } from '../../fusion/heads/index.ts';
import type { Batch, Steps } from './batch.ts';
import type { Dataset } from './dataset.ts';

/** Utterances of the longest conversation. */
export function longestConversation({ groups }: Dataset): number {
  const lengths = new Map<number, number>();
  for (const group of groups) lengths.set(group, (lengths.get(group) ?? 0) + 1);
  return Math.max(...lengths.values());
}

/**
 * The samples of each conversation, in their order. One with more utterances than a head takes comes in pieces, of which the last
 * reaches back over the one before, so that it has as much context.
 * @param most utterances that a head takes
 */
export function conversationsOf({ groups, order }: Dataset, most: number): number[][] {
  const members = new Map<number, number[]>();
  groups.forEach((group, row) => {
    const rows = members.get(group);
    if (rows === undefined) members.set(group, [row]);
    else rows.push(row);
  });
  return [...members.values()].flatMap((rows) => {
    rows.sort((a, b) => order[a] - order[b]);
    const pieces = Math.ceil(rows.length / most);
    return Array.from({ length: pieces }, (_, i) => {
      const from = Math.min(i * most, Math.max(0, rows.length - most));
      return rows.slice(from, from + most);
    });
  });
}

/**
 * Puts conversations together.
 * @param conversations their samples, at most as many as a head takes
 * @param sides the modalities that the head takes, and how many utterances
 * @param isPresent by conversation, utterance in it, and modality; false: it is masked
 */
export function conversationBatch(
  dataset: Dataset,
  conversations: readonly (readonly number[])[],
  sides: readonly Steps[],
  isPresent: (conversation: number, utterance: number, modality: number) => boolean,
): Batch {
  const values: Record<string, FloatTensor> = {};
  const masks: Record<string, FloatTensor> = {};
  sides.forEach(({ name, steps }, m) => {
    const modality = dataset.modalities.find((one) => one.name === name);
    const dims = modality?.dims ?? 1;
    const numbers = new Float32Array(conversations.length * steps * dims);
    const mask = new Float32Array(conversations.length * steps);
    conversations.forEach((rows, b) =>
      rows.forEach((row, u) => {
        if (modality === undefined || !isPresent(b, u, m)) return;
        const from = modality.starts[row];
        numbers.set(modality.values.subarray(from * dims, (from + 1) * dims), (b * steps + u) * dims);
        mask[b * steps + u] = modality.mask[from];
      }),
    );
    values[name] = floatTensor([conversations.length, steps, dims], numbers);
    masks[name] = floatTensor([conversations.length, steps], mask);
  });
  return { values, masks };
}
