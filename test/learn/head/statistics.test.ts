import { beforeAll, describe, expect, it } from 'vitest';
import { statistics, statisticsWidth } from '../../../src/learn/head/statistics.ts';
import { startEngine, type Engine } from '../../../src/learn/tensorflow/engine.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});

/** Statistics of one channel that was shifted to mean 0 and deviation 1. */
function statisticsOf(measured: readonly number[], mask = measured.map(() => 1), [shift, scale] = [0, 1]): number[] {
  const steps = measured.length;
  const { found } = engine.compute(new Map(), (ops) => {
    const open = ops.constant([1, steps, 1], mask);
    const scaled = measured.map((value, i) => (value - shift) * scale * mask[i]);
    const scaling = { shift: Float32Array.of(shift), scale: Float32Array.of(scale), unit: Float32Array.of(1) };
    const sequence = { features: ops.constant([1, steps, 1], scaled), mask: open, steps, width: 1 };
    return { found: statistics(ops, sequence, scaling) };
  });
  expect(found.shape).toEqual([1, statisticsWidth(1)]);
  return [...found.data];
}

/** Power that a number tells of. */
function power(feature: number): number {
  return Math.exp(2 * feature - 2) - 1e-3;
}

describe('statistics of a sequence', () => {
  it('tell its mean, range, power and change', () => {
    const [mean, least, greatest, variance, change, magnitude, ofMean] = statisticsOf([1, -3, 1, -3]);
    expect([mean, least, greatest, magnitude, ofMean]).toEqual([-1, -3, 1, 2, 1]);
    expect(power(variance)).toBeCloseTo(4, 4);
    expect(power(change)).toBeCloseTo(16, 3);
  });

  it('are as large backwards as forwards, from zero as measured', () => {
    const scaling: [number, number] = [2, 0.5];
    const [ahead, back] = [1, -1].map((way) => statisticsOf([4 * way, 5 * way, 6 * way], undefined, scaling));
    // Root mean square of the training set: sqrt(2^2 + 2^2).
    expect(ahead[5]).toBeCloseTo(5 / Math.sqrt(8), 5);
    expect(ahead[6]).toBeCloseTo(5 / Math.sqrt(8), 5);
    for (const i of [3, 4, 5, 6]) expect(back[i]).toBeCloseTo(ahead[i], 5);
    expect(back[0]).not.toBeCloseTo(ahead[0], 1);
  });

  it('see only what is there', () => {
    const [whole, holes] = [statisticsOf([1, 4, 2]), statisticsOf([0, 1, 4, 2, 0], [0, 1, 1, 1, 0])];
    holes.forEach((value, i) => expect(value).toBeCloseTo(whole[i], 5));
    expect(statisticsOf([5, 5], [0, 0], [3, 1]).every((value) => value === 0)).toBe(true);
  });
});
