import type { Ticket } from '../contract/index.ts';
import { bytesOf, type Frame, type SetMember, type Stamp, type StreamId } from '../frame/index.ts';
import { DROP, type Aligner, type AlignerOutput, type DropCode, type Holding } from './aligner.ts';
import { alignedSet, nearestMember } from './set.ts';

/** Parameters of the ExactTime policy. */
export interface ExactOptions {
  readonly streams: readonly StreamId[];
  /** Streams with large payloads, by place. */
  readonly heavy?: readonly boolean[];
  /** Different stamps that may wait for their partners. */
  readonly queueSize: number;
}

/** In place of a ticket where there is no frame. */
const NONE = -1;
/** Moments that there is room for at first; it doubles up to one more than the queue's bound. */
const FIRST_CAPACITY = 16;

/**
 * Sets of frames with the same stamp, one of each stream (ExactTime of ROS message_filters). Moments wait in order of stamp;
 * a set takes those before it along, and beyond `queueSize` moments the earliest is given up.
 *
 * Moments lie in a ring, sorted by stamp; what belongs to one lies in a slot of its own, so that one that is put in between
 * moves numbers only. No allocation per frame.
 */
export class ExactAligner implements Aligner, Holding {
  readonly holding: Holding = this;
  readonly #output: AlignerOutput;
  readonly #count: number;
  readonly #queueSize: number;
  readonly #heavy: readonly boolean[];
  /** The ring, by place: stamp and slot of each moment. */
  #stamps = new Float64Array(FIRST_CAPACITY);
  #slots = Int32Array.from({ length: FIRST_CAPACITY }, (_, i) => i);
  #mask = FIRST_CAPACITY - 1;
  #head = 0;
  #tail = 0;
  /** By slot: frames there, and the stream that came first: most often the only one. By slot and stream: the frame, its ticket. */
  #filled: Uint16Array = new Uint16Array(FIRST_CAPACITY);
  #first: Uint16Array = new Uint16Array(FIRST_CAPACITY);
  #frames: (Frame | undefined)[];
  #tickets: Int32Array;
  #bytes = 0;
  #sets = 0;

  constructor(options: ExactOptions, output: AlignerOutput) {
    this.#output = output;
    this.#count = options.streams.length;
    this.#queueSize = options.queueSize;
    this.#heavy = options.streams.map((_, i) => options.heavy?.[i] ?? false);
    this.#frames = new Array<Frame | undefined>(FIRST_CAPACITY * this.#count).fill(undefined);
    this.#tickets = new Int32Array(FIRST_CAPACITY * this.#count).fill(NONE);
  }

  add(stream: number, frame: Frame, ticket: Ticket, now: Stamp): void {
    const { stamp } = frame;
    if (this.#heavy[stream]) {
      frame.lease?.retain();
      this.#bytes += bytesOf(frame.measurement);
    }
    let place = this.#tail;
    while (place !== this.#head && this.#stamps[(place - 1) & this.#mask] > stamp) place = (place - 1) | 0;
    const isNew = place === this.#head || this.#stamps[(place - 1) & this.#mask] !== stamp;
    if (isNew) {
      const slot = this.#open((this.#tail - place) | 0, stamp);
      this.#first[slot] = stream;
      this.#put(slot, stream, frame, ticket);
    } else this.#join((place - 1) | 0, stream, frame, ticket, now);
    if (((this.#tail - this.#head) | 0) > this.#queueSize) this.#forget(DROP.queueFull);
  }

  /** A frame of a moment that is there. */
  #join(place: number, stream: number, frame: Frame, ticket: Ticket, now: Stamp): void {
    const slot = this.#slots[place & this.#mask];
    if (this.#tickets[slot * this.#count + stream] !== NONE) {
      this.#output.dropped(this.#take(slot, stream), DROP.duplicate);
    }
    this.#put(slot, stream, frame, ticket);
    if (this.#filled[slot] < this.#count) return;
    this.#publish(slot, frame.stamp, now);
    while (this.#head !== ((place + 1) | 0)) this.#forget(DROP.noPartner);
  }

  #put(slot: number, stream: number, frame: Frame, ticket: Ticket): void {
    const index = slot * this.#count + stream;
    this.#frames[index] = frame;
    this.#tickets[index] = ticket;
    this.#filled[slot] += 1;
  }

  shed(stream: number, reason: DropCode): void {
    const slot = this.#slotOfOldest(stream);
    if (slot === undefined) return;
    this.#output.dropped(this.#take(slot, stream), reason);
    // The first of several has gone: the search for those that are left begins anew.
    this.#first[slot] = 0;
  }

  oldest(stream: number): Frame | undefined {
    const slot = this.#slotOfOldest(stream);
    return slot === undefined ? undefined : this.#frames[slot * this.#count + stream];
  }

  held(stream: number): number {
    let held = 0;
    for (let place = this.#head; place !== this.#tail; place = (place + 1) | 0) {
      if (this.#tickets[this.#slots[place & this.#mask] * this.#count + stream] !== NONE) held += 1;
    }
    return held;
  }

  bytes(): number {
    return this.#bytes;
  }

  #slotOfOldest(stream: number): number | undefined {
    for (let place = this.#head; place !== this.#tail; place = (place + 1) | 0) {
      const slot = this.#slots[place & this.#mask];
      if (this.#tickets[slot * this.#count + stream] !== NONE) return slot;
    }
    return undefined;
  }

  /** Opens an empty moment with so many behind it; @returns its slot */
  #open(behind: number, stamp: number): number {
    if (((this.#tail - this.#head) | 0) > this.#mask) this.#grow();
    const mask = this.#mask;
    const place = (this.#tail - behind) | 0;
    // The slot behind the newest moment is free.
    const slot = this.#slots[this.#tail & mask];
    for (let at = this.#tail; at !== place; at = (at - 1) | 0) {
      this.#stamps[at & mask] = this.#stamps[(at - 1) & mask];
      this.#slots[at & mask] = this.#slots[(at - 1) & mask];
    }
    this.#stamps[place & mask] = stamp;
    this.#slots[place & mask] = slot;
    this.#tail = (this.#tail + 1) | 0;
    return slot;
  }

  /** Takes a frame out of its slot; @returns its ticket */
  #take(slot: number, stream: number): Ticket {
    const index = slot * this.#count + stream;
    if (this.#heavy[stream]) {
      const { measurement, lease } = this.#frames[index] as Frame;
      lease?.release();
      this.#bytes -= bytesOf(measurement);
    }
    const ticket = this.#tickets[index] as Ticket;
    this.#frames[index] = undefined;
    this.#tickets[index] = NONE;
    this.#filled[slot] -= 1;
    return ticket;
  }

  #publish(slot: number, stamp: number, now: Stamp): void {
    const members: SetMember[] = [];
    for (let stream = 0; stream < this.#count; stream += 1) {
      members.push(nearestMember(this.#frames[slot * this.#count + stream] as Frame, stamp));
      this.#output.used(this.#take(slot, stream));
    }
    this.#sets += 1;
    this.#output.set(alignedSet(this.#sets, stamp, now, members));
  }

  /** Gives the earliest moment up. Its slot stays in its place of the ring, free, until the ring comes round to it. */
  #forget(reason: DropCode): void {
    const slot = this.#slots[this.#head & this.#mask];
    for (let stream = this.#filled[slot] === 1 ? this.#first[slot] : 0; stream < this.#count; stream += 1) {
      if (this.#tickets[slot * this.#count + stream] === NONE) continue;
      this.#output.dropped(this.#take(slot, stream), reason);
      if (this.#filled[slot] === 0) break;
    }
    this.#head = (this.#head + 1) | 0;
  }

  #grow(): void {
    const size = this.#mask + 1;
    const stamps = new Float64Array(2 * size);
    const slots = Int32Array.from({ length: 2 * size }, (_, i) => i);
    for (let i = 0; i < size; i += 1) {
      stamps[i] = this.#stamps[(this.#head + i) & this.#mask];
      slots[i] = this.#slots[(this.#head + i) & this.#mask];
    }
    this.#stamps = stamps;
    this.#slots = slots;
    this.#mask = 2 * size - 1;
    this.#head = 0;
    this.#tail = size;
    this.#filled = enlarged(this.#filled, new Uint16Array(2 * size));
    this.#first = enlarged(this.#first, new Uint16Array(2 * size));
    this.#tickets = enlarged(this.#tickets, new Int32Array(2 * size * this.#count).fill(NONE));
    this.#frames = [...this.#frames, ...new Array<undefined>(size * this.#count).fill(undefined)];
  }
}

function enlarged<T extends Uint16Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
