import type { Encoded } from './encoder.ts';
import type { Ops } from './ops.ts';

/** What is said of the utterances of conversations, one below the other: conversation by conversation, padding included. */
export interface Spoken<T> {
  /** [B * utterances, classes]. */
  readonly logits: T;
  /** The same of each modality alone, zeros where it is absent. */
  readonly single: readonly T[];
}

/** [B, utterances, 1]: 1 where at least one modality of an utterance is there. */
export function anyPresent<T>(ops: Ops<T>, encoded: readonly Encoded<T>[]): T {
  const masks = encoded.map(({ mask }) => mask);
  return masks.length === 1 ? masks[0] : ops.max(ops.concat(masks, 2), 2);
}
