import type { Ticket } from '../contract/index.ts';
import { bytesOf, type Frame, type StreamId } from '../frame/index.ts';
import type { Holding } from './aligner.ts';

/** Frames that a ring has room for at first; it doubles up to its bound. */
const FIRST_CAPACITY = 16;

/** In place of the ticket of a frame that has been used and may be used again. */
const SPENT = -1;

/**
 * A double-ended queue of frames and their tickets, stamps side by side in a typed array so that a search touches nothing
 * else. It grows to the most that it has held and then stays: no allocation per frame.
 *
 * Places count from the first frame ever pushed and only grow: `head` is the place of the oldest frame, `tail` the one
 * after the newest. They may wrap as 32-bit integers; differences and masked indexes stay right.
 */
export class FrameRing {
  #stamps = new Float64Array(FIRST_CAPACITY);
  #frames = new Array<Frame | undefined>(FIRST_CAPACITY).fill(undefined);
  #tickets = new Int32Array(FIRST_CAPACITY);
  #mask = FIRST_CAPACITY - 1;
  head = 0;
  tail = 0;
  /** Bytes of the payloads held; counted, and leases on them held, only where payloads are large. */
  bytes = 0;
  readonly #isHeavy: boolean;

  /** @param isHeavy whether the stream's payloads are pictures, clouds or the like: only then are bytes counted and leases held */
  constructor(isHeavy = false) {
    this.#isHeavy = isHeavy;
  }

  get length(): number {
    return (this.tail - this.head) | 0;
  }

  stampAt(place: number): number {
    return this.#stamps[place & this.#mask];
  }

  frameAt(place: number): Frame {
    return this.#frames[place & this.#mask] as Frame;
  }

  ticketAt(place: number): Ticket {
    return this.#tickets[place & this.#mask] as Ticket;
  }

  /** Takes a frame's ticket away: its fate has been told, and it stays only because it may be needed again. */
  spend(place: number): Ticket {
    const index = place & this.#mask;
    const ticket = this.#tickets[index];
    this.#tickets[index] = SPENT;
    return ticket as Ticket;
  }

  /** Whether a frame's ticket is still here. */
  isOpenAt(place: number): boolean {
    return this.#tickets[place & this.#mask] !== SPENT;
  }

  /** Puts another frame of the same stamp in a frame's place and returns the ticket of the one that was there. */
  replace(place: number, frame: Frame, ticket: Ticket): Ticket {
    const index = place & this.#mask;
    const before = this.#tickets[index] as Ticket;
    if (this.#isHeavy) {
      this.#release(this.#frames[index] as Frame);
      this.#retain(frame);
    }
    this.#frames[index] = frame;
    this.#tickets[index] = ticket;
    return before;
  }

  /** Puts a frame behind the newest. */
  push(frame: Frame, ticket: Ticket): void {
    if (this.length > this.#mask) this.#grow();
    const index = this.tail & this.#mask;
    this.#stamps[index] = frame.stamp;
    this.#frames[index] = frame;
    this.#tickets[index] = ticket;
    this.tail = (this.tail + 1) | 0;
    if (this.#isHeavy) this.#retain(frame);
  }

  /** Puts a frame in its place by stamp, behind frames of the same stamp. Frames mostly come in order: it looks from the back. */
  insert(frame: Frame, ticket: Ticket): void {
    this.push(frame, ticket);
    for (let place = this.tail - 1; place !== this.head && this.stampAt(place - 1) > frame.stamp; place -= 1) {
      this.#swap(place - 1, place);
    }
  }

  /** Lets the oldest frame go and returns its ticket. */
  shift(): Ticket {
    const index = this.head & this.#mask;
    if (this.#isHeavy) this.#release(this.#frames[index] as Frame);
    this.#frames[index] = undefined;
    this.head = (this.head + 1) | 0;
    return this.#tickets[index] as Ticket;
  }

  /** Takes out the frame at a place, keeps the order of the others and returns its ticket. */
  remove(place: number): Ticket {
    for (let at = place; at !== this.head; at -= 1) this.#swap(at - 1, at);
    return this.shift();
  }

  #retain({ lease, measurement }: Frame): void {
    lease?.retain();
    this.bytes += bytesOf(measurement);
  }

  #release({ lease, measurement }: Frame): void {
    lease?.release();
    this.bytes -= bytesOf(measurement);
  }

  #swap(a: number, b: number): void {
    const i = a & this.#mask;
    const j = b & this.#mask;
    const stamp = this.#stamps[i];
    const frame = this.#frames[i];
    const ticket = this.#tickets[i];
    this.#stamps[i] = this.#stamps[j];
    this.#frames[i] = this.#frames[j];
    this.#tickets[i] = this.#tickets[j];
    this.#stamps[j] = stamp;
    this.#frames[j] = frame;
    this.#tickets[j] = ticket;
  }

  #grow(): void {
    const capacity = 2 * (this.#mask + 1);
    const stamps = new Float64Array(capacity);
    const frames = new Array<Frame | undefined>(capacity).fill(undefined);
    const tickets = new Int32Array(capacity);
    for (let place = this.head; place !== this.tail; place = (place + 1) | 0) {
      stamps[place & (capacity - 1)] = this.stampAt(place);
      frames[place & (capacity - 1)] = this.frameAt(place);
      tickets[place & (capacity - 1)] = this.ticketAt(place);
    }
    this.#stamps = stamps;
    this.#frames = frames;
    this.#tickets = tickets;
    this.#mask = capacity - 1;
  }
}

/** The rings of an aligner's streams, by place. */
export class RingSet implements Holding {
  readonly rings: readonly FrameRing[];

  /** @param heavy streams with large payloads, by place */
  constructor(streams: readonly StreamId[], heavy: readonly boolean[] = []) {
    this.rings = streams.map((_, i) => new FrameRing(heavy[i]));
  }

  oldest(stream: number): Frame | undefined {
    const ring = this.rings[stream];
    return ring.length === 0 ? undefined : ring.frameAt(ring.head);
  }

  held(stream: number): number {
    return this.rings[stream].length;
  }

  bytes(): number {
    let bytes = 0;
    for (const ring of this.rings) bytes += ring.bytes;
    return bytes;
  }
}
