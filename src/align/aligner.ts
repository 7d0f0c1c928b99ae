import type { AlignedSet, Frame, Stamp } from '../frame/index.ts';

/** Why the aligner gave a frame up. */
export type AlignReason = 'late' | 'no partner' | 'queue full' | 'duplicate';

/** What an aligner hands out: sets, and the fate of every frame that it was given (exactly once each). */
export interface AlignerOutput {
  readonly set: (set: AlignedSet) => void;
  readonly used: (frame: Frame) => void;
  readonly dropped: (frame: Frame, reason: AlignReason) => void;
}

/** The time-aligning buffer. Frames go in in order of arrival; time passes by ticks. */
export interface Aligner {
  add(frame: Frame, now: Stamp): void;
  tick(now: Stamp): void;
  /** Frames held now, of all streams. */
  held(): number;
}
