import { NS_PER_SECOND, type Stamp } from '../frame/index.ts';

/** Says when something that happens `hz` times a second is due. */
export interface Schedule {
  /** Whether it is due by now. */
  isDue(now: Stamp): boolean;
  /** It has been done, and is due again at the next grid point. */
  done(now: Stamp): void;
}

/**
 * Makes a schedule on a grid: due from each grid point until it is done. A hole in time is one event late, not many at
 * once. 0 Hz is never.
 */
export function createSchedule(hz: number): Schedule {
  const period = NS_PER_SECOND / hz;
  let next = hz > 0 ? -Infinity : Infinity;
  return {
    isDue: (now) => now >= next,
    done: (now) => void (next = (Math.floor(now / period) + 1) * period),
  };
}

/** Does it where it is due. */
export function whenDue(schedule: Schedule, now: Stamp, act: () => void): void {
  if (!schedule.isDue(now)) return;
  schedule.done(now);
  act();
}
