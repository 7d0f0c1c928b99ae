import { NS_PER_SECOND } from '../../frame/index.ts';
import type { State } from './state.ts';

/**
 * Whether a kind of measurement has been refused for so long that it must be right, and the state wrong; counts anew then.
 * @param since place in the nominal state where the time of the first refusal is kept; the negative time when it was last
 * taken; 0: neither
 * @param taken scalars of it that were taken this time
 * @param patience s. Too small: a state that is right gives way to outliers; too large: a wrong one stays wrong for long
 */
export function isRefusedForLong(
  { nominal: x, stamp }: State,
  since: number,
  taken: number,
  patience: number,
): boolean {
  if (taken > 0) {
    x[since] = -stamp;
    return false;
  }
  if (x[since] <= 0) x[since] = stamp;
  if (stamp - x[since] < patience * NS_PER_SECOND) return false;
  x[since] = 0;
  return true;
}

/** Whether that kind was taken in the last so many seconds, and not refused since. */
export function isTaken({ nominal: x, stamp }: State, since: number, seconds: number): boolean {
  return x[since] < 0 && stamp + x[since] < seconds * NS_PER_SECOND;
}
