import { integerIn, optional, text, type SchemaTree } from '../contract/index.ts';
import type { StreamId } from '../frame/index.ts';

/** A model that makes pictures of goals, and tells how near a view is to one. */
export interface ImaginationConfig {
  /** Unset: nothing is imagined. */
  readonly model?: string;
  /** Unset: nothing is seen. */
  readonly camera?: StreamId;
  readonly deadlineMs: number;
}

/** Schema of the section `perception.imagination`. */
export const imaginationSchema = {
  model: {
    doc:
      'Who answers `imagine` and `progress`: `simulated-pictures`, which comes along and knows table-tops of the simulated world and nothing else; ' +
      'or a folder that begins with / or ., and behind a colon its precision. Unset: both are refused.',
    format: optional(text(/^[A-Za-z0-9./][^\s]*$/, 'the name of a model or a path')),
    default: undefined,
  },
  camera: {
    doc: 'Stream whose latest picture `progress` compares with the goal. Unset: it cannot tell.',
    format: optional(text()),
    default: undefined,
  },
  deadlineMs: {
    doc: 'How long in ms an answer may take once the model is open. Too small: slow boards never answer; too large: others wait behind it.',
    format: integerIn(1, 60_000),
    default: 30_000,
  },
} satisfies SchemaTree;
