import { commonPieces, valueAt, type Piece } from './integral.ts';
import type { Measured } from './measured.ts';
import { regress, rowsOf, type Regression } from './regress.ts';
import type { WheelSeries } from './series.ts';

/** A turn about the base's vertical, summed up, in order of time. */
export interface TurnSeries {
  /** s. */
  readonly times: readonly number[];
  /** rad, not wrapped. */
  readonly angle: readonly number[];
}

/** What a gyroscope tells of wheels. */
export interface BaseCalibration {
  /** The wheels' true base (track) over the one that their odometry was computed with. */
  readonly base: Measured;
  /** What they turn for each metre that they roll, anticlockwise, rad/m: unequal radii; `undefined` where they only turn on the spot. */
  readonly turn: Measured | undefined;
  /** What the gyroscope reads when the wheels do not turn, rad/s. */
  readonly gyroBias: number;
  /** Turn rates that were compared, rad/s. */
  readonly pairs: readonly { readonly gyro: number; readonly wheels: number }[];
}

/** Why a base cannot be told: `not alike` where the gyroscope turns and the wheels do something else. */
export type BaseTrouble = 'too short' | 'no turning' | 'not alike';

/** Rates are compared as means over so long, s. */
const PIECE_SECONDS = 1;
/** Pieces whose errors are taken as independent, s; and as a share of the whole. */
const CLUSTER_SECONDS = 3;
const CLUSTER_SHARE = 0.025;
/** A base less sure is none; one off by more than this factor is not that of these wheels. */
const WORST_BASE = 0.1;
const LARGEST_FACTOR = 2;

/**
 * Base and inequality of wheels against a gyroscope: over pieces of a second, `wheels' turn rate = base · gyro's + turn · speed + constant`.
 * The constant is the gyroscope's bias. Slip is not in proportion and counts as an outlier; what slips in proportion to turning (skid steering) is in the base,
 * where a base that is configured should have it.
 * @param wheels on the gyroscope's time
 */
export function baseOf(gyro: TurnSeries, wheels: WheelSeries): BaseCalibration | BaseTrouble {
  const { times, way, heading } = wheels;
  if (heading === undefined) return 'no turning';
  const pieces = commonPieces([gyro.times, times], PIECE_SECONDS);
  const cluster = clusterOf(pieces);
  const rows = rowsOf(3);
  for (const piece of pieces) {
    rows.x.push(rateOf(gyro.times, gyro.angle, piece), rateOf(times, way, piece), 1);
    rows.y.push(rateOf(times, heading, piece));
    rows.cluster.push(cluster(piece));
  }
  if (new Set(rows.cluster).size <= 4) return 'too short';
  // A robot that never moves forward says nothing of unequal radii; one that only turns on the spot still has a base.
  const rolls = Math.max(...pieces.map((piece) => Math.abs(rateOf(times, way, piece)))) > LEAST_SPEED;
  const fit = regress(rolls ? rows : withoutSpeed(rows));
  const turns = rows.y.reduce((sum, _, i) => sum + rows.x[3 * i] ** 2, 0) > rows.y.length * LEAST_TURN ** 2;
  if (fit === undefined) return 'no turning';
  if (!(Math.sqrt(fit.covariance[0]) < WORST_BASE)) return turns ? 'not alike' : 'no turning';
  if (!isAlike(fit.values[0])) return 'not alike';
  return {
    base: measured(fit, 0),
    turn: rolls ? measured(fit, 1) : undefined,
    gyroBias: -fit.values[fit.values.length - 1] / fit.values[0],
    pairs: rows.y.map((rate, i) => ({ gyro: rows.x[3 * i], wheels: rate })),
  };
}

/** Whether a factor may be that of the same wheels. */
export function isAlike(factor: number): boolean {
  return factor < LARGEST_FACTOR && factor > 1 / LARGEST_FACTOR;
}

/** m/s; rad/s root mean square. */
const LEAST_SPEED = 0.02;
const LEAST_TURN = 0.05;

function withoutSpeed({ x, y, cluster }: ReturnType<typeof rowsOf>): ReturnType<typeof rowsOf> {
  return { columns: 2, x: x.filter((_, i) => i % 3 !== 1), y, cluster };
}

function measured({ values, covariance }: Regression, i: number): Measured {
  return { value: values[i], sigma: Math.sqrt(covariance[i * (values.length + 1)]) };
}

/** Mean rate of a sum over a piece. */
function rateOf(times: readonly number[], sums: readonly number[], { from, to }: Piece): number {
  return (valueAt(times, sums, to) - valueAt(times, sums, from)) / (to - from);
}

/** Numbers the parts of a log that err independently. */
export function clusterOf(pieces: readonly Piece[]): (piece: Piece) => number {
  const seconds = pieces.length === 0 ? 0 : pieces[pieces.length - 1].to - pieces[0].from;
  const length = Math.max(CLUSTER_SECONDS, CLUSTER_SHARE * seconds);
  return ({ from }) => Math.floor((from - pieces[0].from) / length);
}
