import { NS_PER_SECOND, type Stamp, type Vector3 } from '../../frame/index.ts';
import { NOMINAL, type State } from './state.ts';

/** Readings in a row that are the same to the last digit, where others change, are at the end of the range. */
const CLIPPED_AFTER = 4;
/** Clipping happens far from zero, m/s²: what is small may be the same by its steps. */
const LEAST_CLIPPED = 3;
/** The end of the range is looked for among the readings of so long, s. */
const WINDOW = 0.5;
/** It is met so often, and so many times as often as the value next to it: all that is beyond it piles up there. */
const OFTEN = 5;
const TIMES = 4;
/** A reading varies by so many of the steps next to its largest: one that rests on its last digit has no end of its range there. */
const STEPS = 10;

/** Of each axis, in {@link NOMINAL.range}: without sign. */
const [LARGEST, MET, NEXT, NEXT_MET, LEAST, END] = [0, 3, 6, 9, 12, 15];

/**
 * Whether an accelerometer clips; call before the state's reading is replaced by the new one. Where it shakes it touches the end of its
 * range and comes back, never twice in a row: the end is known by what piles up there, and is remembered until something is beyond it.
 */
export function watchRange({ nominal: x }: State, stamp: Stamp, accel: Vector3): boolean {
  const r = NOMINAL.range;
  let changes = false;
  for (let i = 0; i < 3; i += 1) {
    const same = accel[i] === x[NOMINAL.accel + i];
    x[NOMINAL.sameAccel + i] = same ? x[NOMINAL.sameAccel + i] + 1 : 0;
    if (!same) changes = true;
  }
  // The same reading told again.
  if (!changes) return false;
  if (!(stamp - x[NOMINAL.rangeSince] < WINDOW * NS_PER_SECOND)) {
    x[NOMINAL.rangeSince] = stamp;
    for (let i = 0; i < 3; i += 1) judge(x, r + i);
    x.fill(0, r + LARGEST, r + LEAST);
    x.fill(Infinity, r + LEAST, r + END);
  }
  let clipped = false;
  for (let i = 0; i < 3; i += 1) {
    const size = Math.abs(accel[i]);
    count(x, r + i, size);
    const isSame = x[NOMINAL.sameAccel + i] >= CLIPPED_AFTER && size > LEAST_CLIPPED;
    if (isSame || (size > 0 && size === x[r + END + i])) clipped = true;
  }
  return clipped;
}

/** Counts a reading; what is beyond the end of an axis' range shows that it was none. */
function count(x: Float64Array, at: number, size: number): void {
  if (size > x[at + END]) x[at + END] = 0;
  x[at + LEAST] = Math.min(x[at + LEAST], size);
  if (size > x[at + LARGEST]) {
    x[at + NEXT] = x[at + LARGEST];
    x[at + NEXT_MET] = x[at + MET];
    x[at + LARGEST] = size;
    x[at + MET] = 1;
  } else if (size === x[at + LARGEST]) x[at + MET] += 1;
  else if (size > x[at + NEXT]) {
    x[at + NEXT] = size;
    x[at + NEXT_MET] = 1;
  } else if (size === x[at + NEXT]) x[at + NEXT_MET] += 1;
}

/** Finds the end of an axis' range in the readings of a window, or finds that it is none. */
function judge(x: Float64Array, at: number): void {
  const [largest, met, nextMet] = [x[at + LARGEST], x[at + MET], x[at + NEXT_MET]];
  const pilesUp = met >= Math.max(OFTEN, TIMES * nextMet);
  const varies = largest - x[at + LEAST] >= STEPS * (largest - x[at + NEXT]);
  if (pilesUp && varies && largest > LEAST_CLIPPED) x[at + END] = largest;
  else if (largest === x[at + END] && met < nextMet) x[at + END] = 0;
}
