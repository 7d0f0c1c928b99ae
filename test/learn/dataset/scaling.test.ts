import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../src/learn/dataset/dataset.ts';
import { fitScaling } from '../../../src/learn/dataset/scaling.ts';
import { createRandom, normal } from '../../../src/random/index.ts';

const COUNT = 120;

/** Vectors of one modality: channel d of sample i is `of(i, d)`; sample i is of class i % 2, on its own. */
function single(dims: number, of: (sample: number, channel: number) => number): Dataset {
  const index = Int32Array.from({ length: COUNT }, (_, i) => i);
  return {
    name: 'single',
    classes: ['a', 'b'],
    labels: index.map((i) => i % 2),
    groups: index,
    order: index,
    modalities: [
      {
        name: 'view',
        dims,
        rateHz: undefined,
        starts: Int32Array.from({ length: COUNT + 1 }, (_, i) => i),
        values: new Float32Array(COUNT * dims).map((_, at) => of(Math.floor(at / dims), at % dims)),
        mask: new Uint8Array(COUNT).fill(1),
      },
    ],
  };
}

describe('scaling of vectors', () => {
  it('brings features of different units to one size', () => {
    const random = createRandom(1);
    // A large channel of noise beside a small one that tells the class.
    const { view } = fitScaling(
      single(2, (i, d) => (d === 0 ? 1000 * normal(random) : 0.01 * (i % 2) + 0.001 * normal(random))),
    );
    expect(view.scale[1] / view.scale[0]).toBeGreaterThan(1e4);
    expect(view.shift[1]).toBeCloseTo(0.005, 3);
  });

  it('leaves a vector of one kind as it is, where what varies little says little', () => {
    const random = createRandom(1);
    // One large channel that tells the class, among many small ones of noise.
    const { view } = fitScaling(single(60, (i, d) => (d === 0 ? 4 * (i % 2) + normal(random) : 0.2 * normal(random))));
    expect(new Set(view.scale).size).toBe(1);
    expect(view.scale[0]).toBeGreaterThan(1);
  });

  it('tells noise in ranges, and does not blow up a channel that says nothing', () => {
    const { view } = fitScaling(single(2, (i, d) => (d === 0 ? i : 7)));
    expect(view.unit).toEqual(Float32Array.of(COUNT - 1, 1));
    expect(view.shift).toEqual(Float32Array.of((COUNT - 1) / 2, 7));
    expect(view.scale[1]).toBeLessThanOrEqual(1);
  });
});
