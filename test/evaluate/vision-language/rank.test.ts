import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rankCorrelation } from '../../../src/evaluate/vision-language/rank.ts';

describe('rank correlation', () => {
  it('is 1 for whatever grows along, and -1 for what falls', () => {
    const different = fc.uniqueArray(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(different, (numbers) => {
        expect(
          rankCorrelation(
            numbers,
            numbers.map((its) => its ** 3 + 5),
          ),
        ).toBeCloseTo(1, 9);
        expect(
          rankCorrelation(
            numbers,
            numbers.map((its) => -its),
          ),
        ).toBeCloseTo(-1, 9);
      }),
    );
  });

  it('gives equal numbers the mean of their ranks, and is 0 where nothing changes', () => {
    // Ranks 0, 1.5, 1.5, 3 against 0, 1, 2, 3: 4.5 / sqrt(4.5 * 5).
    expect(rankCorrelation([1, 2, 2, 3], [10, 20, 30, 40])).toBeCloseTo(4.5 / Math.sqrt(22.5), 9);
    expect(rankCorrelation([1, 1, 1], [1, 2, 3])).toBe(0);
  });
});
