import { integerIn, type SchemaTree } from '../contract/index.ts';

/** The section `memory`. */
export interface MemoryConfig {
  /** MB of shared memory that payloads may lie in. */
  readonly payloadMegabytes: number;
}

export const schema: SchemaTree = {
  payloadMegabytes: {
    doc:
      'Memory that pictures, clouds and sound may lie in, MB; it is taken as it is needed. Too small: frames are lost ' +
      '(`no memory`) while others wait for the disk, for a model or for their partners; too large: memory.',
    format: integerIn(1, 65_536),
    default: 128,
  },
};
