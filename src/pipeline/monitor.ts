import {
  NS_PER_MS,
  NS_PER_SECOND,
  secondsBetween,
  type Stamp,
  type StreamDescriptor,
  type StreamId,
} from '../frame/index.ts';
import type { StreamEvent } from '../contract/index.ts';

/** Condition of a stream. */
export type StreamCondition = 'starting' | 'ok' | 'degraded' | 'stale' | 'lost';

/** What is known of a stream's health. */
export interface StreamHealth {
  readonly condition: StreamCondition;
  /** Since when it has been in this condition. */
  readonly since: Stamp;
  /** Why, unless it is well. */
  readonly why: string | undefined;
  /** Frames a second over the last whole seconds; `undefined` before the first. */
  readonly rate: number | undefined;
  /** Seconds since the last frame arrived; `undefined` before the first. */
  readonly age: number | undefined;
}

/** Watches when frames arrive. Time passes by ticks. */
export interface Monitor {
  arrived(stream: StreamId, received: Stamp): void;
  /** A frame was refused or given up. */
  troubled(stream: StreamId, reason: string): void;
  event(stream: StreamId, event: StreamEvent, at: Stamp): void;
  tick(now: Stamp): void;
  health(stream: StreamId, now: Stamp): StreamHealth;
}

/** A stream is stale after this many periods and this constant without a frame. */
const STALE_PERIODS = 2.5;
const STALE_EXTRA_NS = 20 * NS_PER_MS;
/** Seconds over which rates and troubles are counted. */
const WINDOW_SECONDS = 5;
/** More than this share of frames in trouble within the window degrades the stream. */
const TROUBLE_SHARE = 0.05;

interface Watched {
  condition: StreamCondition;
  since: Stamp;
  why: string | undefined;
  last: Stamp | undefined;
  /** Running mean of the time between frames, ns. */
  period: number | undefined;
  /** Frames and troubles of the last whole seconds, a ring. */
  readonly frames: Uint32Array;
  readonly troubles: Uint32Array;
  /** Whole seconds seen since the first frame. */
  seconds: number;
  trouble: string | undefined;
}

/** Makes a monitor of the given streams, all of them starting. */
export function createMonitor(streams: readonly StreamDescriptor[]): Monitor {
  const watched = new Map<StreamId, Watched>(
    streams.map((stream) => [
      stream.id,
      {
        condition: 'starting',
        since: 0 as Stamp,
        why: 'no frame yet',
        last: undefined,
        period: stream.nominalRate === undefined ? undefined : NS_PER_SECOND / stream.nominalRate,
        // One bucket more than the window: the one being filled.
        frames: new Uint32Array(WINDOW_SECONDS + 1),
        troubles: new Uint32Array(WINDOW_SECONDS + 1),
        seconds: 0,
        trouble: undefined,
      },
    ]),
  );
  let second: number | undefined;

  function become(stream: Watched, condition: StreamCondition, now: Stamp, why?: string): void {
    if (stream.condition !== condition) {
      stream.condition = condition;
      stream.since = now;
    }
    stream.why = why;
  }

  function judge(stream: Watched, now: Stamp): void {
    if (stream.condition === 'lost' || stream.last === undefined) return;
    const silence = now - stream.last;
    if (stream.period !== undefined && silence > STALE_PERIODS * stream.period + STALE_EXTRA_NS) {
      return become(stream, 'stale', now, `no frame for ${(silence / NS_PER_MS).toFixed(0)} ms`);
    }
    const troubles = total(stream.troubles);
    const bad = troubles > 0 && troubles > TROUBLE_SHARE * (total(stream.frames) + troubles);
    become(stream, bad ? 'degraded' : 'ok', now, bad ? stream.trouble : undefined);
  }

  function turnSecond(stream: Watched): void {
    if (stream.last === undefined) return;
    stream.seconds += 1;
    const bucket = stream.seconds % (WINDOW_SECONDS + 1);
    stream.frames[bucket] = 0;
    stream.troubles[bucket] = 0;
  }

  return {
    arrived(id, received) {
      const stream = watched.get(id);
      if (stream === undefined) return;
      if (stream.last !== undefined) {
        const step = received - stream.last;
        // The mean follows slowly, and not at all over a silence that is itself the news.
        const known = stream.period ?? step;
        if (step < 4 * known || stream.period === undefined) stream.period = known + 0.02 * (step - known);
      }
      stream.last = received;
      stream.frames[stream.seconds % (WINDOW_SECONDS + 1)] += 1;
      if (stream.condition !== 'ok' && stream.condition !== 'degraded') become(stream, 'ok', received);
    },
    troubled(id, reason) {
      const stream = watched.get(id);
      if (stream === undefined) return;
      stream.trouble = reason;
      stream.troubles[stream.seconds % (WINDOW_SECONDS + 1)] += 1;
    },
    event(id, event, at) {
      const stream = watched.get(id);
      if (stream === undefined || event.what === 'dropped') return;
      if (event.what === 'opened') become(stream, 'starting', at, 'opened, no frame yet');
      else become(stream, 'lost', at, event.reason ?? event.what);
    },
    tick(now) {
      const current = Math.floor(now / NS_PER_SECOND);
      const turns = Math.min(current - (second ?? current), WINDOW_SECONDS + 1);
      second = current;
      for (const stream of watched.values()) {
        for (let turn = 0; turn < turns; turn += 1) turnSecond(stream);
        judge(stream, now);
      }
    },
    health(id, now) {
      const stream = watched.get(id);
      if (stream === undefined)
        return { condition: 'starting', since: now, why: 'unknown', rate: undefined, age: undefined };
      const { condition, since, why, last } = stream;
      return {
        condition,
        since,
        why,
        rate: rateOf(stream),
        age: last === undefined ? undefined : secondsBetween(last, now),
      };
    },
  };
}

/** Frames a second over the whole seconds of the window. */
function rateOf(stream: Watched): number | undefined {
  const seconds = Math.min(stream.seconds, WINDOW_SECONDS);
  if (seconds === 0) return undefined;
  const filling = stream.frames[stream.seconds % (WINDOW_SECONDS + 1)];
  // The first second began with the first frame, not on the grid: until the window is full it counts as whole.
  return (total(stream.frames) - filling) / seconds;
}

function total(buckets: Uint32Array): number {
  let sum = 0;
  for (const bucket of buckets) sum += bucket;
  return sum;
}
