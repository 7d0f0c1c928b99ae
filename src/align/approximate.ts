import type { Ticket } from '../contract/index.ts';
import type { Frame, SetMember, Stamp, StreamId } from '../frame/index.ts';
import { DROP, type Aligner, type AlignerOutput, type DropCode } from './aligner.ts';
import { RingSet, type FrameRing } from './ring.ts';
import { alignedSet, nearestMember } from './set.ts';

/** Parameters of the ApproximateTime policy; see {@link ApproximateAligner}. */
export interface ApproximateOptions {
  readonly streams: readonly StreamId[];
  /** Streams with large payloads, by place. */
  readonly heavy?: readonly boolean[];
  /** Frames held of each stream. */
  readonly queueSize: number;
  /** How much smaller a later set’s spread must be to be preferred, as a share. */
  readonly agePenalty: number;
  /** Largest spread of a set, ns; `undefined`: no bound. */
  readonly maxInterval?: number;
  /** ns by stream: the least time between two frames of it, which lets a set go out earlier. */
  readonly lowerBounds?: readonly number[];
}

/**
 * The ApproximateTime algorithm of ROS message_filters: each set has one frame of every stream, no frame is used twice,
 * sets do not cross, and among the sets that contain the pivot (the frame that made the set possible) the one with the
 * smallest spread is taken, a later one paying an age penalty. It needs no parameter but a queue size.
 *
 * Of each stream the ring holds, from its head, the frames that the search has passed since the candidate was made (the
 * candidate's own member first), then from its cursor those still ahead: to bring the passed ones back is to move the cursor.
 *
 * Source: "message_filters/ApproximateTime", ROS wiki (the properties and the algorithm); the published program's output is
 * the reference that the tests compare with, ties and rounding to whole nanoseconds included.
 */
export class ApproximateAligner implements Aligner {
  readonly holding: RingSet;
  readonly #output: AlignerOutput;
  readonly #count: number;
  readonly #queueSize: number;
  readonly #maxInterval: number;
  readonly #penalty: number;
  readonly #lowerBounds: Float64Array;
  readonly #rings: readonly FrameRing[];
  readonly #cursors: Int32Array;
  /** Stamp at each cursor, while something is ahead of it. */
  readonly #fronts: Float64Array;
  /** Streams with something ahead. */
  #filled = 0;
  /** Streams that lost a frame which might have been a better partner: they may not be the pivot. */
  readonly #hasDropped: Uint8Array;
  #anyDropped = false;
  /** The candidate: the pivot that every better one must contain (-1: there is none), its earliest and latest stamp. */
  #pivot = -1;
  #pivotTime = 0;
  #start = 0;
  #end = 0;
  readonly #moves: Int32Array;
  #sets = 0;

  constructor(options: ApproximateOptions, output: AlignerOutput) {
    const { streams } = options;
    this.#output = output;
    this.#count = streams.length;
    this.#queueSize = options.queueSize;
    this.#maxInterval = options.maxInterval ?? Infinity;
    this.#penalty = 1 + options.agePenalty;
    this.#lowerBounds = Float64Array.from(streams, (_, i) => options.lowerBounds?.[i] ?? 0);
    this.holding = new RingSet(streams, options.heavy);
    this.#rings = this.holding.rings;
    this.#cursors = new Int32Array(streams.length);
    this.#fronts = new Float64Array(streams.length);
    this.#hasDropped = new Uint8Array(streams.length);
    this.#moves = new Int32Array(streams.length);
  }

  add(stream: number, frame: Frame, ticket: Ticket, now: Stamp): void {
    const ring = this.#rings[stream];
    const wasEmpty = ring.tail === this.#cursors[stream];
    ring.push(frame, ticket);
    if (wasEmpty) {
      this.#fronts[stream] = frame.stamp;
      this.#filled += 1;
      if (this.#filled === this.#count) this.#search(now);
    }
    if (ring.length > this.#queueSize) this.shed(stream, DROP.queueFull, now);
  }

  shed(stream: number, reason: DropCode, now: Stamp): void {
    const ring = this.#rings[stream];
    if (ring.length === 0) return;
    const hadCandidate = this.#pivot >= 0;
    // Without a candidate nothing has been passed.
    if (hadCandidate) for (let i = 0; i < this.#count; i += 1) this.#bringBack(i, this.#rings[i].head);
    this.#dropFront(stream, reason);
    this.#hasDropped[stream] = 1;
    this.#anyDropped = true;
    if (!hadCandidate) return;
    this.#pivot = -1;
    this.#search(now);
  }

  #search(now: Stamp): void {
    const count = this.#count;
    const fronts = this.#fronts;
    while (this.#filled === count) {
      let first = 0;
      let last = 0;
      let start = fronts[0];
      let end = start;
      for (let i = 1; i < count; i += 1) {
        const time = fronts[i];
        if (time < start) {
          first = i;
          start = time;
        }
        // Of streams with the same stamp the last counts as the latest.
        if (time >= end) {
          last = i;
          end = time;
        }
      }
      if (this.#anyDropped) this.#forgive(last);
      if (this.#pivot < 0) {
        if (end - start > this.#maxInterval || this.#hasDropped[last] === 1) {
          this.#dropFront(first, DROP.noPartner);
          continue;
        }
        this.#pivot = last;
        this.#pivotTime = end;
        this.#start = start;
        this.#end = end;
      } else if (!this.#outweighs(end - this.#end, start - this.#start)) {
        this.#consider(start, end);
      }
      this.#pass(first);
      if (first === this.#pivot || this.#outweighs(end - this.#end, this.#pivotTime - this.#start)) this.#publish(now);
      else if (this.#filled < count) this.#proveOptimal(now);
    }
  }

  /** What was dropped of the other streams cannot have been better than what is here. */
  #forgive(last: number): void {
    const kept = this.#hasDropped[last];
    for (let i = 0; i < this.#count; i += 1) this.#hasDropped[i] = 0;
    this.#hasDropped[last] = kept;
    this.#anyDropped = kept === 1;
  }

  /** Whether ending later by `later` costs at least what starting later by `gain` brings. In whole ns, as the original. */
  #outweighs(later: number, gain: number): boolean {
    return later * this.#penalty + 0.5 >= gain;
  }

  #pass(stream: number): void {
    this.#cursors[stream] += 1;
    this.#lookAhead(stream);
  }

  /** A stream's cursor has moved on from a frame. */
  #lookAhead(stream: number): void {
    const ring = this.#rings[stream];
    const place = this.#cursors[stream];
    if (place === ring.tail) this.#filled -= 1;
    else this.#fronts[stream] = ring.stampAt(place);
  }

  /** Moves a stream's cursor back to a place. */
  #bringBack(stream: number, place: number): void {
    const cursor = this.#cursors[stream];
    if (cursor === place) return;
    const ring = this.#rings[stream];
    if (cursor === ring.tail) this.#filled += 1;
    this.#cursors[stream] = place;
    this.#fronts[stream] = ring.stampAt(place);
  }

  #dropFront(stream: number, reason: DropCode): void {
    this.#output.dropped(this.#rings[stream].shift(), reason);
    this.#pass(stream);
  }

  /** A stream is empty: assume its next frame as early as it can come, and see whether even then nothing gets better. */
  #proveOptimal(now: Stamp): void {
    const count = this.#count;
    const moves = this.#moves;
    for (let i = 0; i < count; i += 1) moves[i] = 0;
    for (;;) {
      let first = 0;
      let start = this.#earliest(0);
      let end = start;
      for (let i = 1; i < count; i += 1) {
        const time = this.#earliest(i);
        if (time < start) {
          first = i;
          start = time;
        }
        if (time > end) end = time;
      }
      if (this.#outweighs(end - this.#end, this.#pivotTime - this.#start)) return this.#publish(now);
      if (!this.#outweighs(end - this.#end, start - this.#start)) break;
      this.#pass(first);
      moves[first] += 1;
    }
    for (let i = 0; i < count; i += 1) this.#bringBack(i, (this.#cursors[i] - moves[i]) | 0);
  }

  /** The stamp ahead of a stream's cursor, or the earliest that its next frame can have. */
  #earliest(stream: number): number {
    const ring = this.#rings[stream];
    if (this.#cursors[stream] !== ring.tail) return this.#fronts[stream];
    const next = ring.stampAt((ring.tail - 1) | 0) + this.#lowerBounds[stream];
    return next > this.#pivotTime ? next : this.#pivotTime;
  }

  /** The frames at the cursors become a better candidate. What was passed before them can be in no set any more. */
  #consider(start: number, end: number): void {
    for (let i = 0; i < this.#count; i += 1) {
      const ring = this.#rings[i];
      while (ring.head !== this.#cursors[i]) this.#output.dropped(ring.shift(), DROP.noPartner);
    }
    this.#start = start;
    this.#end = end;
  }

  #publish(now: Stamp): void {
    this.#pivot = -1;
    const members: SetMember[] = [];
    for (let i = 0; i < this.#count; i += 1) {
      const ring = this.#rings[i];
      this.#bringBack(i, ring.head);
      members.push(nearestMember(ring.frameAt(ring.head), this.#end));
      this.#output.used(ring.shift());
      this.#pass(i);
    }
    this.#sets += 1;
    this.#output.set(alignedSet(this.#sets, this.#end, now, members));
  }
}
