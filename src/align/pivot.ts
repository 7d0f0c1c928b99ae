import type { Ticket } from '../contract/index.ts';
import {
  NS_PER_SECOND,
  type AlignedSet,
  type Frame,
  type MissingMember,
  type MissingReason,
  type SetMember,
  type Stamp,
  type StreamId,
} from '../frame/index.ts';
import { DROP, type Aligner, type AlignerOutput, type DropCode, type Holding } from './aligner.ts';
import type { PartHow } from './config.ts';
import { FrameRing } from './ring.ts';
import { heldMember, interpolatedMember, nearestMember, spreadOf, windowMember } from './set.ts';

/** A stream beside the pivot. */
export interface PartOptions {
  readonly stream: StreamId;
  readonly isHeavy?: boolean;
  readonly how: PartHow;
  /** Largest distance of its frames from the pivot, ns; a window has none. */
  readonly tolerance: number;
  /** Whether a set may not go out without it. */
  readonly isRequired?: boolean;
  /** Whether sets wait for it. Default true; false: they go out with what is here. */
  readonly isAwaited?: boolean;
}

/** Parameters of the pivot policy; see {@link PivotAligner}. */
export interface PivotOptions {
  /** The streams in their order: `pivot` for the one that sets are built around. */
  readonly streams: readonly ('pivot' | PartOptions)[];
  /** Whether the pivot's payloads are large. */
  readonly isPivotHeavy?: boolean;
  /** How long after the pivot's arrival the others are waited for, ns. */
  readonly lateness: number;
  /** How far a stream's frames may come out of order, ns: its watermark stays behind its latest stamp by this. */
  readonly reorder: number;
  /** Frames held of each stream. */
  readonly queueSize: number;
}

/** One stream beside the pivot: its frames in order of stamp, from the last one that a set might still need. */
interface Part extends PartOptions {
  readonly ring: FrameRing;
  /** Nothing at or before this is still to come: a pivot up to here needs nothing more from this stream. */
  watermark: number;
  /** Frames held that have been in a set: they are used, and stay as left neighbours (two at most). */
  spent: number;
  isHere: boolean;
}

/**
 * A set at every frame of the pivot stream, in order of stamp: of each other stream the nearest frame, the two frames
 * to interpolate between, the latest held, or the window of all frames since the pivot before. A set goes out once every
 * stream has passed the pivot's time (its watermark) or is gone, or when the pivot has waited for `lateness`; then what is
 * missing is said, and where a required stream is missing there is no set. A frame that comes after the set it belonged to
 * has gone is late. Within the lateness, the order in which the streams arrive among each other changes nothing; within
 * `reorder`, nor does that of one stream's own frames (the bounded out-of-orderness of stream processing: T. Akidau et al.,
 * "The Dataflow Model", VLDB 2015).
 */
export class PivotAligner implements Aligner, Holding {
  readonly holding: Holding = this;
  readonly #options: PivotOptions;
  readonly #output: AlignerOutput;
  readonly #pivots: FrameRing;
  /** By place; `undefined` for the pivot itself. */
  readonly #parts: readonly (Part | undefined)[];
  readonly #others: readonly Part[];
  #lastPivot = -Infinity;
  /** The stream that the oldest pivot was last seen to wait for. */
  #blocker: StreamId | undefined;
  #sets = 0;

  constructor(options: PivotOptions, output: AlignerOutput) {
    this.#options = options;
    this.#output = output;
    this.#pivots = new FrameRing(options.isPivotHeavy);
    this.#parts = options.streams.map((part) =>
      part === 'pivot'
        ? undefined
        : { ...part, ring: new FrameRing(part.isHeavy), watermark: -Infinity, spent: 0, isHere: true },
    );
    this.#others = this.#parts.filter((part) => part !== undefined);
  }

  add(stream: number, frame: Frame, ticket: Ticket, now: Stamp): void {
    const part = this.#parts[stream];
    if (part === undefined ? !this.#takePivot(frame, ticket) : !this.#takePart(part, frame, ticket)) return;
    this.#release(now);
  }

  tick(now: Stamp): void {
    this.#release(now);
  }

  presence(stream: number, isHere: boolean, now: Stamp): void {
    const part = this.#parts[stream];
    if (part === undefined || part.isHere === isHere) return;
    part.isHere = isHere;
    this.#release(now);
  }

  shed(stream: number, reason: DropCode): void {
    const part = this.#parts[stream];
    if (part !== undefined) {
      if (part.ring.length > 0) this.#letGo(part, reason);
    } else if (this.#pivots.length > 0) this.#output.dropped(this.#pivots.shift(), reason);
  }

  oldest(stream: number): Frame | undefined {
    const ring = this.#parts[stream]?.ring ?? this.#pivots;
    return ring.length === 0 ? undefined : ring.frameAt(ring.head);
  }

  held(stream: number): number {
    const part = this.#parts[stream];
    return part === undefined ? this.#pivots.length : part.ring.length - part.spent;
  }

  bytes(): number {
    let { bytes } = this.#pivots;
    for (const { ring } of this.#others) bytes += ring.bytes;
    return bytes;
  }

  #takePivot(frame: Frame, ticket: Ticket): boolean {
    const isKnown = frame.stamp === this.#lastPivot || this.#isWaiting(frame.stamp);
    if (isKnown || frame.stamp < this.#lastPivot) {
      this.#output.dropped(ticket, isKnown ? DROP.duplicate : DROP.late);
      return false;
    }
    this.#pivots.insert(frame, ticket);
    if (this.#pivots.length > this.#options.queueSize) this.#output.dropped(this.#pivots.shift(), DROP.queueFull);
    return true;
  }

  #isWaiting(stamp: number): boolean {
    for (let place = this.#pivots.tail; place !== this.#pivots.head; place = (place - 1) | 0) {
      const waiting = this.#pivots.stampAt(place - 1);
      if (waiting <= stamp) return waiting === stamp;
    }
    return false;
  }

  #takePart(part: Part, frame: Frame, ticket: Ticket): boolean {
    if (frame.stamp <= this.#lastPivot && this.#isLate(part, frame)) {
      this.#output.dropped(ticket, DROP.late);
      return false;
    }
    part.ring.insert(frame, ticket);
    const watermark = frame.stamp - this.#options.reorder;
    if (watermark > part.watermark) part.watermark = watermark;
    if (part.ring.length > this.#options.queueSize) this.#letGo(part, DROP.queueFull);
    return true;
  }

  /** A frame at or before the last pivot serves later this.#sets only as the left neighbour, so only the newest such does. */
  #isLate(part: Part, frame: Frame): boolean {
    if (part.how === 'window') return true;
    return part.ring.length > 0 && part.ring.stampAt(part.ring.head) >= frame.stamp;
  }

  #letGo(part: Part, reason: DropCode): void {
    const isOpen = part.ring.isOpenAt(part.ring.head);
    const ticket = part.ring.shift();
    if (isOpen) this.#output.dropped(ticket, reason);
    else part.spent -= 1;
  }

  /** Sends out every pivot whose partners are all there, or whose time is up, in order. */
  #release(now: Stamp): void {
    while (this.#pivots.length > 0) {
      const pivot = this.#pivots.frameAt(this.#pivots.head);
      const missing = this.#firstBehind(pivot.stamp);
      if (missing !== undefined && now - pivot.received < this.#options.lateness) {
        this.#blocker = missing.stream;
        return;
      }
      const ticket = this.#pivots.shift();
      this.#lastPivot = pivot.stamp;
      const set = this.#build(pivot, now);
      this.#blocker = undefined;
      if (set === undefined) {
        this.#output.dropped(ticket, DROP.partnerMissing);
        continue;
      }
      this.#output.set(set);
      this.#output.used(ticket);
    }
  }

  /** The first stream that is here, is waited for and has not passed a time. */
  #firstBehind(stamp: number): Part | undefined {
    for (const part of this.#others) if (part.watermark < stamp && part.isHere && part.isAwaited !== false) return part;
    return undefined;
  }

  /** @returns `undefined` where a required stream is missing */
  #build(pivot: Frame, now: Stamp): AlignedSet | undefined {
    const members: SetMember[] = [];
    const missing: MissingMember[] = [];
    let isWhole = true;
    for (const part of this.#parts) {
      const member = part === undefined ? nearestMember(pivot, pivot.stamp) : this.#take(part, pivot.stamp);
      if ('how' in member) members.push(member);
      else {
        missing.push(member);
        if (part?.isRequired === true) isWhole = false;
      }
    }
    if (!isWhole) return undefined;
    this.#sets += 1;
    const waited = { stream: this.#blocker ?? '', seconds: (now - pivot.received) / NS_PER_SECOND };
    return {
      number: this.#sets,
      stamp: pivot.stamp,
      completed: now,
      members,
      spread: spreadOf(members, pivot.stamp),
      missing,
      waitedFor: this.#blocker === undefined ? undefined : waited,
    };
  }

  /** The stream's member at time `at`, or why there is none. Frames that no later set can use are let go. */
  #take(part: Part, at: Stamp): SetMember | MissingMember {
    if (part.how === 'window') return this.#takeWindow(part, at);
    const { ring, how } = part;
    // Keep at most one frame at or before the pivot: it may be the nearest, or the left end of an interpolation.
    while (ring.length > 1 && ring.stampAt(ring.head + 1) <= at) this.#letGo(part, DROP.noPartner);
    if (ring.length === 0) return this.#missingOf(part, 'nothing in time');
    const left = ring.stampAt(ring.head);
    const right = ring.length > 1 ? ring.stampAt(ring.head + 1) : Infinity;
    if (left > at) {
      if (how !== 'nearest') return this.#missingOf(part, 'nothing before the pivot', left - at);
      return this.#within(part, left - at)
        ? this.#single(part, at)
        : this.#missingOf(part, 'out of tolerance', left - at);
    }
    if (how === 'held')
      return this.#within(part, at - left)
        ? this.#single(part, at)
        : this.#missingOf(part, 'out of tolerance', at - left);
    if (how === 'interpolated' && left !== at) return this.#between(part, left, right, at);
    if (right - at < at - left) {
      if (!this.#within(part, right - at)) return this.#missingOf(part, 'out of tolerance', right - at);
      this.#letGo(part, DROP.noPartner);
      return this.#single(part, at);
    }
    return this.#within(part, at - left)
      ? this.#single(part, at)
      : this.#missingOf(part, 'out of tolerance', at - left);
  }

  #within(part: Part, distance: number): boolean {
    return distance <= part.tolerance;
  }

  #between(part: Part, left: number, right: number, at: Stamp): SetMember | MissingMember {
    const { ring } = part;
    if (right === Infinity) return this.#missingOf(part, 'nothing after the pivot', at - left);
    const distance = Math.max(at - left, right - at);
    if (!this.#within(part, distance)) return this.#missingOf(part, 'out of tolerance', distance);
    this.#use(part, ring.head);
    this.#use(part, ring.head + 1);
    return interpolatedMember(ring.frameAt(ring.head), ring.frameAt(ring.head + 1), at);
  }

  #takeWindow(part: Part, at: Stamp): SetMember | MissingMember {
    const { ring } = part;
    const frames: Frame[] = [];
    while (ring.length > 0 && ring.stampAt(ring.head) <= at) {
      frames.push(ring.frameAt(ring.head));
      this.#output.used(ring.shift());
    }
    return frames.length > 0 ? windowMember(frames) : this.#missingOf(part, 'nothing in the window');
  }

  #single(part: Part, at: Stamp): SetMember {
    this.#use(part, part.ring.head);
    const frame = part.ring.frameAt(part.ring.head);
    return part.how === 'held' ? heldMember(frame, at) : nearestMember(frame, at);
  }

  /** Marks a frame as used, once. It stays held: the next set may need it again as a left neighbour. */
  #use(part: Part, place: number): void {
    if (!part.ring.isOpenAt(place)) return;
    this.#output.used(part.ring.spend(place));
    part.spent += 1;
  }

  #missingOf(part: Part, reason: MissingReason, distance?: number): MissingMember {
    const { stream } = part;
    const nearest = distance === undefined ? undefined : distance / NS_PER_SECOND;
    if (!part.isHere) return { stream, reason: 'stream stale', nearest };
    return { stream, reason: part.watermark === -Infinity ? 'nothing received' : reason, nearest };
  }
}
