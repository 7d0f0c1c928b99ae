import { NS_PER_SECOND, type Stamp } from '../../frame/index.ts';
import { NOMINAL, type State } from './state.ts';

/** A speed that is the same to the last digit for so long, s, is no measurement: encoders have frozen. */
const FROZEN_AFTER = 0.5;
/** So many speeds of driving wheels tell how often in a row one is the same by chance. */
const USUAL_AFTER = 100;
/** Beyond so many times that, and so many in a row, a speed is doubted before it is called frozen. */
const UNUSUAL = 2;
const LEAST_UNUSUAL = 2;

/** What the speed of wheels is worth: a measurement, one that is told suspiciously often, the last word of a frozen encoder. */
export type SpeedWorth = 'measured' | 'doubtful' | 'frozen';

/** Judges the speed of wheels, and remembers it. A slow robot between two steps of its encoders is not told from a frozen one. */
export function watchSpeed({ nominal: x }: State, stamp: Stamp, speed: number): SpeedWorth {
  if (speed !== 0) x[NOMINAL.speeds] += 1;
  if (speed !== x[NOMINAL.heldSpeed]) {
    x[NOMINAL.longestHeld] = Math.max(x[NOMINAL.longestHeld], heldOf(x));
    x[NOMINAL.heldSpeed] = speed;
    x[NOMINAL.heldSince] = stamp;
    x[NOMINAL.heldOften] = 0;
    return 'measured';
  }
  if (speed === 0) return 'measured';
  x[NOMINAL.heldOften] += 1;
  if (stamp - x[NOMINAL.heldSince] >= FROZEN_AFTER * NS_PER_SECOND) return 'frozen';
  const isUnusual = x[NOMINAL.heldOften] > Math.max(LEAST_UNUSUAL - 1, UNUSUAL * x[NOMINAL.longestHeld]);
  return isUnusual && x[NOMINAL.speeds] >= USUAL_AFTER ? 'doubtful' : 'measured';
}

/** How often in a row the last speed was told again, as far as it counts as usual. */
function heldOf(x: Float64Array): number {
  if (x[NOMINAL.speeds] < USUAL_AFTER) return x[NOMINAL.heldOften];
  return Math.min(x[NOMINAL.heldOften], Math.max(LEAST_UNUSUAL, UNUSUAL * x[NOMINAL.longestHeld]));
}
