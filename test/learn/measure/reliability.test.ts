import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accuracyOf, calibrationError, type Decisions } from '../../../src/learn/measure/metrics.ts';
import { confusionOf, reliabilityOf } from '../../../src/learn/measure/reliability.ts';

/** Decisions between three classes. */
const decisions = fc
  .array(
    fc.tuple(
      fc.nat(2),
      fc.array(fc.float({ min: Math.fround(0.01), max: 1, noNaN: true }), { minLength: 3, maxLength: 3 }),
    ),
    {
      minLength: 1,
    },
  )
  .map((list): Decisions => ({
    classes: 3,
    labels: list.map(([label]) => label),
    probabilities: Float32Array.from(
      list.flatMap(([, row]) => row.map((one) => one / row.reduce((sum, value) => sum + value, 0))),
    ),
  }));

describe('reliability', () => {
  it('holds all decisions, and its gaps are the calibration error', () => {
    fc.assert(
      fc.property(decisions, (some) => {
        const bins = reliabilityOf(some);
        const all = some.labels.length;
        expect(bins.reduce((sum, { decisions: count }) => sum + count, 0)).toBe(all);
        const gaps = bins.map(({ decisions: count, confidence, accuracy }) =>
          count === 0 ? 0 : (count * Math.abs(confidence - accuracy)) / all,
        );
        expect(gaps.reduce((sum, gap) => sum + gap, 0)).toBeCloseTo(calibrationError(some), 6);
        bins.forEach(({ decisions: count, confidence }, i) => {
          if (count > 0) expect(Math.abs(confidence * bins.length - i - 0.5)).toBeLessThanOrEqual(0.5 + 1e-4);
        });
      }),
    );
  });
});

describe('confusion', () => {
  it('has what was right on its diagonal, and every decision once', () => {
    fc.assert(
      fc.property(decisions, (some) => {
        const counts = confusionOf(some);
        const all = some.labels.length;
        expect(counts.flat().reduce((sum, count) => sum + count, 0)).toBe(all);
        expect(counts.reduce((sum, row, c) => sum + row[c], 0) / all).toBeCloseTo(accuracyOf(some), 9);
        counts.forEach((row, c) => {
          expect(row.reduce((sum, count) => sum + count, 0)).toBe(
            Array.from(some.labels).filter((label) => label === c).length,
          );
        });
      }),
    );
  });

  it('has what it was in rows, what was decided in columns', () => {
    const probabilities = Float32Array.of(0.9, 0.1, 0.2, 0.8, 0.3, 0.7);
    expect(confusionOf({ classes: 2, labels: [0, 0, 1], probabilities })).toEqual([
      [1, 1],
      [0, 1],
    ]);
  });
});
