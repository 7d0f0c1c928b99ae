import {
  NS_PER_MS,
  NS_PER_SECOND,
  secondsBetween,
  type Stamp,
  type StreamDescriptor,
  type StreamId,
} from '../frame/index.ts';
import { createPeriodEstimator, type ClockEvent, type PeriodEstimator } from '../clock/index.ts';
import type { StreamEvent } from '../contract/index.ts';

/** Condition of a stream. */
export type StreamCondition = 'starting' | 'ok' | 'degraded' | 'suspect' | 'stale' | 'lost';

/**
 * What happens to a stream now and then, each time counted: it fell silent, its values froze, its driver told of trouble,
 * its clock changed.
 */
export type StreamIncident = 'stale' | 'frozen' | 'trouble' | ClockEvent;

/** What is known of a stream's health. */
export interface StreamHealth {
  readonly condition: StreamCondition;
  /** Since when it has been in this condition. */
  readonly since: Stamp;
  /** Why, unless it is well. */
  readonly why: string | undefined;
  /** Frames a second over the last whole seconds; `undefined` before the first. */
  readonly rate: number | undefined;
  /** Seconds since the last frame arrived; `undefined` before the first since it was opened. */
  readonly age: number | undefined;
  /** How often what has happened to it. */
  readonly incidents: Readonly<Partial<Record<StreamIncident, number>>>;
}

/** Watches when frames arrive. Time passes by ticks. */
export interface Monitor {
  arrived(stream: StreamId, received: Stamp): void;
  /** A frame was refused or given up. */
  troubled(stream: StreamId, reason: string): void;
  event(stream: StreamId, event: StreamEvent, at: Stamp): void;
  /** Something has happened to its clock. */
  clockChanged(stream: StreamId, event: ClockEvent): void;
  /** Whether its values have stopped changing, told with every frame. */
  frozen(stream: StreamId, isFrozen: boolean, at: Stamp): void;
  tick(now: Stamp): void;
  /** Its condition alone; `undefined` for a stream that is not watched. */
  condition(stream: StreamId): StreamCondition | undefined;
  health(stream: StreamId, now: Stamp): StreamHealth;
}

/**
 * A stream is stale after this many periods and this constant without a frame. The tick that sees it comes up to 10 ms
 * later: it is told within 2.5 periods and 20 ms.
 */
const STALE_PERIODS = 2.5;
const STALE_EXTRA_NS = 10 * NS_PER_MS;
/** Seconds over which rates and troubles are counted. */
const WINDOW_SECONDS = 5;
/** More than this share of frames in trouble within the window degrades the stream. */
const TROUBLE_SHARE = 0.05;

interface Watched {
  condition: StreamCondition;
  since: Stamp;
  why: string | undefined;
  last: Stamp | undefined;
  readonly period: PeriodEstimator;
  /** Frames and troubles of the last whole seconds, a ring. */
  readonly frames: Uint32Array;
  readonly troubles: Uint32Array;
  /** Whole seconds seen since the first frame. */
  seconds: number;
  trouble: string | undefined;
  /** What its driver says is wrong with it. */
  complaint: string | undefined;
  frozen: boolean;
  readonly incidents: Partial<Record<StreamIncident, number>>;
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
        period: createPeriodEstimator(stream.nominalRate),
        // One bucket more than the window: the one being filled.
        frames: new Uint32Array(WINDOW_SECONDS + 1),
        troubles: new Uint32Array(WINDOW_SECONDS + 1),
        seconds: 0,
        trouble: undefined,
        complaint: undefined,
        frozen: false,
        incidents: {},
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

  function count(stream: Watched, incident: StreamIncident): void {
    stream.incidents[incident] = (stream.incidents[incident] ?? 0) + 1;
  }

  /** Whether the stream has been silent for too long; if so, it becomes stale. */
  function fellSilent(stream: Watched, last: Stamp, now: Stamp): boolean {
    const silence = now - last;
    const period = stream.period.value();
    if (period === undefined || silence <= STALE_PERIODS * period + STALE_EXTRA_NS) return false;
    if (stream.condition !== 'stale') count(stream, 'stale');
    const complaint = stream.complaint === undefined ? '' : ` (${stream.complaint})`;
    become(stream, 'stale', now, `no frame for ${(silence / NS_PER_MS).toFixed(0)} ms${complaint}`);
    return true;
  }

  function judge(stream: Watched, now: Stamp): void {
    if (stream.condition === 'lost') return;
    if (stream.last === undefined) {
      if (stream.complaint !== undefined) become(stream, 'degraded', now, stream.complaint);
      return;
    }
    if (fellSilent(stream, stream.last, now)) return;
    if (stream.frozen) return become(stream, 'suspect', now, 'the same values again and again');
    if (stream.complaint !== undefined) return become(stream, 'degraded', now, stream.complaint);
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
        // A silence that no tick has seen (this process itself stood still) is one all the same.
        if (stream.condition !== 'lost') fellSilent(stream, stream.last, received);
        stream.period.update(received - stream.last);
      }
      stream.last = received;
      stream.frames[stream.seconds % (WINDOW_SECONDS + 1)] += 1;
      if (stream.condition === 'starting' || stream.condition === 'stale' || stream.condition === 'lost') {
        become(stream, 'ok', received);
      }
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
      if (event.what === 'trouble') {
        if (event.reason !== undefined && stream.complaint === undefined) count(stream, 'trouble');
        stream.complaint = event.reason;
        if (stream.last === undefined && event.reason === undefined) become(stream, 'starting', at, 'no frame yet');
        return judge(stream, at);
      }
      stream.complaint = undefined;
      if (event.what === 'opened') {
        // The silence before is no silence of the source that is open now.
        stream.last = undefined;
        become(stream, 'starting', at, 'opened, no frame yet');
      } else become(stream, 'lost', at, event.reason ?? event.what);
    },
    clockChanged(id, event) {
      const stream = watched.get(id);
      if (stream !== undefined) count(stream, event);
    },
    frozen(id, isFrozen, at) {
      const stream = watched.get(id);
      if (stream === undefined || stream.frozen === isFrozen) return;
      stream.frozen = isFrozen;
      if (isFrozen) count(stream, 'frozen');
      judge(stream, at);
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
    condition: (id) => watched.get(id)?.condition,
    health(id, now) {
      const stream = watched.get(id);
      if (stream === undefined)
        return { condition: 'starting', since: now, why: 'unknown', rate: undefined, age: undefined, incidents: {} };
      const { condition, since, why, last, incidents } = stream;
      return {
        condition,
        since,
        why,
        rate: rateOf(stream),
        age: last === undefined ? undefined : secondsBetween(last, now),
        incidents,
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
