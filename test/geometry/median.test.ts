import { describe, expect, it } from 'vitest';
import { medianOf, upperMedianOf } from '../../src/geometry/index.ts';

describe('the median', () => {
  it('is the middle by size, whatever the order, and leaves what it is of as it was', () => {
    const values = [10, 9, 2];
    expect([medianOf(values), upperMedianOf(values)]).toEqual([9, 9]);
    expect(values).toEqual([10, 9, 2]);
  });

  it('of an even number lies between the two in the middle, or is the larger of them', () => {
    const values = Float64Array.of(4, -1, 10, 2);
    expect([medianOf(values), upperMedianOf(values)]).toEqual([3, 4]);
  });

  it('of nothing is no number', () => {
    expect([medianOf([]), upperMedianOf([])]).toEqual([NaN, NaN]);
  });
});
