import { describe, expect, it } from 'vitest';
import { floatTensor } from '../../../src/fusion/heads/index.ts';
import { boundSharpness, contrast, type Comparison } from '../../../src/learn/pretrain/contrast.ts';
import { SHARPNESS } from '../../../src/learn/pretrain/embed.ts';
import { startEngine } from '../../../src/learn/tensorflow/engine.ts';
import { createRandom, normal } from '../../../src/random/index.ts';

const COUNT = 5;
const SIZE = 3;
const ALL: Comparison = { samples: COUNT, isPresent: () => true, isApart: () => true };

/** Vectors of length 1, one below the other. */
function embedding(seed: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from(
    Array.from({ length: COUNT }, () => {
      const one = Array.from({ length: SIZE }, () => normal(random));
      return one.map((value) => value / Math.hypot(...one));
    }).flat(),
  );
}

async function lossOf(embeddings: readonly Float32Array[], comparison: Comparison, sharpness = 1): Promise<number> {
  const engine = await startEngine();
  const parameters = new Map([[SHARPNESS, floatTensor([1], Float32Array.of(sharpness))]]);
  const { loss } = engine.differentiate(parameters, (ops) =>
    contrast(
      ops,
      embeddings.map((data) => ops.constant([COUNT, SIZE], data)),
      comparison,
    ),
  );
  return loss;
}

/** The same, written out. */
function expected(embeddings: readonly Float32Array[], { isPresent, isApart }: Comparison, sharpness: number): number {
  const terms: number[] = [];
  embeddings.forEach((a, m) =>
    embeddings.forEach((b, n) => {
      if (m === n) return;
      const rows = Array.from({ length: COUNT }, (_, i) => i).filter((i) => isPresent(i, m) && isPresent(i, n));
      if (rows.length === 0) return;
      const score = (i: number, j: number): number =>
        Math.exp(sharpness) * [0, 1, 2].reduce((sum, d) => sum + a[i * SIZE + d] * b[j * SIZE + d], 0);
      const losses = rows.map((i) => {
        const choices = rows.filter((j) => i === j || isApart(i, j));
        return Math.log(choices.reduce((sum, j) => sum + Math.exp(score(i, j)), 0)) - score(i, i);
      });
      terms.push(losses.reduce((sum, loss) => sum + loss, 0) / rows.length);
    }),
  );
  return terms.reduce((sum, term) => sum + term, 0) / terms.length;
}

describe('contrast', () => {
  const three = [embedding(1), embedding(2), embedding(3)];

  it.each<[string, Comparison]>([
    ['all of a batch', ALL],
    ['those of other recordings', { ...ALL, isApart: (a, b) => a % 2 !== b % 2 }],
    ['those that are there', { ...ALL, isPresent: (sample, modality) => sample !== modality + 1 }],
  ])('is the mean InfoNCE of all pairs, both ways, among %s', async (_, comparison) => {
    expect(await lossOf(three, comparison)).toBeCloseTo(expected(three, comparison, 1), 5);
    expect(await lossOf(three.slice(0, 2), comparison, 3)).toBeCloseTo(expected(three.slice(0, 2), comparison, 3), 4);
  });

  it('is the logarithm of the choices where all look the same', async () => {
    const same = new Float32Array(COUNT * SIZE).fill(1 / Math.sqrt(3));
    expect(await lossOf([same, same], ALL)).toBeCloseTo(Math.log(COUNT), 5);
  });

  it('is nothing where there is nothing to choose from', async () => {
    expect(await lossOf(three, { ...ALL, isApart: () => false })).toBeCloseTo(0, 6);
    expect(await lossOf(three, { ...ALL, isPresent: (_, modality) => modality === 0 })).toBe(0);
  });

  it('is never sharper than a temperature of 0.01', () => {
    const [below, above] = [Float32Array.of(2), Float32Array.of(7)];
    boundSharpness(below);
    boundSharpness(above);
    expect(below[0]).toBe(2);
    expect(above[0]).toBeCloseTo(Math.log(100), 5);
  });
});
