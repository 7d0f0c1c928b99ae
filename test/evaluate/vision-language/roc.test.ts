import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areaUnderCurve } from '../../../src/evaluate/vision-language/roc.ts';

const scored = fc.array(fc.record({ score: fc.integer({ min: 0, max: 5 }), isPositive: fc.boolean() }), {
  maxLength: 12,
});

describe('the area under the curve', () => {
  it('is how often what is positive scores above what is not, ties half', () => {
    fc.assert(
      fc.property(scored, (all) => {
        const scores = (is: boolean) => all.filter(({ isPositive }) => isPositive === is).map(({ score }) => score);
        const [positives, negatives] = [scores(true), scores(false)];
        const wins = positives.flatMap((a) => negatives.map((b) => (a > b ? 1 : a === b ? 0.5 : 0) as number));
        const share = wins.reduce((sum, one) => sum + one, 0) / wins.length;
        const area = areaUnderCurve(
          all,
          ({ score }) => score,
          ({ isPositive }) => isPositive,
        );
        if (Number.isNaN(share)) expect(area).toBeNaN();
        else expect(area).toBeCloseTo(share, 10);
      }),
    );
  });
});
