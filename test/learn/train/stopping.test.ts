import { describe, expect, it } from 'vitest';
import { lastWithinError } from '../../../src/learn/train/stopping.ts';
import { createRandom, normal } from '../../../src/random/index.ts';

/** Losses of samples around the mean of each epoch. */
function epochs(means: readonly number[], spread: number, samples = 100): Float64Array[] {
  const random = createRandom(3);
  return means.map((mean) => new Float64Array(samples).map(() => mean + spread * normal(random)));
}

const apart = Int32Array.from({ length: 100 }, (_, i) => i);

describe('the epoch to stop at', () => {
  it('is the best one where all others are clearly worse', () => {
    expect(lastWithinError(epochs([3, 2, 1, 2, 3], 0.01), apart, 1)).toBe(2);
  });

  it('is the last one of those that are a tie with the best', () => {
    expect(lastWithinError(epochs([3, 1, 1.01, 1.02, 1.01, 3], 1), apart, 1)).toBe(4);
  });

  it('is later where samples come in few groups, since less is known then', () => {
    const [best, worse] = [new Float64Array(100).fill(1), new Float64Array(100)];
    // Worse in three recordings of four, better in one: 1.1 at the mean.
    worse.forEach((_, i) => (worse[i] = i < 75 ? 1.3 : 0.5));
    const groups = apart.map((i) => Math.floor(i / 25));
    expect(lastWithinError([best, worse], apart, 1)).toBe(0);
    expect(lastWithinError([best, worse], groups, 1)).toBe(1);
    expect(lastWithinError([best, worse], new Int32Array(100), 1)).toBe(0);
  });

  it('is the best one where nothing is a tie, and the last where everything is', () => {
    const losses = epochs([3, 1, 1.01, 1.02, 1.01, 3], 1);
    const [none, all] = [0, 1e6].map((tie) => lastWithinError(losses, apart, tie));
    expect(none).toBeLessThan(5);
    expect(all).toBe(5);
  });

  it('is a good one even if the network has gone astray', () => {
    expect(lastWithinError(epochs([3, 1, NaN, NaN], 0.01), apart, 1)).toBe(1);
  });
});
