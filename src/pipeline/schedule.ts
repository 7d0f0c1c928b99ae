import { NS_PER_SECOND, type Stamp } from '../frame/index.ts';

/**
 * Says on which ticks something that happens `hz` times a second is due: the first tick at or after each grid point. A
 * hole in time is one event late, not many at once. 0 Hz is never.
 */
export function createSchedule(hz: number): (now: Stamp) => boolean {
  if (hz <= 0) return () => false;
  const period = NS_PER_SECOND / hz;
  let next = -Infinity;
  return (now) => {
    if (now < next) return false;
    next = (Math.floor(now / period) + 1) * period;
    return true;
  };
}
