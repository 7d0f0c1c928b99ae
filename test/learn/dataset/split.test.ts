import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldSplits, groupParts, randomSplit } from '../../../src/learn/dataset/split.ts';
import { balancedCuts, cutWindows, separateCuts, slidingCuts } from '../../../src/learn/dataset/windows.ts';
import { createRandom } from '../../../src/random/index.ts';
import { sequences, vectors } from '../support/datasets.ts';

describe('splits', () => {
  it('take every sample once, and the same ones with the same seed', () => {
    const dataset = vectors(50);
    const { train, test } = randomSplit(dataset, 0.8, createRandom(4));
    expect([train.length, test.length]).toEqual([40, 10]);
    expect([...train, ...test].sort((a, b) => a - b)).toEqual([...dataset.labels.keys()]);
    expect(randomSplit(dataset, 0.8, createRandom(4))).toEqual({ train, test });
    expect(randomSplit(dataset, 0.8, createRandom(5)).test).not.toEqual(test);
  });

  it('by a file of folds have one fold each to judge', () => {
    expect(foldSplits(Int32Array.of(3, 1, 3, 2))).toEqual([
      { train: [0, 2, 3], test: [1] },
      { train: [0, 1, 2], test: [3] },
      { train: [1, 3], test: [0, 2] },
    ]);
  });

  it('for choosing keep groups whole and leave something of every class to learn from', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 2 })), {
          minLength: 1,
          maxLength: 60,
        }),
        fc.integer({ min: 2, max: 5 }),
        (samples, parts) => {
          const dataset = {
            ...vectors(1),
            groups: Int32Array.from(samples, ([group]) => group),
            labels: Int32Array.from(samples, ([, label]) => label),
          };
          const rows = [...samples.keys()];
          const held = groupParts(dataset, rows, parts, createRandom(1));
          const all = held.flat();
          expect(new Set(all).size).toBe(all.length);
          for (const part of held) {
            const out = new Set(part.map((row) => dataset.groups[row]));
            const left = rows.filter((row) => !part.includes(row));
            expect(left.some((row) => out.has(dataset.groups[row]))).toBe(false);
            expect(new Set(left.map((row) => dataset.labels[row]))).toEqual(new Set(dataset.labels));
          }
        },
      ),
    );
  });
});

describe('windows', () => {
  // Two recordings of 5 s, 20 and 10 steps a second; a step holds its number over all recordings.
  const dataset = sequences([0, 1]);
  const starts = (cuts: ReturnType<typeof separateCuts>): number[][] => {
    const { modalities } = cutWindows(dataset, cuts, 1.7);
    return modalities.map(({ starts: at, values }) => [...at.subarray(0, -1)].map((step) => values[step]));
  };

  it('that are judged do not overlap, and are of the same time in all modalities', () => {
    expect(starts(separateCuts(dataset, [0, 1], 1.7))).toEqual([
      [0, 34, 100, 134],
      [0, 17, 50, 67],
    ]);
  });

  it('that are learned from slide, and stay within their recording', () => {
    const [fast] = starts(slidingCuts(dataset, [1], 1.7, 0.5));
    expect(fast).toEqual([100, 110, 120, 130, 140, 150, 160]);
    const { modalities } = cutWindows(dataset, slidingCuts(dataset, [1], 1.7, 0.5), 1.7);
    expect(Math.max(...modalities[0].values)).toBeLessThan(200);
    expect(modalities.map(({ starts: at }) => at[1])).toEqual([34, 17]);
  });

  it('as published are balanced over classes', () => {
    const uneven = sequences([0, 0, 0, 1]);
    const cuts = balancedCuts(uneven, [0, 1, 2, 3], 1.7, 0.1);
    const counts = [0, 1].map((label) => cuts.filter(({ sample }) => uneven.labels[sample] === label).length);
    expect(counts).toEqual([33, 34]);
  });

  it('need a rate', () => {
    expect(() => separateCuts(vectors(3), [0], 1.7)).toThrow('left: expected a rate in dataset.json');
  });
});
