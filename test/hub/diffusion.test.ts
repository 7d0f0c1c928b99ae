import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sample, settle } from '../../src/hub/diffusion.ts';
import { createRandom } from '../../src/random/index.ts';

describe('sampling', () => {
  it('ends with what the network says at last, within its bound, whatever the noise was', async () => {
    const numbers = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 1, maxLength: 8 });
    const property = fc.asyncProperty(
      numbers,
      fc.nat(),
      fc.integer({ min: 1, max: 12 }),
      async (clean, seed, steps) => {
        const answer = Float32Array.from(clean);
        const found = await sample(createRandom(seed), clean.length, steps, 1, () => Promise.resolve(answer));
        found.forEach((its, i) => expect(its).toBeCloseTo(Math.min(1, Math.max(-1, answer[i])), 6));
      },
    );
    await fc.assert(property);
  });

  it('asks at times that fall evenly, and takes away so much noise as the schedule says', async () => {
    const times: number[] = [];
    const seen: Float32Array[] = [];
    await sample(createRandom(7), 4000, 4, 1, (x, time) => {
      times.push(time);
      seen.push(x);
      return Promise.resolve(new Float32Array(4000));
    });
    expect(times).toEqual([0.998, 0.7485, 0.499, 0.2495].map((its) => expect.closeTo(its, 10) as number));
    seen.forEach((x, i) => {
      const deviation = Math.sqrt(x.reduce((sum, its) => sum + its * its, 0) / x.length);
      expect(deviation).toBeCloseTo(Math.sin((times[i] * Math.PI) / 2), 1);
    });
  });

  it('gives the same numbers for the same seed, and others for another', async () => {
    const half = (x: Float32Array): Promise<Float32Array> => Promise.resolve(x.map((its) => its / 2));
    const of = (seed: number): Promise<Float32Array> => sample(createRandom(seed), 32, 5, 10, half);
    expect(await of(3)).toEqual(await of(3));
    expect(await of(3)).not.toEqual(await of(4));
  });
});

describe('settling', () => {
  it('gives what the network says, whatever the noise was, and asks it once for each copy, at the time told', async () => {
    const clean = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 1, maxLength: 8 });
    const property = fc.asyncProperty(
      clean,
      fc.nat(),
      fc.integer({ min: 1, max: 9 }),
      async (numbers, seed, copies) => {
        const answer = Float32Array.from(numbers);
        const times: number[] = [];
        const found = await settle(createRandom(seed), new Float32Array(answer.length), copies, 0.3, (_, time) => {
          times.push(time);
          return Promise.resolve(answer);
        });
        expect(times).toEqual(new Array(copies).fill(0.3));
        found.forEach((its, i) => expect(its).toBeCloseTo(answer[i], 5));
      },
    );
    await fc.assert(property);
  });

  it('leaves of the grain that noise makes the less the more copies there are, and of what is made all', async () => {
    const made = new Float32Array(4000).fill(0.5);
    const [a, s] = [Math.cos(0.2 * Math.PI * 0.5), Math.sin(0.2 * Math.PI * 0.5)];
    const grainOf = async (copies: number): Promise<readonly [mean: number, deviation: number]> => {
      const found = await settle(createRandom(3), made, copies, 0.2, (x) => Promise.resolve(x.map((its) => its / a)));
      const mean = found.reduce((sum, its) => sum + its, 0) / found.length;
      return [mean, Math.sqrt(found.reduce((sum, its) => sum + (its - mean) ** 2, 0) / found.length)];
    };
    for (const copies of [1, 4, 16]) {
      const [mean, deviation] = await grainOf(copies);
      expect(mean).toBeCloseTo(0.5, 1);
      expect(deviation / (s / a / Math.sqrt(copies))).toBeCloseTo(1, 1);
    }
  });
});
