import type { Ticket } from '../contract/index.ts';
import type { AlignedSet, Frame, Stamp } from '../frame/index.ts';

/** Why the aligner gave a frame up. The order is the code that {@link AlignerOutput.dropped} is told. */
export const DROP_REASONS = [
  'late',
  'no partner',
  'queue full',
  'duplicate',
  'superseded',
  'too old',
  'too many bytes',
  'partner missing',
] as const;

/** A word of {@link DROP_REASONS}. */
export type DropReason = (typeof DROP_REASONS)[number];

/** Codes of the reasons: whole numbers, because one is told for most frames. */
export const DROP = {
  /** The set that it belonged to had gone. */
  late: 0,
  /** No set needed it: its partners lie elsewhere in time. */
  noPartner: 1,
  /** The stream's queue was full: of the frames held, the oldest went. */
  queueFull: 2,
  /** A frame of the same stream and stamp came. */
  duplicate: 3,
  /** The next frame of its stream came before any set took it. */
  superseded: 4,
  /** It was held for longer than `maxAgeMs`. */
  tooOld: 5,
  /** All frames held were more than `maxMegabytes`. */
  tooManyBytes: 6,
  /** A pivot without a required partner. */
  partnerMissing: 7,
} as const;

/** A code of {@link DROP}. */
export type DropCode = (typeof DROP)[keyof typeof DROP];

/** What an aligner hands out: sets, and the fate of every frame that it was given (exactly once each). */
export interface AlignerOutput {
  readonly set: (set: AlignedSet) => void;
  readonly used: (ticket: Ticket) => void;
  readonly dropped: (ticket: Ticket, reason: DropCode) => void;
}

/** What an aligner holds. */
export interface Holding {
  /** The oldest frame held of a stream. */
  oldest(stream: number): Frame | undefined;
  /** Frames held of a stream that no set has taken yet. */
  held(stream: number): number;
  /** Bytes of the payloads of all frames held. */
  bytes(): number;
}

/**
 * The time-aligning buffer: one policy's state machine. Streams are known by their place in the configured order. Frames go
 * in in order of arrival; time passes by ticks. Deterministic: the same calls give the same sets and fates.
 */
export interface Aligner {
  readonly holding: Holding;
  /** @param now the input's own time; for the `latest` policy the time of arrival */
  add(stream: number, frame: Frame, ticket: Ticket, now: Stamp): void;
  /** Gives up the oldest frame that the stream has here, where it has one. */
  shed(stream: number, reason: DropCode, now: Stamp): void;
  /** Time has passed. Only for policies that wait for it: most send a set out with the frame that completes it. */
  tick?(now: Stamp): void;
  /** A stream that is gone (stale or lost) is not waited for, until it is here again. Only where one can go without. */
  presence?(stream: number, isHere: boolean, now: Stamp): void;
}
