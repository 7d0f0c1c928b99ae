import { gyroScaleOf } from './gyro-scale.ts';
import type { Measured } from './measured.ts';
import { usualStep } from './integral.ts';
import {
  accelCalibrationOf,
  gyroBiasOf,
  positionsOf,
  type AccelCalibration,
  type Position,
  type Told,
} from './positions.ts';
import type { ImuSeries } from './series.ts';
import type { Span } from './still.ts';

/** Lasting errors of an IMU. */
export interface ImuCalibration {
  readonly positions: readonly Position[];
  readonly accel: AccelCalibration;
  readonly gyro: {
    /** rad/s, by axis; the Earth's own turn (up to 7e-5 rad/s) is in it. */
    readonly bias: readonly Measured[];
    /** Factor on (reading - bias), by axis. */
    readonly scale: readonly Told[];
  };
  /** Mean length of the accelerometer's readings less gravity, m/s²: what even one position tells. */
  readonly alongGravity: Measured;
}

/** White noise of a gyroscope from first differences at rest counts at least as much, rad/s/√Hz: quantised readings have none. */
const LEAST_NOISE = 1e-6;

/**
 * Biases and scales of an IMU from the times in which it stood still; see {@link accelCalibrationOf} and {@link gyroScaleOf} for what can be
 * told from which positions.
 * @param spans at least one
 * @param gravity m/s²
 */
export function imuCalibrationOf(imu: ImuSeries, spans: readonly Span[], gravity: number): ImuCalibration {
  const positions = positionsOf(imu, spans);
  const accel = accelCalibrationOf(positions, gravity);
  const whole = accel.bias.every((told) => told !== undefined) && accel.scale.every((told) => told !== undefined);
  const unknown: Told[] = [undefined, undefined, undefined];
  const lengths = positions.map(({ accel: reading }) => Math.hypot(...reading) - gravity);
  const mean = lengths.reduce((sum, value) => sum + value, 0) / lengths.length;
  const own = Math.sqrt(positions.reduce((sum, { accelSigma }) => sum + accelSigma ** 2, 0)) / lengths.length;
  const between = lengths.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, lengths.length - 1);
  return {
    positions,
    accel,
    gyro: {
      bias: gyroBiasOf(positions),
      scale: whole ? gyroScaleOf(imu, positions, accel.likely, whiteNoise(imu, spans)) : unknown,
    },
    alongGravity: { value: mean, sigma: Math.max(own, Math.sqrt(between / lengths.length)) },
  };
}

/** White noise of the gyroscope, rad/s/√Hz: half the mean square of first differences at rest. */
function whiteNoise({ times, gyro }: ImuSeries, spans: readonly Span[]): number {
  let [sum, count] = [0, 0];
  for (const { first, end } of spans) {
    for (const values of gyro) {
      for (let i = first + 1; i < end; i += 1) {
        sum += (values[i] - values[i - 1]) ** 2 / 2;
        count += 1;
      }
    }
  }
  return Math.max(LEAST_NOISE, Math.sqrt((sum / Math.max(1, count)) * usualStep(times)));
}
