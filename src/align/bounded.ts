import type { Ticket } from '../contract/index.ts';
import type { Frame, Stamp } from '../frame/index.ts';
import { DROP, type Aligner, type DropCode, type Holding } from './aligner.ts';

/** What an aligner may hold besides its queues' bound. */
export interface HoldingBounds {
  /** ns since a frame was received. */
  readonly maxAge: number;
  /** Bytes of all payloads. */
  readonly maxBytes: number;
  /** Streams with large payloads, by place: only they are looked at when bytes are short. */
  readonly heavy: readonly boolean[];
}

/** Frames are looked through for old ones so many times while one grows old: they stay at most a sixteenth longer. */
const LOOKS = 16;

/** Bounds what an aligner holds, in time (looked at now and then) and in bytes (with every frame of a heavy stream). */
export class BoundedAligner implements Aligner {
  readonly holding: Holding;
  readonly #aligner: Aligner;
  readonly #bounds: HoldingBounds;
  readonly #heavies: readonly number[];
  #nextLook = -Infinity;

  constructor(aligner: Aligner, bounds: HoldingBounds) {
    this.holding = aligner.holding;
    this.#aligner = aligner;
    this.#bounds = bounds;
    this.#heavies = bounds.heavy.flatMap((isHeavy, stream) => (isHeavy ? [stream] : []));
  }

  add(stream: number, frame: Frame, ticket: Ticket, now: Stamp): void {
    this.#aligner.add(stream, frame, ticket, now);
    if (this.#bounds.heavy[stream]) this.#shedBytes(now);
  }

  tick(now: Stamp): void {
    this.#aligner.tick?.(now);
    if (now < this.#nextLook) return;
    this.#nextLook = now + this.#bounds.maxAge / LOOKS;
    this.#shedOld(now);
  }

  presence(stream: number, isHere: boolean, now: Stamp): void {
    this.#aligner.presence?.(stream, isHere, now);
  }

  shed(stream: number, reason: DropCode, now: Stamp): void {
    this.#aligner.shed(stream, reason, now);
  }

  #shedOld(now: Stamp): void {
    for (let stream = 0; stream < this.#bounds.heavy.length; stream += 1) {
      while (this.#age(stream, now) > this.#bounds.maxAge) this.#aligner.shed(stream, DROP.tooOld, now);
    }
  }

  #shedBytes(now: Stamp): void {
    while (this.holding.bytes() > this.#bounds.maxBytes) {
      const stream = this.#heavies.reduce((a, b) => (this.#age(a, now) >= this.#age(b, now) ? a : b));
      if (this.holding.oldest(stream) === undefined) return;
      this.#aligner.shed(stream, DROP.tooManyBytes, now);
    }
  }

  /** How long the oldest frame of a stream has been here, ns. */
  #age(stream: number, now: Stamp): number {
    const oldest = this.holding.oldest(stream);
    return oldest === undefined ? -Infinity : now - oldest.received;
  }
}
