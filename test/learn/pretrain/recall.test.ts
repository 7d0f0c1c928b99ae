import { describe, expect, it } from 'vitest';
import { meanRecall, recallOf, recallsOf, type Embeddings } from '../../../src/learn/pretrain/recall.ts';

/** Points on a circle, one a sample; `undefined`: absent. */
function circle(angles: readonly (number | undefined)[]): Embeddings['byModality'][number] {
  return {
    values: Float32Array.from(angles.flatMap((angle = 0) => [Math.cos(angle), Math.sin(angle)])),
    isPresent: angles.map((angle) => angle !== undefined),
  };
}

describe('recall', () => {
  const apart = [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5];

  it('finds what is at the same place', () => {
    const found = recallOf({ size: 2, byModality: [circle(apart), circle(apart)] }, 0, 1);
    expect(found).toEqual({ at1: 100, at5: 100, chance1: 12.5, chance5: 62.5, gallery: 8 });
  });

  it('finds nothing where all look the same', () => {
    const same = circle(apart.map(() => 1));
    expect(recallOf({ size: 2, byModality: [same, same] }, 0, 1)).toMatchObject({ at1: 0, at5: 0 });
  });

  it('counts the second nearest as one of five', () => {
    // Each is turned by a little more than half of the way to the next one.
    const turned = circle(apart.map((angle) => angle + 0.26));
    expect(recallOf({ size: 2, byModality: [circle(apart), turned] }, 0, 1)).toMatchObject({ at1: 12.5, at5: 100 });
  });

  it('asks and chooses among samples that have both', () => {
    const holes = circle(apart.map((angle, i) => (i < 2 ? undefined : angle)));
    expect(recallOf({ size: 2, byModality: [circle(apart), holes] }, 0, 1)).toMatchObject({ at1: 100, gallery: 6 });
  });

  it('is told of all pairs both ways, and their mean', () => {
    const byModality = [circle(apart), circle(apart), circle(apart.map(() => 1))];
    const found = recallsOf({ size: 2, byModality }, ['a', 'b', 'c']);
    expect(Object.keys(found.pairs)).toEqual(['a->b', 'a->c', 'b->a', 'b->c', 'c->a', 'c->b']);
    expect(found.at1).toBeCloseTo(Object.values(found.pairs).reduce((sum, { at1 }) => sum + at1, 0) / 6, 2);
    const one = { at1: 10, at5: 20, chance1: 1, chance5: 5, gallery: 100 };
    expect(meanRecall([one, { ...one, at1: 40, gallery: 300 }])).toMatchObject({ at1: 32.5, gallery: 250 });
  });
});
