import { cross, fromRotationVector, norm, scale, type Quat, type Vec3 } from '../geometry/index.ts';
import { commonPieces, integralOf, valueAt } from './integral.ts';
import type { Measured } from './measured.ts';
import { regress, rowsOf } from './regress.ts';
import { readingAt, type ImuSeries } from './series.ts';
import type { Span } from './still.ts';

/** The shortest rotation that takes sensor axes to axes whose z points where `up` does. */
export function levelling(up: Vec3): Quat {
  const length = norm(up);
  const axis = cross(up, [0, 0, 1]);
  const sine = norm(axis) / length;
  const angle = Math.atan2(sine, up[2] / length);
  if (norm(axis) > 0) return fromRotationVector(scale(axis, angle / norm(axis)));
  // Upright already, or upside down: then about x.
  return fromRotationVector([up[2] > 0 ? 0 : Math.PI, 0, 0]);
}

/** Mean specific force, over spans or over everything. */
export function meanForce(imu: ImuSeries, spans: readonly Span[]): Vec3 {
  const sum = [0, 0, 0];
  let count = 0;
  for (const { first, end } of spans.length > 0 ? spans : [{ first: 0, end: imu.times.length }]) {
    for (let i = first; i < end; i += 1) readingAt(imu.accel, i).forEach((value, axis) => (sum[axis] += value));
    count += end - first;
  }
  return [sum[0] / count, sum[1] / count, sum[2] / count];
}

/** Rates are compared as means over so long, s. */
const PIECE_SECONDS = 0.5;

/**
 * Where the axis of turning lies in levelled axes: its x and y for each unit of z. What rolls on a floor turns about the floor's vertical
 * alone, so what the other axes show in proportion to the turn is tilt; neither a bias nor the accelerometer matters.
 * @param clusterSeconds pieces of the log whose errors are taken as independent, s
 * @returns `undefined` where it does not turn enough to tell
 */
export function axisOfTurning(imu: ImuSeries, clusterSeconds: number): readonly [Measured, Measured] | undefined {
  const pieces = commonPieces([imu.times], PIECE_SECONDS);
  const sums = imu.gyro.map((values) => integralOf(imu.times, values));
  const rates = pieces.map(({ from, to }) =>
    sums.map((sum) => (valueAt(imu.times, sum, to) - valueAt(imu.times, sum, from)) / PIECE_SECONDS),
  );
  const found = [0, 1].map((axis): Measured | undefined => {
    const rows = rowsOf(2);
    pieces.forEach(({ from }, k) => {
      rows.x.push(rates[k][2], 1);
      rows.y.push(rates[k][axis]);
      rows.cluster.push(Math.floor(from / clusterSeconds));
    });
    const fit = regress(rows);
    return fit && { value: fit.values[0], sigma: Math.sqrt(fit.covariance[0]) };
  });
  const [x, y] = found;
  return x && y && [x, y];
}
