import { NS_PER_SECOND, type Stamp, type Vector3 } from '../../frame/index.ts';
import { NOMINAL, type State } from './state.ts';

/** Time over which the noise is averaged, s. Shorter follows a change of ground sooner, and scatters more. */
const AVERAGING = 1;
/** A longer pause between two samples tells nothing about their noise, s. */
const LONGEST_INTERVAL = 0.1;

/**
 * Measures how much an inertial sensor shakes: a driving robot's vibration exceeds the data sheet's noise by far and
 * changes with speed and ground. The second difference of successive samples takes the robot's own motion away and leaves
 * white noise of variance σ² six times: E(a₂ - 2a₁ + a₀)² = 6σ². Its density is σ² times the interval, because what is
 * integrated is the samples.
 *
 * Call before the state's inertial input is replaced by the new sample.
 */
export function measureVibration({ nominal: x }: State, stamp: Stamp, gyro?: Vector3, accel?: Vector3): void {
  const interval = (stamp - x[NOMINAL.inertial]) / NS_PER_SECOND;
  x[NOMINAL.inertial] = stamp;
  const weight = interval > 0 && interval < LONGEST_INTERVAL ? Math.min(1, interval / AVERAGING) : 0;
  if (gyro) average(x, gyro, NOMINAL.gyro, NOMINAL.gyroStep, NOMINAL.gyroDensity, weight, interval);
  if (accel) average(x, accel, NOMINAL.accel, NOMINAL.accelStep, NOMINAL.accelDensity, weight, interval);
}

function average(
  x: Float64Array,
  sample: Vector3,
  last: number,
  step: number,
  density: number,
  weight: number,
  interval: number,
): void {
  let squares = 0;
  for (let i = 0; i < 3; i += 1) {
    const change = sample[i] - x[last + i];
    squares += (change - x[step + i]) ** 2;
    x[step + i] = change;
  }
  x[density] += weight * ((squares / 18) * interval - x[density]);
}
