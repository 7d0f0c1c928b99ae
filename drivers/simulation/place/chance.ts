import { createRandom, type Random } from '../random.ts';

/** What chance decided about one stretch of time. */
export type Windows<T> = (index: number) => T;

/** Stretches kept: enough for every sensor to look back some seconds. */
const KEPT = 16;

/**
 * Something that chance decides anew for every stretch of time: the same whoever asks and in whatever order, since each
 * stretch has a stream of chance of its own.
 * @param make what is decided about the stretch with this number
 */
export function createWindows<T>(seed: number, name: string, make: (random: Random, index: number) => T): Windows<T> {
  const kept = new Map<number, T>();
  return (index) => {
    const known = kept.get(index);
    if (known !== undefined) return known;
    const made = make(createRandom(seed, `${name} ${index}`), index);
    if (kept.size >= KEPT) kept.delete(Math.min(...kept.keys()));
    kept.set(index, made);
    return made;
  };
}

/** One of a list. */
export function pick<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random.uniform() * list.length)];
}

/** A number between two, uniformly. */
export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random.uniform();
}
