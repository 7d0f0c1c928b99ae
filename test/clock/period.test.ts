import { describe, expect, it } from 'vitest';
import { createPeriodEstimator } from '../../src/clock/period.ts';

/** The period after the given steps, both in ms. */
function periodAfter(steps: readonly number[], nominalRate?: number): number {
  const period = createPeriodEstimator(nominalRate);
  steps.forEach((step) => period.update(step * 1e6));
  return (period.value() ?? NaN) / 1e6;
}

const times = (count: number, step: number): number[] => new Array<number>(count).fill(step);

describe('period of a stream', () => {
  it('begins with the nominal one and follows the real one', () => {
    expect(periodAfter([], 100)).toBe(10);
    expect(periodAfter(times(500, 12), 100)).toBeCloseTo(12, 2);
    expect(periodAfter(times(3, 7))).toBeCloseTo(7, 9);
    expect(periodAfter([])).toBeNaN();
  });

  it('is not moved by a silence nor by what piled up during it', () => {
    // ms   20 20 20 ......... 2000 0.01 0.01 0.01 ... 20 20
    expect(periodAfter([20, 20, 2000, ...times(100, 0.01), 0, 20, 20], 50)).toBe(20);
  });

  it('is found though the first frames come in a burst, or at another rate than announced', () => {
    expect(periodAfter([0.01, 0.01, ...times(10, 20)])).toBe(20);
    expect(periodAfter(times(10, 1000), 50)).toBe(1000);
  });
});
