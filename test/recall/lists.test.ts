import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom, normal } from '../../src/random/index.ts';
import { VectorLists } from '../../src/recall/lists.ts';
import { quantised } from '../../src/recall/index.ts';
import { embedding as embeddingOf, unit } from './support.ts';

const embedding = (seed: number, dims?: number): Int16Array => quantised(embeddingOf(seed, dims));

const product = (a: Int16Array, b: Int16Array): number => a.reduce((sum, value, i) => sum + value * b[i], 0);

/** The right answer: all are compared; of equal ones the least number. */
function exactly(vectors: ReadonlyMap<number, Int16Array>, query: Int16Array, count: number) {
  return [...vectors]
    .map(([id, vector]) => ({ id, product: product(vector, query) }))
    .sort((a, b) => b.product - a.product || a.id - b.id)
    .slice(0, count);
}

/** Scenes: points about centres, as views of rooms are. */
function scenes(count: number, dims: number): Int16Array[] {
  const random = createRandom(1);
  const centres = Array.from({ length: 50 }, () => Float32Array.from({ length: dims }, () => normal(random)));
  return Array.from({ length: count }, () => {
    const centre = centres[Math.floor(random() * centres.length)];
    return quantised(unit(centre.map((value) => value + 0.4 * normal(random))));
  });
}

describe('lists of vectors', () => {
  it('find exactly what comparing with all finds, whatever is added and removed, at any size of a vector', () => {
    const step = fc.record({ id: fc.nat(200), isAdded: fc.boolean(), seed: fc.nat(30) });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.array(step, { maxLength: 300 }), (dims, steps) => {
        const lists = new VectorLists(dims);
        const vectors = new Map<number, Int16Array>();
        for (const { id, isAdded, seed } of steps) {
          if (isAdded === vectors.has(id)) continue;
          if (isAdded) {
            vectors.set(id, embedding(seed, dims));
            lists.add(id, embedding(seed, dims));
          } else if (vectors.delete(id)) lists.remove(id);
        }
        expect(lists.count).toBe(vectors.size);
        const query = embedding(99, dims);
        const products = lists.productsOf(query, [...vectors.keys()]);
        expect([...products]).toEqual([...vectors.values()].map((vector) => product(vector, query)));
        expect(lists.search(query, 7)).toEqual(exactly(vectors, query, 7));
        const isEven = (id: number): boolean => id % 2 === 0;
        const even = new Map([...vectors].filter(([id]) => isEven(id)));
        expect(lists.search(query, 7, isEven)).toEqual(exactly(even, query, 7));
      }),
      { numRuns: 60 },
    );
  });

  it('split when they grow, lose nothing, and look at a part only where there are many', () => {
    const vectors = scenes(70_000, 16);
    const lists = new VectorLists(16);
    vectors.forEach((vector, id) => lists.add(id, vector));
    const { centroids } = lists.placement();
    expect(centroids.length / 16).toBeGreaterThan(70);
    let found = 0;
    for (let i = 0; i < 50; i += 1) {
      const query = vectors[i * 1400];
      const exact = lists.search(query, 10, () => true).map(({ id }) => id);
      const quick = new Set(lists.search(query, 10).map(({ id }) => id));
      found += exact.filter((id) => quick.has(id)).length;
    }
    expect(found / 500).toBeGreaterThan(0.99);
  });

  it('hold vectors that are all the same', () => {
    const lists = new VectorLists(8);
    for (let id = 0; id < 3000; id += 1) lists.add(id, embedding(1, 8));
    expect(lists.search(embedding(1, 8), 3).map(({ id }) => id)).toEqual([0, 1, 2]);
  });

  it('are the same again after their placement has been written down', () => {
    const vectors = scenes(5000, 16);
    const lists = new VectorLists(16);
    vectors.forEach((vector, id) => lists.add(id, vector));
    const placement = lists.placement();
    const again = new VectorLists(16);
    again.begin(placement);
    vectors.forEach((vector, id) => again.place(id, vector, placement.lists[id]));
    expect(again.placement().lists.slice(0, 5000)).toEqual(placement.lists.slice(0, 5000));
    expect(again.search(vectors[7], 10)).toEqual(lists.search(vectors[7], 10));
  });

  it('keep nothing of what is erased: neither a vector nor a part of a centroid', () => {
    const lists = new VectorLists(16);
    lists.add(0, embedding(1));
    lists.add(1, embedding(2));
    lists.erase([0]);
    expect([...lists.placement().centroids]).toEqual([...embedding(2)]);
    lists.erase([1]);
    expect(lists.placement().centroids.every((value) => value === 0)).toBe(true);
    expect(lists.search(embedding(1), 5)).toEqual([]);
  });
});
