import type { Dataset } from '../../../src/learn/dataset/dataset.ts';
import { initialise } from '../../../src/learn/head/initialise.ts';
import { ARCHITECTURES, isConversational, type HeadDescription } from '../../../src/learn/head/description.ts';
import type { Head } from '../../../src/learn/head/network.ts';
import { below, createRandom, normal } from '../../../src/random/index.ts';
import { headOf, type KINDS } from './heads.ts';

/** All architectures that take conversations. */
export const CONVERSATIONAL = Object.keys(ARCHITECTURES)
  .map((kind) => kind as (typeof KINDS)[number])
  .filter((kind) => isConversational({ kind }));

/** A small head over conversations of six utterances. */
export function describeConversations(kind: (typeof KINDS)[number], causal = false): HeadDescription {
  const side = (name: string, dims: number): HeadDescription['modalities'][number] => ({
    name,
    dims,
    steps: 6,
    encoder: { kind: 'none' },
  });
  const architecture = ARCHITECTURES[kind];
  return {
    classes: ['a', 'b', 'c'],
    modalities: [side('voice', 5), side('face', 3)],
    architecture: architecture.kind === 'context-transformer' ? { ...architecture, causal } : architecture,
  };
}

/** One that has learned nothing yet. */
export function newHead(description: HeadDescription): Head {
  return headOf(description, initialise(description, createRandom(5)));
}

/**
 * Conversations of 4 to 9 utterances, whose samples stand in no order. An utterance is of the class that the one before it shows; the
 * first of a conversation shows its own.
 */
export function conversations(count: number, seed = 1): Dataset {
  const random = createRandom(seed);
  const said = Array.from({ length: count }, (_, group) => {
    const shown = Array.from({ length: 4 + below(random, 6) }, () => below(random, 2));
    return shown.map((one, place) => ({ group, place, one, label: shown[Math.max(0, place - 1)] }));
  })
    .flat()
    .sort((a, b) => Math.sin(1 + a.group + 7 * a.place) - Math.sin(1 + b.group + 7 * b.place));
  const modality = (name: string, dims: number, noise: number): Dataset['modalities'][number] => ({
    name,
    dims,
    rateHz: undefined,
    starts: Int32Array.from({ length: said.length + 1 }, (_, i) => i),
    values: Float32Array.from(
      said.flatMap(({ one }) =>
        Array.from({ length: dims }, (_, d) => (2 * one - 1) * (d % 2 ? 1 : -1) + noise * normal(random)),
      ),
    ),
    mask: new Uint8Array(said.length).fill(1),
  });
  return {
    name: 'conversations',
    classes: ['no', 'yes'],
    labels: Int32Array.from(said, ({ label }) => label),
    groups: Int32Array.from(said, ({ group }) => group),
    order: Int32Array.from(said, ({ place }) => place),
    isConversation: true,
    modalities: [modality('voice', 3, 0.3), modality('face', 2, 0.6)],
  };
}
