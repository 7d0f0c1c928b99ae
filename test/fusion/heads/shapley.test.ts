import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shapleyValues } from '../../../src/fusion/heads/index.ts';

/** A value for each set of 1..6 modalities. */
const games = fc.integer({ min: 1, max: 6 }).chain((many) =>
  fc
    .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2 ** many, maxLength: 2 ** many })
    .map((values) => ({
      many,
      values,
    })),
);

/** By their definition: the mean over all orders of what a modality adds when it comes. */
function byOrders(values: readonly number[], many: number): number[] {
  const shares = new Array<number>(many).fill(0);
  let orders = 0;
  const go = (set: number, added: readonly (readonly [number, number])[]): void => {
    if (added.length === many) {
      orders += 1;
      for (const [m, value] of added) shares[m] += value;
      return;
    }
    for (let m = 0; m < many; m += 1) {
      const next = set | (1 << m);
      if (next !== set) go(next, [...added, [m, values[next] - values[set]]]);
    }
  };
  go(0, []);
  return shares.map((share) => share / orders);
}

describe('Shapley values', () => {
  it('are the mean over all orders', () => {
    fc.assert(
      fc.property(games, ({ many, values }) => {
        const expected = byOrders(values, many);
        shapleyValues(values).forEach((share, m) => expect(share).toBeCloseTo(expected[m], 10));
      }),
      { numRuns: 50 },
    );
  });

  it('sum to the value with all less the value with none', () => {
    fc.assert(
      fc.property(games, ({ values }) => {
        const sum = shapleyValues(values).reduce((all, share) => all + share, 0);
        expect(sum).toBeCloseTo(values[values.length - 1] - values[0], 10);
      }),
    );
  });

  it('are the same for two that do the same', () => {
    fc.assert(
      fc.property(games, ({ many, values }) => {
        fc.pre(many > 1);
        // The value of a set does not change when the first two change places.
        const swapped = (set: number): number => (set & ~3) | ((set & 1) << 1) | ((set & 2) >> 1);
        const shares = shapleyValues(values.map((value, set) => (value + values[swapped(set)]) / 2));
        expect(shares[0]).toBeCloseTo(shares[1], 10);
      }),
    );
  });

  it('are 0 for one that changes nothing', () => {
    fc.assert(
      fc.property(games, fc.nat(5), ({ many, values }, m) => {
        const dummy = 1 << (m % many);
        const shares = shapleyValues(values.map((_, set) => values[set & ~dummy]));
        expect(shares[m % many]).toBeCloseTo(0, 12);
      }),
    );
  });

  it.each([0, 1, 3, 128])('refuse %i values', (count) => {
    expect(() => shapleyValues(new Float64Array(count))).toThrow(/^shapley: expected .*, got \d+ \(E_MODEL_INPUT\)$/);
  });
});
