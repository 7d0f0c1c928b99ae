import { medianOf } from '../geometry/index.ts';
import { holesOf, placeOf, valueAt, type Piece } from './integral.ts';
import type { ImuSeries, WheelSeries } from './series.ts';

/** A time without motion, and the readings in it: `first` to before `end`. */
export interface Span extends Piece {
  readonly first: number;
  readonly end: number;
}

/** Readings are looked at in blocks of so long, s, of so many readings at least. */
const BLOCK_SECONDS = 0.5;
const LEAST_READINGS = 5;
/** Most that the mean of a block departs from that of the whole time, beyond what white noise explains: rad/s, m/s². */
const DRIFT = [0.01, 0.15];
const SIGMAS = 4;
/** Most that something that stands turns by its gyroscope, rad/s: the bias of a sensor without any calibration. */
const LARGEST_BIAS = 0.2;
/** Times the quietest blocks' noise, from which on something shakes the sensor; the quietest are this share of all. */
const SHAKEN = 4;
const QUIETEST = 0.05;
/** Most that wheels roll in a block, m: less than a step of most encoders. */
const ROLLED = 1e-3;

/** What a block of readings is like: means and white noise (from first differences) of six channels. */
interface Block extends Span {
  readonly mean: readonly number[];
  readonly white: readonly number[];
  readonly spread: readonly number[];
}

/**
 * The times in which an IMU was still: its means stay, nothing shakes it more than in its quietest moments, and the wheels, where
 * there are any, do not roll. Motion at constant speed that does not shake cannot be told from rest by an IMU alone.
 * @returns spans of at least a second, the half second at either end taken off unless the readings begin or end there
 */
export function stillSpans(imu: ImuSeries, wheels?: WheelSeries): Span[] {
  const blocks = blocksOf(imu);
  const quiet = [0, 3].map((sensor) => quietest(blocks, sensor));
  const calm = blocks.map(
    (block, i) =>
      Math.hypot(...block.mean.slice(0, 3)) < LARGEST_BIAS &&
      [0, 3].every((sensor, s) => noiseOf(block, sensor) < SHAKEN * quiet[s]) &&
      (i === 0 || !joined(blocks[i - 1], block) || isSame(block, blocks[i - 1])) &&
      stands(block, wheels),
  );
  const spans: Span[] = [];
  let begun = -1;
  for (let i = 0; i <= blocks.length; i += 1) {
    const goesOn =
      begun >= 0 &&
      i < blocks.length &&
      calm[i] &&
      joined(blocks[i - 1], blocks[i]) &&
      isSame(blocks[i], blocks[begun]);
    if (goesOn) continue;
    if (begun >= 0) spans.push(...spanOf(blocks, begun, i - 1));
    begun = i < blocks.length && calm[i] ? i : -1;
  }
  return spans;
}

/** Seconds of all spans together. */
export function secondsOfSpans(spans: readonly Span[]): number {
  return spans.reduce((sum, { from, to }) => sum + to - from, 0);
}

function spanOf(blocks: readonly Block[], first: number, last: number): Span[] {
  const a = first === 0 ? first : first + 1;
  const b = last === blocks.length - 1 ? last : last - 1;
  if (b - a < 1) return [];
  return [{ from: blocks[a].from, to: blocks[b].to, first: blocks[a].first, end: blocks[b].end }];
}

function blocksOf({ times, gyro, accel }: ImuSeries): Block[] {
  const channels = [...gyro, ...accel];
  const holes = holesOf(times);
  const blocks: Block[] = [];
  for (let first = 0; first < times.length;) {
    const hole = holes.find(({ from }) => from >= times[first])?.from ?? Infinity;
    const until = Math.min(times[first] + BLOCK_SECONDS, hole);
    let end = placeOf(times, until);
    if (until === hole) end += 1;
    if (end - first >= LEAST_READINGS && end < times.length) {
      const stats = channels.map((values) => statisticsOf(values, first, end));
      blocks.push({
        from: times[first],
        to: times[end - 1],
        first,
        end,
        mean: stats.map(({ mean }) => mean),
        white: stats.map(({ white }) => white),
        spread: stats.map(({ spread }) => spread),
      });
    }
    first = Math.max(end, first + 1);
  }
  return blocks;
}

function statisticsOf(values: readonly number[], first: number, end: number) {
  let [sum, squares, steps] = [0, 0, 0];
  for (let i = first; i < end; i += 1) sum += values[i];
  const mean = sum / (end - first);
  for (let i = first; i < end; i += 1) {
    squares += (values[i] - mean) ** 2;
    if (i > first) steps += (values[i] - values[i - 1]) ** 2;
  }
  const count = end - first - 1;
  return { mean, white: Math.sqrt(steps / count / 2), spread: Math.sqrt(squares / count) };
}

function joined(before: Block, after: Block): boolean {
  return before.end === after.first;
}

/** Whether two blocks' means are alike. */
function isSame(a: Block, b: Block): boolean {
  return a.mean.every((mean, i) => {
    const white = Math.hypot(a.white[i] / Math.sqrt(a.end - a.first), b.white[i] / Math.sqrt(b.end - b.first));
    return Math.abs(mean - b.mean[i]) < DRIFT[i < 3 ? 0 : 1] + SIGMAS * white;
  });
}

function noiseOf({ spread }: Block, sensor: number): number {
  return Math.hypot(spread[sensor], spread[sensor + 1], spread[sensor + 2]);
}

/** Noise of a sensor in its quietest blocks. */
function quietest(blocks: readonly Block[], sensor: number): number {
  const noises = blocks.map((block) => noiseOf(block, sensor)).sort((a, b) => a - b);
  return medianOf(noises.slice(0, Math.max(4, Math.ceil(QUIETEST * noises.length))));
}

function stands({ from, to }: Piece, wheels: WheelSeries | undefined): boolean {
  if (wheels === undefined || wheels.times.length < 2) return true;
  const { times, way } = wheels;
  if (to < times[0] || from > times[times.length - 1]) return true;
  return Math.abs(valueAt(times, way, to) - valueAt(times, way, from)) < ROLLED;
}
