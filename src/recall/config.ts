import { integerIn, mapOf, numberIn, optional, text, type SchemaTree } from '../contract/index.ts';

/** The section `recall`. */
export interface RecallConfig {
  /** Folder of the memory; `undefined`: nothing is remembered. */
  readonly path?: string;
  readonly most: number;
  readonly deadlineMs: number;
  /** By name. */
  readonly watches: Readonly<Record<string, { readonly words: string; readonly threshold?: number }>>;
}

export const schema: SchemaTree = {
  path: {
    doc:
      'Folder in which pictures that `perception.embeddings` look at are remembered, with thumbnails of them, across sessions; one daemon a ' +
      'folder. Unset: nothing is remembered, and `find` looks at what is seen now.',
    format: optional(text(/\S/, 'the name of a folder')),
    default: undefined,
  },
  most: {
    doc:
      'Pictures that are remembered; beyond it the oldest are erased, 2048 at a time. Too small: what was seen yesterday is gone; too large: ' +
      '0.3 kB of memory and 4 kB of disk for each, at 128 numbers an embedding.',
    format: integerIn(2048, 4_000_000),
    default: 100_000,
  },
  deadlineMs: {
    doc:
      'How long in ms the memory is waited for. Too small: a question fails while the disk is busy; too large: others wait behind one ' +
      'that hangs.',
    format: integerIn(1, 60_000),
    default: 2000,
  },
  watches: {
    doc:
      'What is watched for from the start, by name, as by the command `watch`: `mug: { words: a red mug, threshold: 0.5 }` tells on `watch/mug`. ' +
      'Pictures are those that `perception.embeddings` look at.',
    format: mapOf(
      {
        words: {
          doc: 'What is watched for, or the name of what was taught.',
          format: text(/\S/, 'words'),
          default: undefined,
        },
        threshold: {
          doc:
            'Similarity from which on it is told. Too small: false alarms; too large: the thing is missed. `sensorium watch --log` finds one ' +
            'from a recording of yours. Unset: 0.5 for words, 0.8 for what was taught.',
          format: optional(numberIn(-1, 1)),
          default: undefined,
        },
      },
      /^[a-z0-9][a-z0-9-]{0,31}$/,
    ),
    default: {},
  },
};
