import { describe, expect, it } from 'vitest';
import { floatTensor } from '../../../src/fusion/heads/index.ts';
import type { Batch } from '../../../src/learn/dataset/batch.ts';
import { letLie } from '../../../src/learn/train/lies.ts';
import { createRandom } from '../../../src/random/index.ts';

const COUNT = 200;

/** A sample's numbers say which sample and modality they are of; every seventh is without the first modality. */
function batch(names: readonly string[]): Batch {
  const values = names.map((name, m) => {
    const data = new Float32Array(COUNT * 4).map((_, at) => 10 * Math.floor(at / 4) + m);
    return [name, floatTensor([COUNT, 2, 2], data)] as const;
  });
  const masks = names.map((name, m) => {
    const data = new Float32Array(COUNT * 2).map((_, at) => Number(m > 0 || Math.floor(at / 2) % 7 > 0));
    return [name, floatTensor([COUNT, 2], data)] as const;
  });
  return { values: Object.fromEntries(values), masks: Object.fromEntries(masks) };
}

describe('modalities that lie', () => {
  it('bring the data of another sample, one modality of a sample at most', () => {
    const names = ['a', 'b', 'c'];
    const spoiled = batch(names);
    const sources = letLie(spoiled, names, 0.5, createRandom(1));
    names.forEach((name, m) => {
      sources[m].forEach((from, to) => expect(spoiled.values[name].data[4 * to + 3]).toBe(10 * from + m));
    });
    const lies = Array.from({ length: COUNT }, (_, i) => sources.filter((of) => of[i] !== i).length);
    expect(Math.max(...lies)).toBe(1);
    const share = lies.reduce((sum, one) => sum + one, 0) / COUNT;
    expect(share).toBeGreaterThan(0.35);
    expect(share).toBeLessThan(0.6);
  });

  it('are not those that are absent, and nobody learns from them', () => {
    const names = ['a', 'b', 'c'];
    const spoiled = batch(names);
    const [first] = letLie(spoiled, names, 1, createRandom(1));
    expect(spoiled.masks).toEqual(batch(names).masks);
    first.forEach((from, to) => expect(from === to || (from % 7 > 0 && to % 7 > 0)).toBe(true));
  });

  it('are none of two, since nobody can tell which one it is', () => {
    const spoiled = batch(['a', 'b']);
    letLie(spoiled, ['a', 'b'], 1, createRandom(1));
    expect(spoiled).toEqual(batch(['a', 'b']));
  });
});
