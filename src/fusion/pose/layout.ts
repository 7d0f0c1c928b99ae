import type { PoseConfig } from '../config.ts';
import { BASE_SIZE } from './state.ts';

/** An error of one source that lasts: a first-order Gauss-Markov process. */
export interface Lasting {
  /** Standard deviation, in the unit of what errs. */
  readonly deviation: number;
  /** Time over which it stays alike, s. */
  readonly seconds: number;
}

/** What a filter is asked to estimate besides the robot: which sources correct it in the map. */
export interface Aids {
  readonly fix: boolean;
  readonly anchors: readonly string[];
}

/** Where the errors that last stand in the error state; what is not estimated has no place. */
export interface Layout {
  /** Length of the error. */
  readonly size: number;
  /** From {@link BASE_SIZE} on. */
  readonly lasting: readonly Lasting[];
  /** How the IMU is turned on the base besides its mount: a rotation vector in base axes, rad; three places. */
  readonly imuMount?: number;
  /** How far the gyroscope's matrix of scales and misalignments is from the identity: nine places, row by row. */
  readonly gyroMatrix?: number;
  /** How much later than assumed fixes are, s. */
  readonly fixLatency?: number;
  /** The same of a receiver's velocities, which it filters otherwise. */
  readonly twistLatency?: number;
  /** Slowly wandering error of fixes, east; north and up follow. */
  readonly fixDrift?: number;
  /** How much too long all ranges are, as a share. */
  readonly rangeScale?: number;
  /** How much too long the ranges to each anchor are, m. */
  readonly rangeBias: ReadonlyMap<string, number>;
}

/** Makes room for the errors of the sources that there are. */
export function layoutOf({ fix, range, noise }: PoseConfig, aids: Aids): Layout {
  const lasting: Lasting[] = [];
  const place = (deviation: number, seconds: number): number => BASE_SIZE + lasting.push({ deviation, seconds }) - 1;
  const imuMount = noise.imuMount > 0 ? place(noise.imuMount, Infinity) : undefined;
  if (imuMount !== undefined) for (let axis = 1; axis < 3; axis += 1) place(noise.imuMount, Infinity);
  const gyroMatrix = noise.gyroMatrix > 0 ? place(noise.gyroMatrix, Infinity) : undefined;
  if (gyroMatrix !== undefined) for (let i = 1; i < 9; i += 1) place(noise.gyroMatrix, Infinity);
  const fixLatency = aids.fix ? place(fix.latencyDeviation, Infinity) : undefined;
  const twistLatency = aids.fix ? place(fix.latencyDeviation, Infinity) : undefined;
  const fixDrift = aids.fix ? place(fix.drift, fix.driftSeconds) : undefined;
  if (aids.fix) for (let axis = 1; axis < 3; axis += 1) place(fix.drift * (axis === 2 ? 2 : 1), fix.driftSeconds);
  const scaled = aids.anchors.length > 0 && range.scale > 0;
  const rangeScale = scaled ? place(range.scale, range.biasSeconds) : undefined;
  const rangeBias = new Map(aids.anchors.map((anchor) => [anchor, place(range.bias, range.biasSeconds)]));
  return {
    size: BASE_SIZE + lasting.length,
    lasting,
    imuMount,
    gyroMatrix,
    fixLatency,
    twistLatency,
    fixDrift,
    rangeScale,
    rangeBias,
  };
}
