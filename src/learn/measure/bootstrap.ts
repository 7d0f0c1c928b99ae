import { below, createRandom } from '../../random/index.ts';

const DRAWS = 2000;

/**
 * A 95 % interval of the share of right decisions by drawing whole groups again and again (percentile bootstrap, Efron and
 * Tibshirani 1993, chapter 13): decisions of one recording are alike, so that they must not count as many.
 * @param groups recording, video or speaker of each decision
 * @returns low and high, 0..1
 */
export function bootstrapInterval(
  isRight: ArrayLike<number>,
  groups: ArrayLike<number>,
  seed = 1,
): { readonly low: number; readonly high: number } {
  const tallies = new Map<number, { right: number; all: number }>();
  for (let i = 0; i < isRight.length; i += 1) {
    const tally = tallies.get(groups[i]) ?? { right: 0, all: 0 };
    tally.right += isRight[i];
    tally.all += 1;
    tallies.set(groups[i], tally);
  }
  const list = [...tallies.values()];
  const random = createRandom(seed);
  const shares = new Float64Array(DRAWS).map(() => {
    let [right, all] = [0, 0];
    for (let i = 0; i < list.length; i += 1) {
      const tally = list[below(random, list.length)];
      right += tally.right;
      all += tally.all;
    }
    return right / all;
  });
  shares.sort();
  return { low: shares[Math.floor(0.025 * DRAWS)], high: shares[Math.ceil(0.975 * DRAWS) - 1] };
}
