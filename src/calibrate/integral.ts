/** Sums over time, and the pieces of time that several series have in common. Times in s. */

/** A piece of time. */
export interface Piece {
  readonly from: number;
  readonly to: number;
}

/** Silences longer than this, s, and longer than so many usual steps, are holes: nothing is known of what lies in them. */
const HOLE_SECONDS = 0.25;
const HOLE_STEPS = 5;

/** The integral of readings at moments, from the first one on: between two of them a straight line. */
export function integralOf(times: readonly number[], values: readonly number[]): number[] {
  const sums = [0];
  for (let i = 1; i < times.length; i += 1) {
    sums.push(sums[i - 1] + ((times[i] - times[i - 1]) * (values[i] + values[i - 1])) / 2);
  }
  return sums;
}

/** The value of a series at a time within it, between two of its own by a straight line. */
export function valueAt(times: readonly number[], values: readonly number[], at: number): number {
  const i = Math.min(Math.max(placeOf(times, at), 1), times.length - 1);
  const share = (at - times[i - 1]) / (times[i] - times[i - 1]);
  return values[i - 1] + share * (values[i] - values[i - 1]);
}

/** The first place whose time is not before `at`. */
export function placeOf(times: readonly number[], at: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Pieces of so many seconds, one after the other, in which no series has a hole. */
export function commonPieces(series: readonly (readonly number[])[], seconds: number): Piece[] {
  if (series.some(({ length }) => length < 2)) return [];
  const start = Math.max(...series.map((times) => times[0]));
  const end = Math.min(...series.map((times) => times[times.length - 1]));
  const holes = series.flatMap(holesOf);
  const pieces: Piece[] = [];
  for (let k = 0; start + (k + 1) * seconds <= end; k += 1) {
    const piece = { from: start + k * seconds, to: start + (k + 1) * seconds };
    if (!holes.some(({ from, to }) => from < piece.to && to > piece.from)) pieces.push(piece);
  }
  return pieces;
}

/** Where a series is silent for too long. */
export function holesOf(times: readonly number[]): Piece[] {
  const most = Math.max(HOLE_SECONDS, HOLE_STEPS * usualStep(times));
  const holes: Piece[] = [];
  for (let i = 1; i < times.length; i += 1) {
    if (times[i] - times[i - 1] > most) holes.push({ from: times[i - 1], to: times[i] });
  }
  return holes;
}

/** The median time between two readings. */
export function usualStep(times: readonly number[]): number {
  const steps = times.slice(1).map((time, i) => time - times[i]);
  return steps.sort((a, b) => a - b)[steps.length >> 1];
}
