import {
  secondsBetween,
  type AlignedSet,
  type Frame,
  type SetMember,
  type Stamp,
  type StreamId,
} from '../frame/index.ts';
import type { Aligner, AlignerOutput } from './aligner.ts';
import type { PartHow } from './config.ts';
import { FrameQueue } from './frame-queue.ts';

/** Parameters of the pivot policy; see {@link createPivotAligner}. */
export interface PivotOptions {
  /** Stream that sets are built around. */
  readonly pivot: StreamId;
  /** The other streams and their parts. */
  readonly parts: ReadonlyMap<StreamId, PartHow>;
  /** Largest distance of a nearest or interpolated frame from the pivot, ns. */
  readonly tolerance: number;
  /** How long after the pivot's arrival the others are waited for, ns. */
  readonly lateness: number;
  /** How far a stream's frames may come out of order, ns: its watermark stays behind its latest stamp by this. */
  readonly reorder: number;
  /** Frames held of each stream. */
  readonly queueSize: number;
}

/** One stream beside the pivot: its frames in order of stamp, from the last one that a set might still need. */
interface Part {
  readonly stream: StreamId;
  readonly how: PartHow;
  readonly queue: FrameQueue;
  /** Nothing at or before this is still to come: a pivot up to here needs nothing more from this stream. */
  watermark: number;
  /** Frames still held that have been in a set (at most two), oldest first: letting them go is no loss. */
  readonly served: Frame[];
}

/**
 * A set at every frame of the pivot stream, in order of stamp: of each other stream the nearest frame, the two frames
 * to interpolate between, or the window of all frames since the pivot before. A set goes out once every stream has
 * passed the pivot's time (its watermark), or when the pivot has waited for `lateness`; then what is missing is said.
 * A frame that comes after the set it belonged to has gone is late. Within the lateness, the order in which the streams
 * arrive among each other changes nothing; within `reorder`, nor does that of one stream's own frames (the bounded
 * out-of-orderness of stream processing: T. Akidau et al., "The Dataflow Model", VLDB 2015).
 */
export function createPivotAligner(options: PivotOptions, output: AlignerOutput): Aligner {
  const pivots = new FrameQueue();
  const parts = new Map<StreamId, Part>(
    [...options.parts].map(([stream, how]) => [
      stream,
      { stream, how, queue: new FrameQueue(), watermark: -Infinity, served: [] },
    ]),
  );
  let lastPivot = -Infinity;
  let sets = 0;

  function add(frame: Frame, now: Stamp): void {
    if (frame.stream === options.pivot) {
      if (frame.stamp <= lastPivot) return output.dropped(frame, frame.stamp === lastPivot ? 'duplicate' : 'late');
      pivots.insertByStamp(frame);
      if (pivots.length > options.queueSize) output.dropped(pivots.popFront(), 'queue full');
    } else {
      const part = parts.get(frame.stream);
      if (part === undefined) return output.dropped(frame, 'no partner');
      if (!hold(part, frame)) return;
    }
    release(now);
  }

  function hold(part: Part, frame: Frame): boolean {
    if (frame.stamp <= lastPivot && isLate(part, frame)) {
      output.dropped(frame, 'late');
      return false;
    }
    part.queue.insertByStamp(frame);
    part.watermark = Math.max(part.watermark, frame.stamp - options.reorder);
    if (part.queue.length > options.queueSize) letGo(part, 'queue full');
    return true;
  }

  /** A frame at or before the last pivot serves later sets only as the left neighbour, so only the newest such does. */
  function isLate(part: Part, frame: Frame): boolean {
    if (part.how === 'window') return true;
    return part.queue.length > 0 && part.queue.at(0).stamp >= frame.stamp;
  }

  function letGo(part: Part, reason: 'no partner' | 'queue full'): void {
    const frame = part.queue.popFront();
    const index = part.served.indexOf(frame);
    if (index < 0) output.dropped(frame, reason);
    else part.served.splice(index, 1);
  }

  /** Sends out every pivot whose partners are all there, or whose time is up, in order. */
  function release(now: Stamp): void {
    while (pivots.length > 0) {
      const pivot = pivots.at(0);
      if (now - pivot.received < options.lateness && !complete(pivot)) return;
      pivots.popFront();
      output.set(build(pivot, now));
      output.used(pivot);
      lastPivot = pivot.stamp;
    }
  }

  function complete(pivot: Frame): boolean {
    for (const part of parts.values()) if (part.watermark < pivot.stamp) return false;
    return true;
  }

  function build(pivot: Frame, now: Stamp): AlignedSet {
    const members = new Map<StreamId, SetMember>([[pivot.stream, { how: 'nearest', frame: pivot, offset: 0 }]]);
    const missing: { stream: StreamId; reason: string }[] = [];
    let earliest = pivot.stamp;
    let latest = pivot.stamp;
    for (const part of parts.values()) {
      const member = take(part, pivot.stamp);
      if (typeof member === 'string') {
        missing.push({ stream: part.stream, reason: member });
        continue;
      }
      members.set(part.stream, member);
      if (member.how === 'nearest') {
        if (member.frame.stamp < earliest) earliest = member.frame.stamp;
        if (member.frame.stamp > latest) latest = member.frame.stamp;
      }
    }
    sets += 1;
    const spread = secondsBetween(earliest, latest);
    return { number: sets, stamp: pivot.stamp, completed: now, members, spread, missing };
  }

  /** The stream's member at time `at`, or why there is none. Frames that no later set can use are let go. */
  function take(part: Part, at: Stamp): SetMember | string {
    if (part.how === 'window') return takeWindow(part, at);
    // Keep at most one frame at or before the pivot: it may be the nearest, or the left end of an interpolation.
    while (part.queue.length > 1 && part.queue.at(1).stamp <= at) letGo(part, 'no partner');
    if (part.queue.length === 0) return part.watermark === -Infinity ? 'nothing received' : 'nothing in time';
    const left = part.queue.at(0);
    const right = part.queue.length > 1 ? part.queue.at(1) : undefined;
    if (part.how === 'interpolated' && left.stamp <= at) {
      if (left.stamp === at) return single(part, left, at);
      if (right === undefined) return 'nothing after the pivot to interpolate to';
      if (at - left.stamp > options.tolerance || right.stamp - at > options.tolerance) return 'out of tolerance';
      serve(part, left);
      serve(part, right);
      return {
        how: 'interpolated',
        before: left,
        after: right,
        fraction: (at - left.stamp) / (right.stamp - left.stamp),
      };
    }
    if (part.how === 'interpolated') return 'nothing before the pivot to interpolate from';
    if (right !== undefined && left.stamp < at && right.stamp - at < at - left.stamp) {
      if (right.stamp - at > options.tolerance) return 'out of tolerance';
      letGo(part, 'no partner');
      return single(part, right, at);
    }
    return Math.abs(left.stamp - at) > options.tolerance ? 'out of tolerance' : single(part, left, at);
  }

  function takeWindow(part: Part, at: Stamp): SetMember | string {
    const frames: Frame[] = [];
    while (part.queue.length > 0 && part.queue.at(0).stamp <= at) {
      const frame = part.queue.popFront();
      frames.push(frame);
      output.used(frame);
    }
    if (frames.length > 0) return { how: 'window', frames };
    return part.watermark === -Infinity ? 'nothing received' : 'nothing in the window';
  }

  function single(part: Part, frame: Frame, at: Stamp): SetMember {
    serve(part, frame);
    return { how: 'nearest', frame, offset: secondsBetween(at, frame.stamp) };
  }

  /** Marks a frame as used, once. It stays held: the next set may need it again as a left neighbour. */
  function serve(part: Part, frame: Frame): void {
    if (part.served.includes(frame)) return;
    part.served.push(frame);
    output.used(frame);
  }

  return {
    add,
    tick: release,
    held() {
      let frames = pivots.length;
      for (const part of parts.values()) frames += part.queue.length - part.served.length;
      return frames;
    },
  };
}
