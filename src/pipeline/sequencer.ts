import { stampOf, type InputNumber, type Stamp } from '../frame/index.ts';
import type { Admit, Input, InputBody } from '../contract/index.ts';

/** Gives inputs their place in the order and drives the pipeline with them. */
export interface Sequencer {
  /** Admits an input: the next number, the running maximum of receive times. */
  readonly admit: Admit;
  /** Takes an input that a log has already numbered. */
  readonly repeat: (input: Input) => void;
  /** Inputs so far. */
  readonly count: () => number;
  /** Latest receive time admitted. */
  readonly now: () => Stamp;
}

/** What the sequencer drives. */
export interface SequencerOutput {
  /** Sees every input before the pipeline does: the recorder. */
  readonly tap?: (input: Input) => void;
  readonly step: (input: Input) => void;
}

/**
 * Makes the sequencer. Everything that the pipeline does follows from the order in which this one function is called:
 * it is synchronous, on one thread, and sees no clock.
 */
export function createSequencer(output: SequencerOutput): Sequencer {
  let count = 0;
  let now = stampOf(Number.MIN_SAFE_INTEGER);

  function take(input: Input): void {
    count = input.number;
    now = input.now;
    output.tap?.(input);
    output.step(input);
  }

  return {
    admit(body) {
      const at = timeOf(body);
      const number = (count + 1) as InputNumber;
      const latest = at > now ? at : now;
      // Frames are nearly all that comes: spelled out, an input costs half as much.
      if (body.kind === 'frame') take({ number, now: latest, kind: 'frame', arrival: body.arrival });
      else take({ number, now: latest, ...body });
    },
    repeat: take,
    count: () => count,
    now: () => now,
  };
}

/** When an input reached the host. */
export function timeOf(body: InputBody): Stamp {
  return body.kind === 'frame' ? body.arrival.received : body.at;
}
