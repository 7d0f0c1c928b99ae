import type { Delay, DelayMonitor } from '../clock/delay/index.ts';
import { NS_PER_SECOND, type Stamp, type StreamId } from '../frame/index.ts';
import { createSchedule, whenDue } from './schedule.ts';

/** Delays are asked for this often, Hz: each time costs some milliseconds a pair. */
const RATE = 0.1;
/** A delay that is known no better than this is not acted on, ms (half of its 95 % interval). */
const WIDEST = 25;
const NS_PER_MS = NS_PER_SECOND / 1000;

/** How late streams are, as far as it was found. */
export interface Latencies {
  /** Asks again, where that is due. */
  tick(now: Stamp): void;
  /** How much later than the least late one a stream tells what it tells, ns; 0 where nothing was found. */
  of(stream: StreamId): number;
}

/**
 * Puts streams that see the same motion in step, by the delays that are found between them. Which of two is right nobody can
 * tell; a stream cannot tell what has not happened, so the one that is least late is taken to be in time.
 * @param streams which, the first of them the one that others are compared with: an IMU, wheels, a localiser
 */
export function createLatencies(monitor: Pick<DelayMonitor, 'delays'>, streams: readonly StreamId[]): Latencies {
  const schedule = createSchedule(RATE);
  const found = new Map<StreamId, number>();

  function ask(): void {
    const told = monitor.delays().filter(isSure);
    const late = new Map<StreamId, number>();
    for (const stream of streams) {
      const ms = late.size === 0 ? 0 : lateness(stream, late, told);
      if (ms !== undefined) late.set(stream, ms);
    }
    const least = Math.min(...late.values());
    found.clear();
    for (const [stream, ms] of late) found.set(stream, Math.round((ms - least) * NS_PER_MS));
  }

  return {
    tick: (now) => {
      if (streams.length > 1) whenDue(schedule, now, ask);
    },
    of: (stream) => found.get(stream) ?? 0,
  };
}

/** A delay whose interval is narrow and does not hold zero. */
interface SureDelay extends Delay {
  readonly ms: number;
  readonly low: number;
  readonly high: number;
}

function isSure(delay: Delay): delay is SureDelay {
  const { ms, low, high } = delay;
  return ms !== null && low !== null && high !== null && high - low < 2 * WIDEST && low * high > 0;
}

/** ms, by the surest delay against a stream of which it is known already. */
function lateness(
  stream: StreamId,
  known: ReadonlyMap<StreamId, number>,
  delays: readonly SureDelay[],
): number | undefined {
  let best: number | undefined;
  let width = Infinity;
  for (const { of, against, ms, low, high } of delays) {
    const [other, sign] = of === stream ? [against, 1] : against === stream ? [of, -1] : [undefined, 0];
    const base = other === undefined ? undefined : known.get(other);
    if (base === undefined || high - low >= width) continue;
    best = base + sign * ms;
    width = high - low;
  }
  return best;
}
