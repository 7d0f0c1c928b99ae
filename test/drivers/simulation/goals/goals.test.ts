import { describe, expect, it } from 'vitest';
import { createGoals } from '../../../../drivers/simulation/goals/goals.ts';
import type { Goal } from '../../../../src/contract/index.ts';

const BYTES = 64 * 64 * 3;

function first(seed: number, split: 'train' | 'test', count: number): Goal[] {
  const source = createGoals(seed, split);
  return Array.from({ length: count }, (_, i) => source.goal(i));
}

describe('goals', () => {
  const test = first(3, 'test', 40);
  const train = first(3, 'train', 40);
  const { combinations, classes, colours } = createGoals(3, 'test');

  it('are the same whenever they are asked for, and others for another seed, split and number', () => {
    const source = createGoals(3, 'test');
    expect(source.goal(7)).toEqual(test[7]);
    const pictures = [...test, ...train, ...first(4, 'test', 3)].map(({ picture }) =>
      Buffer.from(picture).toString('hex'),
    );
    expect(new Set(pictures).size).toBe(83);
  });

  it('hold one to three things of classes that differ, from left to right and within the picture', () => {
    const counts = new Set<number>();
    for (const { truth } of [...test, ...train]) {
      counts.add(truth.things.length);
      expect(new Set(truth.things.map(({ label }) => label)).size).toBe(truth.things.length);
      const lefts = truth.things.map(({ place }) => place[1]);
      expect([...lefts].sort((a, b) => b - a)).toEqual(lefts);
      for (const { places } of truth.states) {
        for (const [ahead, left] of places) expect(Math.abs(left / ahead)).toBeLessThan(Math.tan(Math.PI / 6));
      }
    }
    expect([...counts].sort()).toEqual([1, 2, 3]);
  });

  it('show what is kept out of the train split in the test split alone, in half of its goals', () => {
    expect(combinations.length).toBeGreaterThanOrEqual(2 * classes.length);
    for (const { truth } of [...test, ...train]) {
      for (const { colour, label, kind } of truth.things) {
        expect(colours).toContain(colour);
        expect(combinations.includes(`${colour} ${label}`)).toBe(kind === 'combination');
      }
      expect(truth.kind === 'combination').toBe(truth.things.some(({ kind }) => kind === 'combination'));
    }
    expect(train.every(({ truth }) => truth.kind === 'seen')).toBe(true);
    const share = test.filter(({ truth }) => truth.kind === 'combination').length / test.length;
    expect(share).toBeGreaterThan(0.25);
    expect(share).toBeLessThan(0.75);
  });

  it('are reached step by step: what remains is the way of all things, and never grows', () => {
    for (const { truth, states } of test) {
      expect(states.length).toBe(12 * BYTES);
      for (const { places, remaining } of truth.states) {
        const metres = places.map(([ahead, left], i) => {
          const [a, l] = truth.things[i].place;
          return Math.hypot(ahead - a, left - l);
        });
        expect(remaining).toBeCloseTo(
          metres.reduce((sum, its) => sum + its, 0),
          3,
        );
      }
      const remaining = truth.states.map((state) => state.remaining);
      expect([...remaining].sort((a, b) => b - a)).toEqual(remaining);
      expect(remaining.at(-1)).toBe(0);
    }
  });

  it('look in the last state as in the goal, but for the noise of the camera, and otherwise in the first', () => {
    for (const { picture, states, truth } of test) {
      const off = (state: number): number => {
        const its = states.subarray(state * BYTES, (state + 1) * BYTES);
        return picture.reduce((sum, value, i) => sum + Math.abs(value - its[i]), 0) / BYTES;
      };
      expect(off(11)).toBeLessThan(3);
      if (truth.states[0].remaining > 0.3) expect(off(0)).toBeGreaterThan(2 * off(11));
    }
  });
});
