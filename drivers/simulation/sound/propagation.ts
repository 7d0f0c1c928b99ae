import type { Place } from '../place/place.ts';
import { CEILING, roomAt } from '../place/rooms.ts';
import { SAMPLE_RATE, type Wave } from './wave.ts';

/** Speed of sound at 20 °C, m/s. */
export const SPEED_OF_SOUND = 343;

/** Something that sounds, for one block: it moves evenly and its loudness changes evenly within it. */
export interface Sounding {
  readonly wave: Wave;
  /** When its first sample is emitted, s. */
  readonly start: number;
  /** x, y, z at the block's first sample, then one block later, m. */
  readonly from: readonly [number, number, number];
  readonly to: readonly [number, number, number];
  /** Factor on its loudness at the same two times. */
  readonly gain: readonly [number, number];
}

/** Where the microphones are at the block's first sample and one block later: x, y, z of each, m. */
export interface Listening {
  readonly from: Float64Array;
  readonly to: Float64Array;
}

/** What walls, floor and ceiling throw back, as a share of the pressure; what a wall lets through. */
const WALL = 0.55;
const FLOOR = 0.4;
export const THROUGH = 0.12;
/** Nearer than this it gets no louder, m. */
export const NEAREST = 0.2;
/** Fainter than this share of full scale nothing is computed. */
const FAINTEST = 2e-5;

/**
 * Adds what microphones hear of a source: the direct sound and, in the same room, its first-order reflections by image sources
 * (J. B. Allen, D. A. Berkley, "Image method for efficiently simulating small-room acoustics", JASA 65, 1979). The pressure
 * falls with 1/r; delays are fractions of a sample, interpolated by a cubic through four samples, and change within the block,
 * so that what moves shifts in pitch.
 * @param seconds time of the block's first sample
 * @param out for each microphone, one after the other, `samples` numbers
 */
export function hear(
  place: Place,
  source: Sounding,
  ears: Listening,
  seconds: number,
  samples: number,
  out: Float32Array,
): void {
  const { world } = place;
  const [sx, sy] = source.from;
  const room = roomAt(world, sx, sy);
  const same = roomAt(world, ears.from[0], ears.from[1]) === room;
  if (!same) return path(source, ears, seconds, samples, out, THROUGH, 0, 0, -1);
  path(source, ears, seconds, samples, out, 1, 0, 0, -1);
  const columns = world.xs.length - 1;
  const column = room % columns;
  const row = Math.floor(room / columns);
  // A mirror at x = a takes x to 2a - x.
  path(source, ears, seconds, samples, out, WALL, 2 * world.xs[column], 1, 0);
  path(source, ears, seconds, samples, out, WALL, 2 * world.xs[column + 1], 1, 0);
  path(source, ears, seconds, samples, out, WALL, 2 * world.ys[row], 1, 1);
  path(source, ears, seconds, samples, out, WALL, 2 * world.ys[row + 1], 1, 1);
  path(source, ears, seconds, samples, out, FLOOR, 0, 1, 2);
  if (!place.outdoors) path(source, ears, seconds, samples, out, WALL, 2 * CEILING, 1, 2);
}

/** One way from the source, mirrored on one axis, to every microphone. */
function path(
  { wave, start, from, to, gain }: Sounding,
  ears: Listening,
  seconds: number,
  samples: number,
  out: Float32Array,
  share: number,
  twice: number,
  mirrored: number,
  axis: number,
): void {
  const fx = axis === 0 && mirrored ? twice - from[0] : from[0];
  const fy = axis === 1 && mirrored ? twice - from[1] : from[1];
  const fz = axis === 2 && mirrored ? twice - from[2] : from[2];
  const tx = axis === 0 && mirrored ? twice - to[0] : to[0];
  const ty = axis === 1 && mirrored ? twice - to[1] : to[1];
  const tz = axis === 2 && mirrored ? twice - to[2] : to[2];
  const first = (seconds - start) * SAMPLE_RATE;
  for (let ear = 0; 3 * ear < ears.from.length; ear += 1) {
    const r0 = distance(fx - ears.from[3 * ear], fy - ears.from[3 * ear + 1], fz - ears.from[3 * ear + 2]);
    const r1 = distance(tx - ears.to[3 * ear], ty - ears.to[3 * ear + 1], tz - ears.to[3 * ear + 2]);
    const g0 = (share * gain[0]) / Math.max(NEAREST, r0);
    const g1 = (share * gain[1]) / Math.max(NEAREST, r1);
    if (g0 < FAINTEST && g1 < FAINTEST) continue;
    const delay = (r0 / SPEED_OF_SOUND) * SAMPLE_RATE;
    const step = 1 - (((r1 - r0) / SPEED_OF_SOUND) * SAMPLE_RATE) / samples;
    add(wave, first - delay, step, g0, (g1 - g0) / samples, samples, out, ear * samples);
  }
}

function distance(x: number, y: number, z: number): number {
  return Math.sqrt(x * x + y * y + z * z);
}

/** Adds a wave, read from a place between its samples on, in steps about 1, louder by and by. */
function add(
  { samples: wave, length, loop }: Wave,
  from: number,
  step: number,
  gain: number,
  louder: number,
  count: number,
  out: Float32Array,
  at: number,
): void {
  let begin = 0;
  let end = count;
  if (!loop) {
    // Where the wave has samples: silence before and after costs nothing.
    begin = Math.max(0, Math.ceil((1 - from) / step));
    end = Math.min(count, Math.floor((length - 2 - from) / step));
  }
  const mask = wave.length - 1;
  for (let n = begin; n < end; n += 1) {
    const place = from + n * step;
    const i = Math.floor(place);
    const f = place - i;
    const a = wave[(i - 1) & mask];
    const b = wave[i & mask];
    const c = wave[(i + 1) & mask];
    const d = wave[(i + 2) & mask];
    // Lagrange's cubic through the four.
    const value = b + f * (c - a / 3 - b / 2 - d / 6 + f * ((a + c) / 2 - b + f * ((b - c) / 2 + (d - a) / 6)));
    out[at + n] += (gain + n * louder) * value;
  }
}
