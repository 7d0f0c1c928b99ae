import { numberIn, type SchemaTree } from '../contract/index.ts';

/** When a driver of a device loses patience. */
export interface TimingConfig {
  readonly silentSeconds: number;
  readonly senselessSeconds: number;
  readonly retrySeconds: number;
  readonly longestRetrySeconds: number;
}

/** Keys that every driver of a device has. */
export const timingSchema: SchemaTree = {
  silentSeconds: {
    doc:
      'Time without a byte after which the link is closed and opened again, s. Too small: a device that pauses is cut off; ' +
      'too large: one that hangs stays so. (That a stream is stale is seen after 2.5 periods, whatever this says.)',
    format: numberIn(0.1, 3600),
    default: 3,
  },
  senselessSeconds: {
    doc: 'Time in which bytes come but no valid frame, after which that is told, s. Too small: told while a device starts; too large: late.',
    format: numberIn(0.1, 3600),
    default: 3,
  },
  retrySeconds: {
    doc: 'Pause before a link that was lost is opened again, s; it doubles while that fails. Too small: a system that is busy with it; too large: frames missed.',
    format: numberIn(0.01, 3600),
    default: 0.5,
  },
  longestRetrySeconds: {
    doc: 'Longest of these pauses, s. Too small: a system that is busy with what is not there; too large: a device that is back is seen late.',
    format: numberIn(0.01, 3600),
    default: 1.5,
  },
};
