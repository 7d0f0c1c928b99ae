import type { Ticket } from '../contract/index.ts';
import type { Frame, SetMember, Stamp, StreamId } from '../frame/index.ts';
import { DROP, type Aligner, type AlignerOutput, type DropCode } from './aligner.ts';
import { RingSet, type FrameRing } from './ring.ts';
import { alignedSet, nearestMember } from './set.ts';

/** Parameters of the slop policy. */
export interface SlopOptions {
  readonly streams: readonly StreamId[];
  readonly heavy?: readonly boolean[];
  /** Frames held of each stream. */
  readonly queueSize: number;
  /** A set's spread must be less than this, ns. */
  readonly slop: number;
}

/**
 * The ApproximateTimeSynchronizer of ROS message_filters for Python: each frame that comes looks in the other streams for
 * frames within `slop` of it and takes the first combination, nearest ones first, whose spread is less than `slop`. Greedy: a
 * later frame that would have fitted better is not waited for.
 *
 * Combinations are tried in the original's order (the last stream changes fastest); one whose first members already lie too
 * far apart is passed over with all that would follow from it.
 */
export class SlopAligner implements Aligner {
  readonly holding: RingSet;
  readonly #output: AlignerOutput;
  readonly #count: number;
  readonly #queueSize: number;
  readonly #slop: number;
  /** In order of arrival. */
  readonly #rings: readonly FrameRing[];
  /** By stream: places of the candidates, nearest first, and how many there are. */
  readonly #candidates: Int32Array[];
  readonly #found: Int32Array;
  readonly #chosen: Int32Array;
  #sets = 0;

  constructor(options: SlopOptions, output: AlignerOutput) {
    this.#output = output;
    this.#count = options.streams.length;
    this.#queueSize = options.queueSize;
    this.#slop = options.slop;
    this.holding = new RingSet(options.streams, options.heavy);
    this.#rings = this.holding.rings;
    this.#candidates = options.streams.map(() => new Int32Array(16));
    this.#found = new Int32Array(this.#count);
    this.#chosen = new Int32Array(this.#count);
  }

  add(stream: number, frame: Frame, ticket: Ticket, now: Stamp): void {
    const ring = this.#rings[stream];
    const place = this.#enter(ring, frame, ticket);
    let isHeld = true;
    while (ring.length > this.#queueSize) {
      const earliest = earliestOf(ring);
      if (earliest === place) isHeld = false;
      this.#output.dropped(ring.remove(earliest), DROP.queueFull);
    }
    if (!isHeld) return;
    for (let i = 0; i < this.#count; i += 1) if (i !== stream && !this.#collect(i, frame.stamp)) return;
    this.#candidates[stream][0] = place;
    this.#found[stream] = 1;
    if (this.#choose(0, Infinity, -Infinity)) this.#publish(now);
  }

  shed(stream: number, reason: DropCode): void {
    const ring = this.#rings[stream];
    if (ring.length > 0) this.#output.dropped(ring.remove(earliestOf(ring)), reason);
  }

  /** A frame with the stamp of one that is held takes its place; @returns the frame's place */
  #enter(ring: FrameRing, frame: Frame, ticket: Ticket): number {
    for (let place = ring.head; place !== ring.tail; place = (place + 1) | 0) {
      if (ring.stampAt(place) !== frame.stamp) continue;
      this.#output.dropped(ring.replace(place, frame, ticket), DROP.duplicate);
      return place;
    }
    ring.push(frame, ticket);
    return (ring.tail - 1) | 0;
  }

  /** Finds a stream's frames within the slop of a stamp, nearest first, equally near ones in order of arrival. */
  #collect(stream: number, stamp: number): boolean {
    const ring = this.#rings[stream];
    if (this.#candidates[stream].length < ring.length) this.#candidates[stream] = new Int32Array(2 * ring.length);
    const places = this.#candidates[stream];
    let n = 0;
    for (let place = ring.head; place !== ring.tail; place = (place + 1) | 0) {
      const distance = Math.abs(ring.stampAt(place) - stamp);
      if (distance > this.#slop) continue;
      let at = n;
      for (; at > 0 && Math.abs(ring.stampAt(places[at - 1]) - stamp) > distance; at -= 1) places[at] = places[at - 1];
      places[at] = place;
      n += 1;
    }
    this.#found[stream] = n;
    return n > 0;
  }

  /** Chooses a place for this stream and those after it; @returns whether a combination is close enough. */
  #choose(stream: number, earliest: number, latest: number): boolean {
    if (stream === this.#count) return true;
    for (let n = 0; n < this.#found[stream]; n += 1) {
      const place = this.#candidates[stream][n];
      const stamp = this.#rings[stream].stampAt(place);
      const from = stamp < earliest ? stamp : earliest;
      const to = stamp > latest ? stamp : latest;
      if (to - from >= this.#slop) continue;
      this.#chosen[stream] = place;
      if (this.#choose(stream + 1, from, to)) return true;
    }
    return false;
  }

  #publish(now: Stamp): void {
    let at = -Infinity;
    this.#rings.forEach((ring, i) => (at = Math.max(at, ring.stampAt(this.#chosen[i]))));
    const members: SetMember[] = [];
    this.#rings.forEach((ring, i) => {
      members.push(nearestMember(ring.frameAt(this.#chosen[i]), at));
      this.#output.used(ring.remove(this.#chosen[i]));
    });
    this.#sets += 1;
    this.#output.set(alignedSet(this.#sets, at, now, members));
  }
}

function earliestOf(ring: FrameRing): number {
  let earliest = ring.head;
  for (let place = ring.head; place !== ring.tail; place = (place + 1) | 0) {
    if (ring.stampAt(place) < ring.stampAt(earliest)) earliest = place;
  }
  return earliest;
}
