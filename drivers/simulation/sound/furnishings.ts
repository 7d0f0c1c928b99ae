import { between, createWindows, pick, type Windows } from '../place/chance.ts';
import type { Place } from '../place/place.ts';
import type { Matter } from '../place/split.ts';
import { createRandom } from '../random.ts';
import { knock } from './noises.ts';
import type { Wave } from './wave.ts';

/** Where the radio of a place stands, m, and what it plays. */
export interface Radio {
  readonly at: readonly [number, number, number];
  readonly tune: number;
}

/** Something that is put down. */
export interface Knock {
  /** s. */
  readonly start: number;
  readonly at: readonly [number, number, number];
  /** Its loudness as a share of a dropped object's. */
  readonly gain: number;
  /** What it sounds like: made when it is first asked for. */
  readonly wave: () => Wave;
}

/** Something is put down loudly on the furniture at most once in so many seconds; share of stretches in which it is. */
export const KNOCKING = 9;
const KNOCKS = 0.5;
const MATTERS: readonly Matter[] = ['metal', 'ceramic', 'soft', 'wood'];
/** Share of worlds with a radio. */
const RADIOS = 0.6;

/** The radio of a place, where it has one. */
export function radioOf({ seed, split, cabinets }: Place): Radio | undefined {
  const random = createRandom(seed, 'radio');
  const stand = cabinets[Math.floor(random.uniform() * cabinets.length)];
  if (stand === undefined || random.uniform() >= RADIOS) return undefined;
  return { at: [stand.x, stand.y, stand.height], tune: seed + (split === 'test' ? 2 ** 20 : 0) };
}

/** What is put down on the furniture of a place, by stretches of {@link KNOCKING} s. */
export function knocksOf({ seed, varied, cabinets }: Place): Windows<Knock | undefined> {
  return createWindows(seed, 'knocks', (chance, stretch) => {
    if (!varied || cabinets.length === 0 || chance.uniform() >= KNOCKS) return undefined;
    const { x, y, height } = pick(chance, cabinets);
    const start = (stretch + chance.uniform()) * KNOCKING;
    const gain = between(chance, 0.2, 1);
    const [matter, which] = [pick(chance, MATTERS), Math.floor(2 ** 31 * chance.uniform())];
    let wave: Wave | undefined;
    return { start, at: [x, y, height], gain, wave: () => (wave ??= knock(matter, which)) };
  });
}
