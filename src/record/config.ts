import { integerIn, optional, text, type SchemaTree } from '../contract/index.ts';

/** The section `record`. */
export interface RecordConfig {
  /** File to record to; `undefined`: nothing is recorded. */
  readonly path?: string;
  /** Bytes to leave free on the file system. */
  readonly minimumFree: number;
}

export const schema: SchemaTree = {
  path: {
    doc:
      'Record everything that is received to this file (MCAP). Where it exists, the next free name is taken: ' +
      '`drive.1.mcap`. Unset: nothing is recorded.',
    format: optional(text(/\S/, 'the name of a file')),
    default: undefined,
  },
  minimumFree: {
    doc:
      'Bytes to leave free on the file system of the recording: below, recording stops, everything else goes on, and a ' +
      'further file is begun when there is more. Too small: other programs meet the full disk first; too large: it stops ' +
      'early. 0: it goes on until the disk is full.',
    format: integerIn(0, Number.MAX_SAFE_INTEGER),
    default: 67_108_864,
  },
};
