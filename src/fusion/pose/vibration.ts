import { NS_PER_SECOND, type Stamp, type Vector3 } from '../../frame/index.ts';
import { NOMINAL, type State } from './state.ts';

/** Time over which the noise is averaged, s. Shorter follows a change of ground sooner, and scatters more. */
const AVERAGING = 1;
/** A longer pause between two samples tells nothing about their noise, s. */
const LONGEST_INTERVAL = 0.1;
/** Samples are taken together for so long, s: what is faster than this (a rotor's whirr) integrates to nothing. */
const BLOCK = 0.04;

/**
 * Measures how much an inertial sensor shakes: a driving robot's vibration exceeds the data sheet's noise by far and
 * changes with speed and ground. The second difference of successive means takes the robot's own motion away and leaves
 * white noise of variance σ² six times: E(a₂ - 2a₁ + a₀)² = 6σ². Its density is σ² times the time of a mean, because what
 * is integrated is the means.
 *
 * Call before the state's inertial input is replaced by the new sample.
 */
export function measureVibration({ nominal: x }: State, stamp: Stamp, gyro?: Vector3, accel?: Vector3): void {
  const interval = (stamp - x[NOMINAL.inertial]) / NS_PER_SECOND;
  x[NOMINAL.inertial] = stamp;
  const { block } = NOMINAL;
  if (!(interval > 0 && interval < LONGEST_INTERVAL)) {
    x.fill(0, block, block + BLOCK_SIZE);
    x[NOMINAL.calmSince] = Infinity;
    return;
  }
  for (let i = 0; i < 3; i += 1) {
    if (gyro) x[block + i] += gyro[i];
    if (accel) x[block + 3 + i] += accel[i];
  }
  x[NOMINAL.blockEnds] = 0;
  x[block + COUNT] += 1;
  x[block + SECONDS] += interval;
  if (x[block + SECONDS] < BLOCK) return;
  const seconds = x[block + SECONDS];
  const weight = Math.min(1, seconds / AVERAGING);
  // Two means before are needed for a second difference.
  const known = x[block + MEANS] >= 2;
  if (gyro) average(x, 0, NOMINAL.gyroStep, known ? NOMINAL.gyroDensity : -1, weight, seconds);
  if (accel) average(x, 3, NOMINAL.accelStep, known ? NOMINAL.accelDensity : -1, weight, seconds);
  watchCalm(x, stamp, seconds, gyro !== undefined && accel !== undefined);
  x[NOMINAL.blockEnds] = 1;
  x[block + COUNT] = 0;
  x[block + SECONDS] = 0;
  x[block + MEANS] += 1;
}

/** Within {@link NOMINAL.block}: sums of gyroscope and accelerometer, the means before, and these. */
const [LAST, COUNT, SECONDS, MEANS] = [6, 12, 13, 14];
const BLOCK_SIZE = 15;

/** Means that stay near what they were: the thresholds are those of D. Laidig and T. Seel (VQF, Information Fusion 91, 2023). */
function watchCalm(x: Float64Array, stamp: Stamp, seconds: number, whole: boolean): void {
  const { block, calm, calmSince } = NOMINAL;
  const share = Math.min(1, seconds / CALM_SECONDS);
  let moves = !whole || x[block + MEANS] < 1;
  for (let i = 0; i < 6; i += 1) {
    const off = x[block + LAST + i] - x[calm + i];
    if (!(Math.abs(off) < (i < 3 ? CALM_GYRO : CALM_ACCEL))) moves = true;
    x[calm + i] = x[calmSince] === Infinity && moves ? x[block + LAST + i] : x[calm + i] + share * off;
  }
  if (moves) x[calmSince] = Infinity;
  else if (x[calmSince] === Infinity) x[calmSince] = stamp;
}

/** Time over which the running mean is taken, s, and how far from it nothing moves, rad/s and m/s². */
const CALM_SECONDS = 0.5;
const CALM_GYRO = 0.035;
const CALM_ACCEL = 0.5;

function average(x: Float64Array, of: number, step: number, density: number, weight: number, seconds: number): void {
  const { block } = NOMINAL;
  let squares = 0;
  for (let i = 0; i < 3; i += 1) {
    const mean = x[block + of + i] / x[block + COUNT];
    const change = mean - x[block + LAST + of + i];
    squares += (change - x[step + i]) ** 2;
    x[step + i] = change;
    x[block + LAST + of + i] = mean;
    x[block + of + i] = 0;
  }
  if (density >= 0) x[density] += weight * ((squares / 18) * seconds - x[density]);
}
