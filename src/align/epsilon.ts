import type { Ticket } from '../contract/index.ts';
import type { Frame, SetMember, Stamp, StreamId } from '../frame/index.ts';
import { DROP, type Aligner, type AlignerOutput, type DropCode } from './aligner.ts';
import { RingSet, type FrameRing } from './ring.ts';
import { alignedSet, nearestMember } from './set.ts';

/** Parameters of the ApproximateEpsilonTime policy. */
export interface EpsilonOptions {
  readonly streams: readonly StreamId[];
  readonly heavy?: readonly boolean[];
  /** Frames held of a stream while another has none. */
  readonly queueSize: number;
  /** Largest spread of a set, ns. */
  readonly epsilon: number;
}

/**
 * Sets of the oldest frames of all streams where they lie within `epsilon`; where they do not, those within `epsilon` of the
 * oldest are given up (ApproximateEpsilonTime of ROS 2 message_filters, whose output the tests compare with).
 */
export class EpsilonAligner implements Aligner {
  readonly holding: RingSet;
  readonly #output: AlignerOutput;
  readonly #queueSize: number;
  readonly #epsilon: number;
  readonly #rings: readonly FrameRing[];
  /** Streams that have a frame here. */
  #filled = 0;
  #sets = 0;

  constructor(options: EpsilonOptions, output: AlignerOutput) {
    this.#output = output;
    this.#queueSize = options.queueSize;
    this.#epsilon = options.epsilon;
    this.holding = new RingSet(options.streams, options.heavy);
    this.#rings = this.holding.rings;
  }

  add(stream: number, frame: Frame, ticket: Ticket, now: Stamp): void {
    const ring = this.#rings[stream];
    if (ring.length === 0) this.#filled += 1;
    ring.push(frame, ticket);
    if (this.#filled === this.#rings.length) this.#match(now);
    else if (ring.length > this.#queueSize) this.#output.dropped(this.#shift(ring), DROP.queueFull);
  }

  shed(stream: number, reason: DropCode): void {
    const ring = this.#rings[stream];
    if (ring.length > 0) this.#output.dropped(this.#shift(ring), reason);
  }

  #shift(ring: FrameRing): Ticket {
    const ticket = ring.shift();
    if (ring.length === 0) this.#filled -= 1;
    return ticket;
  }

  #match(now: Stamp): void {
    while (this.#filled === this.#rings.length) {
      let oldest = Infinity;
      let newest = -Infinity;
      for (const ring of this.#rings) {
        const stamp = ring.stampAt(ring.head);
        if (stamp < oldest) oldest = stamp;
        if (stamp > newest) newest = stamp;
      }
      if (newest <= oldest + this.#epsilon) this.#publish(newest, now);
      else this.#giveUp(oldest + this.#epsilon);
    }
  }

  #publish(at: number, now: Stamp): void {
    const members: SetMember[] = [];
    for (const ring of this.#rings) {
      members.push(nearestMember(ring.frameAt(ring.head), at));
      this.#output.used(this.#shift(ring));
    }
    this.#sets += 1;
    this.#output.set(alignedSet(this.#sets, at, now, members));
  }

  #giveUp(until: number): void {
    for (const ring of this.#rings) {
      if (ring.stampAt(ring.head) <= until) this.#output.dropped(this.#shift(ring), DROP.noPartner);
    }
  }
}
