import { setTimeout as delay } from 'node:timers/promises';
import { NS_PER_MS, type Stamp } from '../frame/index.ts';

/** Waits until an input's time has come; returns at once when there is nothing to wait for. */
export type Pace = (now: Stamp) => Promise<void> | undefined;

/** Nobody waits for less than this, ms: timers are no finer. */
const FINEST_MS = 2;

/**
 * Holds a replay to a multiple of real time.
 * @param rate 1 is real time, 2 twice as fast; `max` does not wait at all
 */
export function createPace(rate: number | 'max', signal?: AbortSignal): Pace {
  if (rate === 'max') return () => undefined;
  let firstStamp: Stamp | undefined;
  let firstWall = 0;
  return (now) => {
    if (firstStamp === undefined) {
      firstStamp = now;
      firstWall = performance.now();
      return undefined;
    }
    const ahead = (now - firstStamp) / NS_PER_MS / rate - (performance.now() - firstWall);
    return ahead < FINEST_MS ? undefined : delay(ahead, undefined, { signal });
  };
}
