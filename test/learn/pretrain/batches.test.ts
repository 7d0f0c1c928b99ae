import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { samplesOf } from '../../../src/learn/evaluate/samples.ts';
import { batchesOf, originsOf, siblingsOf } from '../../../src/learn/pretrain/batches.ts';
import { createRandom } from '../../../src/random/index.ts';
import { sequences, vectors } from '../support/datasets.ts';

describe('batchesOf', () => {
  it('never has two windows of one sample in a batch, and takes a window once', () => {
    const origins = fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 80 });
    fc.assert(
      fc.property(origins, fc.integer({ min: 1, max: 20 }), fc.integer(), (list, size, seed) => {
        const batches = batchesOf(Int32Array.from(list), size, createRandom(seed));
        for (const windows of batches) {
          expect(windows.length).toBeGreaterThan(1);
          expect(windows.length).toBeLessThanOrEqual(2 * size);
          expect(new Set(windows.map((window) => list[window])).size).toBe(windows.length);
        }
        const taken = batches.flat();
        expect(new Set(taken).size).toBe(taken.length);
      }),
    );
  });

  it('takes every window of samples that have as many', () => {
    const origins = Int32Array.from({ length: 60 }, (_, i) => Math.floor(i / 6));
    expect(batchesOf(origins, 5, createRandom(1)).flat()).toHaveLength(60);
  });
});

describe('originsOf', () => {
  it('tells the sample of each window that is learned from', () => {
    const samples = samplesOf(sequences([0, 1, 0]), 'single');
    const origins = originsOf(samples, [2, 0]);
    const windows = samples.forTraining([2, 0]);
    expect(origins).toHaveLength(windows.labels.length);
    expect([...origins]).toEqual([...windows.groups]);
    expect(new Set(origins)).toEqual(new Set([0, 2]));
  });

  it('is the sample itself where none are cut', () => {
    expect([...originsOf(samplesOf(vectors(12), 'single'), [3, 1])]).toEqual([3, 1]);
  });
});

describe('siblingsOf', () => {
  it('draws every other window of the same sample, and none of another', () => {
    const siblingOf = siblingsOf(Int32Array.of(4, 4, 7, 4), createRandom(1));
    expect(new Set(Array.from({ length: 40 }, () => siblingOf(0)))).toEqual(new Set([1, 3]));
    expect(siblingOf(2)).toBe(2);
  });
});
