import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/random/index.ts';
import { maximaOf, thresholdOf } from '../../src/recall/index.ts';

const HOUR = 360;

/** Greatest similarities of blocks, as the greatest of many are: of Gumbel's distribution. */
function blocks(count: number, seed: number): number[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => 0.25 - 0.02 * Math.log(-Math.log(1 - random())));
}

describe('a threshold', () => {
  it('is the quantile of the maxima where many lie above it', () => {
    const maxima = Array.from({ length: 100 * HOUR }, (_, i) => i / (100 * HOUR));
    const threshold = thresholdOf(maxima, 2) ?? NaN;
    expect(maxima.filter((value) => value >= threshold)).toHaveLength(200);
  });

  it.each([
    [1, 20],
    [2, 10],
    [0.5, 10],
  ])(
    'of %d false alarms an hour by %d h keeps to that within a factor of two, on the mean of other logs',
    (perHour, hours) => {
      let alarms = 0;
      const runs = 30;
      for (let run = 0; run < runs; run += 1) {
        const threshold = thresholdOf(blocks(hours * HOUR, run), perHour) ?? NaN;
        alarms += blocks(50 * HOUR, 1000 + run).filter((value) => value >= threshold).length / 50;
      }
      expect(alarms / runs / perHour).toBeGreaterThan(0.5);
      expect(alarms / runs / perHour).toBeLessThan(2);
    },
  );

  it('is not told from next to nothing', () => {
    expect(thresholdOf(blocks(20, 1), 1)).toBeUndefined();
    expect(thresholdOf(blocks(1000, 1), 200)).toBeUndefined();
    expect(thresholdOf(new Array<number>(100).fill(0.3), 1)).toBe(0.3);
  });

  it('rests on the greatest of each 10 s; what was seen last stands for what looks the same', () => {
    const series = [0, 3, 12, 45, 1000].map((second, i) => ({
      at: second * 1e6,
      similarity: [0.1, 0.3, 0.2, 0.4, 0.5][i],
    }));
    expect(maximaOf(series)).toEqual([0.3, 0.2, 0.4, 0.5]);
    expect(maximaOf(series, 60)).toEqual([0.3, 0.2, 0.2, 0.2, 0.4, 0.5]);
  });
});
