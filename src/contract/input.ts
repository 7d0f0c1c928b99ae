import type { EffectOutcome } from './effect.ts';
import type { Pressure } from './pressure.ts';
import type { Arrival, InputNumber, Stamp, StreamId } from '../frame/index.ts';

/** Why a driver had to drop frames before admission, or what became of its stream. */
export type StreamEvent =
  /** `count` frames lost before the sequencer, with a reason code (`overrun`, `crc`, …). */
  | { readonly what: 'dropped'; readonly reason: string; readonly count: number }
  /** Frames come, or bytes at least, but something is wrong with them; without a reason: no more. */
  | { readonly what: 'trouble'; readonly reason?: string }
  /** The source was opened, closed or lost. */
  | { readonly what: 'opened' | 'closed' | 'lost'; readonly reason?: string };

/** A command from outside, admitted like everything else so that it replays. */
export interface Command {
  readonly verb: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/**
 * What the state machine is driven by, in one total order. `now` is the running maximum of the receive times admitted so
 * far, this one included: the only clock that a stage ever sees.
 */
export type Input = { readonly number: InputNumber; readonly now: Stamp } & InputBody;

/** An {@link Input} before it has its place in the order. */
export type InputBody =
  | { readonly kind: 'frame'; readonly arrival: Arrival }
  | { readonly kind: 'tick'; readonly at: Stamp }
  | { readonly kind: 'stream'; readonly at: Stamp; readonly stream: StreamId; readonly event: StreamEvent }
  | { readonly kind: 'command'; readonly at: Stamp; readonly command: Command }
  | { readonly kind: 'pressure'; readonly at: Stamp; readonly pressure: Pressure }
  /** What came of work that a stage asked for. */
  | { readonly kind: 'effect'; readonly at: Stamp; readonly id: string; readonly outcome: EffectOutcome };

/** Where drivers, replay and commands hand their inputs in. */
export type Admit = (input: InputBody) => void;
