import { NS_PER_SECOND, type Stamp, type Vector3 } from '../../frame/index.ts';
import { NOMINAL, type State } from './state.ts';

/** A speed that is the same to the last digit for so long, s, is no measurement: encoders have frozen. */
const FROZEN_AFTER = 0.5;
/** Readings in a row that are the same to the last digit, where others change, are at the end of the range. */
const CLIPPED_AFTER = 4;
/** Clipping happens far from zero, m/s²: what is small may be the same by its steps. */
const LEAST_CLIPPED = 3;

/** Whether wheels that drive have frozen; remembers their speed. A slow robot between two steps is not told from it. */
export function watchSpeed({ nominal: x }: State, stamp: Stamp, speed: number): boolean {
  if (speed !== x[NOMINAL.heldSpeed]) {
    x[NOMINAL.heldSpeed] = speed;
    x[NOMINAL.heldSince] = stamp;
  }
  return speed !== 0 && stamp - x[NOMINAL.heldSince] >= FROZEN_AFTER * NS_PER_SECOND;
}

/** Whether an accelerometer clips; call before the state's reading is replaced by the new one. */
export function watchRange({ nominal: x }: State, accel: Vector3): boolean {
  let clipped = false;
  let changes = false;
  for (let i = 0; i < 3; i += 1) {
    const same = accel[i] === x[NOMINAL.accel + i];
    x[NOMINAL.sameAccel + i] = same ? x[NOMINAL.sameAccel + i] + 1 : 0;
    if (!same) changes = true;
    else if (x[NOMINAL.sameAccel + i] >= CLIPPED_AFTER && Math.abs(accel[i]) > LEAST_CLIPPED) clipped = true;
  }
  return clipped && changes;
}
