import { describe, expect, it } from 'vitest';
import { floatTensor } from '../../../src/fusion/heads/index.ts';
import type { Batch } from '../../../src/learn/dataset/batch.ts';
import { mixSome, mixedShare } from '../../../src/learn/train/mix.ts';
import { createRandom } from '../../../src/random/index.ts';

const COUNT = 50;

describe('samples that are mixed', () => {
  it('have labels in the same shares as their numbers, and each label sums to 1', () => {
    // The number of a sample is its class: what its labels say on average is what stands in it.
    const values = Float32Array.from({ length: COUNT }, (_, i) => i);
    const batch: Batch = {
      values: { view: floatTensor([COUNT, 1, 1], values) },
      masks: { view: floatTensor([COUNT, 1], new Float32Array(COUNT).fill(1)) },
    };
    const hot = floatTensor([COUNT, COUNT], new Float32Array(COUNT * COUNT));
    for (let i = 0; i < COUNT; i += 1) hot.data[i * COUNT + i] = 1;
    const own = floatTensor(hot.shape, hot.data.slice());
    mixSome(batch, ['view'], hot, [own], 0.6, createRandom(1));
    expect(own).toEqual(hot);
    const rows = Array.from({ length: COUNT }, (_, i) => [...hot.data.subarray(i * COUNT, (i + 1) * COUNT)]);
    rows.forEach((row, i) => {
      expect(row.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
      expect(row.reduce((sum, share, c) => sum + share * c, 0)).toBeCloseTo(values[i], 4);
      expect(row[i]).toBeGreaterThanOrEqual(0.5);
    });
    const mixed = rows.filter((row) => !row.includes(1)).length;
    expect(mixed).toBeGreaterThan(COUNT / 3);
    expect(mixed).toBeLessThan(COUNT);
  });

  it('keep a modality that one of the two lacks', () => {
    const mask = new Float32Array(COUNT).map((_, i) => i % 2);
    const values = mask.map((isPresent) => 5 * isPresent);
    const batch: Batch = {
      values: { view: floatTensor([COUNT, 1, 1], values.slice()) },
      masks: { view: floatTensor([COUNT, 1], mask) },
    };
    const labels = (): Float32Array =>
      new Float32Array(2 * COUNT).map((_, at) => Number(at % 2 === Math.floor(at / 2) % 2));
    const own = floatTensor([COUNT, 2], labels());
    mixSome(batch, ['view'], floatTensor([COUNT, 2], labels()), [own], 1, createRandom(1));
    // Those that have it are all of one class, and the others have no part in it.
    expect(own.data).toEqual(labels());
    batch.values['view'].data.forEach((value, i) => expect(value).toBeCloseTo(values[i], 5));
  });

  it('are many where a class has few, and few where it has many', () => {
    expect(mixedShare(680, 68)).toBe(0.5);
    expect(mixedShare(20000, 10)).toBeLessThan(0.01);
  });
});
