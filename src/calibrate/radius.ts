import { medianOf } from '../geometry/index.ts';
import { commonPieces, integralOf, placeOf, valueAt } from './integral.ts';
import type { Measured } from './measured.ts';
import { regress, rowsOf } from './regress.ts';
import type { PlaceSeries, WheelSeries } from './series.ts';
import { clusterOf, isAlike, type TurnSeries } from './wheels.ts';

/** The wheels' true radius over the one that their odometry was computed with. */
export interface RadiusCalibration {
  readonly radius: Measured;
  /** What was compared: ways (m) or speeds (m/s), of the wheels and of what they are held against. */
  readonly pairs: readonly { readonly wheels: number; readonly reference: number }[];
}

/** Why a radius cannot be told. */
export type RadiusTrouble = 'too short' | 'no way' | 'not alike';

/** Pieces of the way that are laid on the places one by one, s: the shortest, and how many there must be of longer ones. */
const SHORTEST = 4;
const LEAST_PIECES = 10;
/** They are made longer until noise of the places leaves less in the scale of a usual one. */
const SURE = 0.01;
/** Places that a piece must have, and the least extent of it, m (root mean square about its middle). */
const LEAST_PLACES = 4;
const LEAST_EXTENT = 0.1;
/** What rounding of the odometry, and straight lines between its messages, leave at least of a radius. */
const ROUNDING = 2e-5;
/** A radius less sure is none. */
const WORST = 0.1;
/** Speeds are compared over so long, s, and above this, m/s. */
const SPEED_SECONDS = 0.5;
const LEAST_SPEED = 0.5;

/**
 * Radius of wheels by places (of satellites, of a localiser, of a reference): the way that wheels and gyroscope make is laid on the places piece by
 * piece, each with a turn, a shift and a scale of its own (least squares in the complex plane, so noise of the places does not lengthen the way); the
 * radius is the scales' mean, weighed by the squared extent of the pieces and robust against single ones that are wrong.
 * @param turn by a gyroscope without bias, or by the wheels themselves; on the places' time, as the wheels
 * @param lever where on the base the places are of, m: [x, y]
 */
export function radiusByPlaces(
  places: PlaceSeries,
  wheels: WheelSeries,
  turn: TurnSeries,
  lever: readonly [number, number],
): RadiusCalibration | RadiusTrouble {
  const seconds = lengthOf([places.times, wheels.times, turn.times]);
  for (let piece = SHORTEST; ; piece *= 2) {
    const laid = laidOn(places, wheels, turn, lever, piece);
    const last = 2 * piece * LEAST_PIECES > seconds;
    if (!last && !(medianOf(laid.map(({ sigma }) => sigma)) < SURE)) continue;
    const rows = rowsOf(1);
    laid.forEach(({ extent, scale, number }) => {
      rows.x.push(extent);
      rows.y.push(extent * scale);
      rows.cluster.push(number);
    });
    return result(
      rows,
      laid.map(({ extent, scale }) => ({ wheels: extent, reference: extent * scale })),
    );
  }
}

/** A piece of the way, laid on places. */
interface Laid {
  readonly number: number;
  /** Root mean square about its middle, m. */
  readonly extent: number;
  readonly scale: number;
  /** Of the scale, by what is left, were that white. */
  readonly sigma: number;
}

function laidOn(
  places: PlaceSeries,
  wheels: WheelSeries,
  turn: TurnSeries,
  lever: readonly [number, number],
  seconds: number,
): Laid[] {
  return commonPieces([places.times, wheels.times, turn.times], seconds).flatMap(({ from, to }, number): Laid[] => {
    const [first, end] = [placeOf(places.times, from), placeOf(places.times, to)];
    if (end - first < LEAST_PLACES) return [];
    const at = places.times.slice(first, end);
    const path = pathOf(wheels, turn, at, lever);
    const { scale, spread, left } = similarity(path, { x: places.x.slice(first, end), y: places.y.slice(first, end) });
    const extent = Math.sqrt(spread / at.length);
    return extent > LEAST_EXTENT ? [{ number, extent, scale, sigma: left / Math.sqrt(spread) }] : [];
  });
}

function lengthOf(series: readonly (readonly number[])[]): number {
  return Math.min(...series.map((times) => times[times.length - 1])) - Math.max(...series.map(([at]) => at));
}

/** Radius of wheels by speeds over the ground (a receiver's Doppler), m/s, in the places of x and y as velocities. */
export function radiusBySpeeds(velocities: PlaceSeries, wheels: WheelSeries): RadiusCalibration | RadiusTrouble {
  const pieces = commonPieces([velocities.times, wheels.times], SPEED_SECONDS);
  const speeds = velocities.x.map((x, i) => Math.hypot(x, velocities.y[i]));
  const sums = integralOf(velocities.times, speeds);
  const cluster = clusterOf(pieces);
  const rows = rowsOf(1);
  const pairs: { wheels: number; reference: number }[] = [];
  for (const piece of pieces) {
    const mean = (times: readonly number[], values: readonly number[]): number =>
      (valueAt(times, values, piece.to) - valueAt(times, values, piece.from)) / (piece.to - piece.from);
    const rolled = Math.abs(mean(wheels.times, wheels.way));
    if (!(rolled > LEAST_SPEED)) continue;
    rows.x.push(rolled);
    rows.y.push(mean(velocities.times, sums));
    rows.cluster.push(cluster(piece));
    pairs.push({ wheels: rolled, reference: rows.y[rows.y.length - 1] });
  }
  return result(rows, pairs);
}

function result(rows: ReturnType<typeof rowsOf>, pairs: RadiusCalibration['pairs']): RadiusCalibration | RadiusTrouble {
  if (pairs.length === 0) return 'no way';
  if (new Set(rows.cluster).size < 3) return 'too short';
  const fit = regress(rows);
  if (fit === undefined || !(Math.sqrt(fit.covariance[0]) < WORST)) return 'no way';
  if (!isAlike(fit.values[0])) return 'not alike';
  return { radius: { value: fit.values[0], sigma: Math.hypot(Math.sqrt(fit.covariance[0]), ROUNDING) }, pairs };
}

/** Where wheels and gyroscope put the lever's end at each time. */
function pathOf(
  wheels: WheelSeries,
  turn: TurnSeries,
  at: readonly number[],
  [lx, ly]: readonly [number, number],
): { readonly x: number[]; readonly y: number[] } {
  const path: { x: number[]; y: number[] } = { x: [], y: [] };
  let [x, y] = [0, 0];
  let way = valueAt(wheels.times, wheels.way, at[0]);
  let k = placeOf(wheels.times, at[0]);
  let before = at[0];
  const go = (to: number): void => {
    const next = valueAt(wheels.times, wheels.way, to);
    const middle = valueAt(turn.times, turn.angle, (before + to) / 2);
    x += (next - way) * Math.cos(middle);
    y += (next - way) * Math.sin(middle);
    [way, before] = [next, to];
  };
  for (const time of at) {
    for (; k < wheels.times.length && wheels.times[k] < time; k += 1) if (wheels.times[k] > before) go(wheels.times[k]);
    if (time > before) go(time);
    const angle = valueAt(turn.times, turn.angle, time);
    path.x.push(x + lx * Math.cos(angle) - ly * Math.sin(angle));
    path.y.push(y + lx * Math.sin(angle) + ly * Math.cos(angle));
  }
  return path;
}

/**
 * The scale that lays a path on places best, turned and shifted as it may be; the path's summed square about its middle, m²; what is left of
 * each coordinate, m (standard deviation).
 */
function similarity(
  path: { readonly x: readonly number[]; readonly y: readonly number[] },
  places: { readonly x: readonly number[]; readonly y: readonly number[] },
): { readonly scale: number; readonly spread: number; readonly left: number } {
  const n = path.x.length;
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / n;
  const [px, py, qx, qy] = [path.x, path.y, places.x, places.y].map(mean);
  let [real, imaginary, spread, seen] = [0, 0, 0, 0];
  for (let i = 0; i < n; i += 1) {
    const [a, b] = [path.x[i] - px, path.y[i] - py];
    const [c, d] = [places.x[i] - qx, places.y[i] - qy];
    real += a * c + b * d;
    imaginary += a * d - b * c;
    spread += a * a + b * b;
    seen += c * c + d * d;
  }
  const scale = Math.hypot(real, imaginary) / spread;
  return { scale, spread, left: Math.sqrt(Math.max(0, seen - scale * scale * spread) / (2 * n - 4)) };
}
