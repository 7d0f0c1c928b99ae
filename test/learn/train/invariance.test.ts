import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { floatTensor } from '../../../src/fusion/heads/index.ts';
import { startEngine, type Engine } from '../../../src/learn/tensorflow/engine.ts';
import { costOfDifferences, differencesOf } from '../../../src/learn/train/invariance.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});

const WIDTH = 3;

function costOf(labels: readonly number[], groups: readonly number[], hidden: readonly number[]): number {
  const differences = differencesOf(labels, groups, WIDTH);
  if (differences === undefined) return 0;
  return engine.compute(new Map(), (ops) => ({
    cost: costOfDifferences(ops, ops.constant([labels.length, WIDTH], hidden), differences),
  })).cost.data[0];
}

/** Class by class, by what it says. */
function expectedCost(labels: readonly number[], groups: readonly number[], hidden: readonly number[]): number {
  const mean = (rows: readonly (readonly number[])[]): number[] =>
    Array.from({ length: WIDTH }, (_, d) => rows.reduce((sum, row) => sum + row[d], 0) / rows.length);
  const rows = labels.map((_, i) => hidden.slice(WIDTH * i, WIDTH * (i + 1)));
  let cost = 0;
  for (const label of new Set(labels)) {
    const recordings = [...new Set(groups.filter((_, i) => labels[i] === label))];
    const means = recordings.map((group) => mean(rows.filter((_, i) => labels[i] === label && groups[i] === group)));
    const all = mean(means);
    const squares = means.flatMap((one) => one.map((value, d) => (value - all[d]) ** 2));
    cost += squares.reduce((sum, square) => sum + square, 0) / squares.length;
  }
  return cost;
}

describe('what recordings of a class differ by', () => {
  it('is the mean square distance of their means from the mean of these, class by class', () => {
    const number = fc.integer({ min: -40, max: 40 });
    const sample = fc.tuple(fc.nat(2), fc.nat(3), fc.array(number, { minLength: WIDTH, maxLength: WIDTH }));
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 12 }), (samples) => {
        const labels = samples.map(([label]) => label);
        const groups = samples.map(([, group]) => group);
        const hidden = samples.flatMap(([, , numbers]) => numbers.map((value) => value / 10));
        const expected = expectedCost(labels, groups, hidden);
        expect(Math.abs(costOf(labels, groups, hidden) - expected)).toBeLessThan(1e-4 * (1 + expected));
      }),
    );
  });

  it('is nothing where no class has two recordings', () => {
    expect(differencesOf([0, 0, 1], [5, 5, 6], WIDTH)).toBeUndefined();
  });

  it('is taught away', () => {
    const labels = [0, 0, 1, 1];
    const differences = differencesOf(labels, [1, 2, 3, 4], 1) ?? floatTensor([0, 4], new Float32Array(0));
    const parameters = new Map([['hidden', floatTensor([4, 1], Float32Array.of(3, 1, -1, -1))]]);
    const { loss, gradients } = engine.differentiate(parameters, (ops) =>
      costOfDifferences(ops, ops.parameter('hidden', [4, 1], { kind: 'constant', value: 0 }), differences),
    );
    expect(loss).toBeCloseTo(1, 6);
    [1, -1, 0, 0].forEach((value, i) => expect(gradients.get('hidden')?.[i]).toBeCloseTo(value, 6));
  });
});
