import type { Frame, Stamp } from '../frame/index.ts';

/**
 * Work that a stage asks for and cannot do itself, because it takes long or runs foreign code: an inference. It happens
 * outside the state machine; what came of it returns as an input, is recorded like one, and replays.
 */
export interface EffectRequest {
  /** Says what is asked of what: the same for the same work in every run. Unique within a session. */
  readonly id: string;
  /** Name of a model of this build. */
  readonly model: string;
  /** What it works on. */
  readonly frame: Frame;
  /** When it was asked for, in the input's own time. */
  readonly at: Stamp;
}

/** What came of it. */
export type EffectOutcome =
  /** `output` is small and plain: it is recorded. */
  | { readonly status: 'done'; readonly output: unknown }
  /** With a reason code: `busy`, `deadline`, `died`, `memory`, `error`, `closed`. */
  | { readonly status: 'failed'; readonly reason: string };
