import { NS_PER_MS, secondsBetween, type Frame, type SetMember, type Stamp, type StreamId } from '../frame/index.ts';
import type { Aligner, AlignerOutput } from './aligner.ts';
import { FrameQueue } from './frame-queue.ts';

/** Parameters of the ApproximateTime policy; see {@link createApproximateAligner}. */
export interface ApproximateOptions {
  readonly streams: readonly StreamId[];
  readonly queueSize: number;
  readonly agePenalty: number;
  /** ns; `undefined`: no bound. */
  readonly maxInterval?: number;
  /** ns by stream: the least time between two frames of it, which lets a set go out earlier. */
  readonly lowerBounds?: readonly number[];
}

/** `undefined` where the config gives no bound. */
export function intervalOf(maxIntervalMs: number | undefined): number | undefined {
  return maxIntervalMs === undefined ? undefined : maxIntervalMs * NS_PER_MS;
}

/** A set under consideration: its members and the times of its earliest and latest. */
interface Candidate {
  readonly members: readonly Frame[];
  readonly start: Stamp;
  readonly end: Stamp;
  /** Stream whose frame every further candidate must contain, and that frame's time. */
  readonly pivot: number;
  readonly pivotTime: Stamp;
}

/**
 * The ApproximateTime algorithm of ROS message_filters: each set has one frame of every stream, no frame is used twice,
 * sets do not cross, and among the sets that contain the pivot (the frame that made the set possible) the one with the
 * smallest spread is taken, a later one paying an age penalty. It needs no parameter but a queue size.
 * Source: "message_filters/ApproximateTime", ROS wiki (the properties and the algorithm); the published code's behaviour
 * is the reference that the tests compare with.
 */
export function createApproximateAligner(options: ApproximateOptions, output: AlignerOutput): Aligner {
  const count = options.streams.length;
  const indexOf = new Map(options.streams.map((stream, index) => [stream, index]));
  const queues = options.streams.map(() => new FrameQueue());
  /** Frames passed over since the candidate was made, which a published set may still bring back. */
  const passed = options.streams.map(() => new FrameQueue());
  /** Streams that lost a frame which might have been a better partner: they may not be the pivot. */
  const hasDropped = options.streams.map(() => false);
  const penalty = 1 + options.agePenalty;
  const maxInterval = options.maxInterval ?? Infinity;
  let candidate: Candidate | undefined;
  let sets = 0;

  function add(frame: Frame, now: Stamp): void {
    const i = indexOf.get(frame.stream);
    if (i === undefined) return output.dropped(frame, 'no partner');
    queues[i].pushBack(frame);
    if (queues[i].length === 1) search(now);
    if (queues[i].length + passed[i].length > options.queueSize) {
      for (let j = 0; j < count; j += 1) bringBack(j, passed[j].length);
      output.dropped(queues[i].popFront(), 'queue full');
      hasDropped[i] = true;
      if (candidate !== undefined) {
        candidate = undefined;
        search(now);
      }
    }
  }

  function allFilled(): boolean {
    for (let i = 0; i < count; i += 1) if (queues[i].length === 0) return false;
    return true;
  }

  /** Index of the stream whose front (or, with `virtual`, whose earliest possible next) is first or last. */
  function extreme(latest: boolean, virtual: boolean): { index: number; time: Stamp } {
    let index = 0;
    let time = frontTime(0, virtual);
    for (let i = 1; i < count; i += 1) {
      const t = frontTime(i, virtual);
      if (latest ? t > time : t < time) {
        index = i;
        time = t;
      }
    }
    return { index, time };
  }

  function frontTime(i: number, virtual: boolean): Stamp {
    if (queues[i].length > 0 || !virtual || candidate === undefined) return queues[i].at(0).stamp;
    const next = (passed[i].at(passed[i].length - 1).stamp + (options.lowerBounds?.[i] ?? 0)) as Stamp;
    return next > candidate.pivotTime ? next : candidate.pivotTime;
  }

  function search(now: Stamp): void {
    while (allFilled()) {
      const start = extreme(false, false);
      const end = extreme(true, false);
      for (let i = 0; i < count; i += 1) if (i !== end.index) hasDropped[i] = false;
      if (candidate === undefined) {
        if (end.time - start.time > maxInterval || hasDropped[end.index]) {
          output.dropped(queues[start.index].popFront(), 'no partner');
          continue;
        }
        consider(start.time, end.time, end.index, end.time);
        pass(start.index);
      } else {
        const better = (end.time - candidate.end) * penalty < start.time - candidate.start;
        if (better) consider(start.time, end.time, candidate.pivot, candidate.pivotTime);
        pass(start.index);
      }
      if (candidate === undefined) continue;
      if (start.index === candidate.pivot || cannotImprove(candidate, end.time, candidate.pivotTime)) publish(now);
      else if (!allFilled()) proveOptimal(candidate, now);
    }
  }

  /** True when a set ending at `end` or later and starting at `start` or earlier cannot beat the candidate. */
  function cannotImprove(best: Candidate, end: Stamp, start: Stamp): boolean {
    return (end - best.end) * penalty >= start - best.start;
  }

  /** A stream is empty: assume its next frame as early as it can come, and see whether even then nothing gets better. */
  function proveOptimal(best: Candidate, now: Stamp): void {
    const moves = new Array<number>(count).fill(0);
    for (;;) {
      const start = extreme(false, true);
      const end = extreme(true, true);
      if (cannotImprove(best, end.time, best.pivotTime)) return publish(now);
      if (!cannotImprove(best, end.time, start.time)) {
        for (let i = 0; i < count; i += 1) bringBack(i, moves[i]);
        return;
      }
      pass(start.index);
      moves[start.index] += 1;
    }
  }

  function consider(start: Stamp, end: Stamp, pivot: number, pivotTime: Stamp): void {
    for (let i = 0; i < count; i += 1) {
      while (passed[i].length > 0) output.dropped(passed[i].popFront(), 'no partner');
    }
    candidate = { members: queues.map((queue) => queue.at(0)), start, end, pivot, pivotTime };
  }

  function pass(i: number): void {
    passed[i].pushBack(queues[i].popFront());
  }

  function bringBack(i: number, frames: number): void {
    for (let n = 0; n < frames; n += 1) queues[i].pushFront(passed[i].popBack());
  }

  function publish(now: Stamp): void {
    const best = candidate as Candidate;
    candidate = undefined;
    for (let i = 0; i < count; i += 1) {
      bringBack(i, passed[i].length);
      output.used(queues[i].popFront());
    }
    sets += 1;
    const members = new Map<StreamId, SetMember>(
      best.members.map((frame) => [
        frame.stream,
        { how: 'nearest', frame, offset: secondsBetween(best.end, frame.stamp) },
      ]),
    );
    const spread = secondsBetween(best.start, best.end);
    output.set({ number: sets, stamp: best.end, completed: now, members, spread, missing: [] });
  }

  return {
    add,
    tick() {
      // Nothing waits for time here: a set goes out with the frame that proves it.
    },
    held: () => queues.reduce((sum, queue, i) => sum + queue.length + passed[i].length, 0),
  };
}
