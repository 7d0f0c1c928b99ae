/** Uniform numbers in 0..1 from a seed. */
export type Random = () => number;

/** Uniform numbers in 0..1 from a seed (mulberry32, T. Ettinger): the same ones in every run. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A number of mean 0 and standard deviation 1 (Box and Muller 1958). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A whole number from 0 to below `count`. */
export function below(random: Random, count: number): number {
  return Math.floor(random() * count);
}

/** The same things in another order (Fisher and Yates). */
export function shuffled<T>(random: Random, things: Iterable<T>): T[] {
  const list = [...things];
  for (let i = list.length - 1; i > 0; i -= 1) {
    const j = below(random, i + 1);
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
}
