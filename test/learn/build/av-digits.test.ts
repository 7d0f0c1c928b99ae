import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildAvDigits, DIFFICULTY } from '../../../src/learn/build/av-digits/build.ts';
import { readWrittenDigits } from '../../../src/learn/build/av-digits/images.ts';
import { along, principalComponents } from '../../../src/learn/build/av-digits/principal.ts';
import {
  FEATURES,
  HEARD_RATE,
  MOMENTS,
  openKeywordFeatures,
  STRIPS,
} from '../../../src/learn/build/av-digits/keywords.ts';
import { NUMBERS, secondOf, told } from '../../../src/learn/build/av-digits/sound.ts';
import { usedToVoices } from '../../../src/learn/build/av-digits/voices.ts';
import type { Dataset } from '../../../src/learn/dataset/dataset.ts';
import { createRandom, normal } from '../../../src/random/index.ts';
import { describeWithModels } from '../../support/requirements.ts';

/** Clips of two speakers, each digit twice: tones of 0.1 to 0.3 s. */
function speakers(): Dataset {
  const labels = Int32Array.from({ length: 40 }, (_, i) => i % 10);
  const lengths = Array.from(labels, (_, i) => 800 + 40 * i);
  const starts = new Int32Array(labels.length + 1);
  lengths.forEach((length, i) => (starts[i + 1] = starts[i] + length));
  const values = new Float32Array(starts[labels.length]).map((_, i) => 0.01 * Math.sin(0.3 * i));
  return {
    name: 'speakers',
    classes: Array.from({ length: 10 }, (_, i) => String(i)),
    labels,
    groups: labels.map((_, i) => Math.floor(i / 20)),
    order: Int32Array.from(labels.keys()),
    modalities: [{ name: 'audio', dims: 1, rateHz: 8000, starts, values, mask: new Uint8Array(values.length).fill(1) }],
  };
}

describe('principal components', () => {
  it('are at right angles, the greatest first, whatever the vectors', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 3 }), (seed, many) => {
        const random = createRandom(seed);
        const vectors = Array.from({ length: 60 }, () => Array.from({ length: 9 }, (_, d) => (9 - d) * normal(random)));
        const found = principalComponents(vectors, many);
        const spread = found.directions.map((_, i) =>
          vectors.reduce((sum, vector) => sum + along(found, vector)[i] ** 2, 0),
        );
        expect(spread.toSorted((a, b) => b - a)).toEqual(spread);
        found.directions.forEach((a, i) =>
          found.directions.forEach((b, j) => {
            const dot = a.reduce((sum, value, d) => sum + value * b[d], 0);
            expect(Math.abs(dot - Number(i === j))).toBeLessThan(1e-9);
          }),
        );
      }),
      // Two eigenvalues of this one are nearly the same.
      { numRuns: 20, examples: [[751, 2]] },
    );
  });

  it('find the direction in which vectors lie', () => {
    const vectors = Array.from({ length: 20 }, (_, i) => [1 + 0.6 * i, 2, 3 - 0.8 * i, 0, 0, 0]);
    const { directions, mean } = principalComponents(vectors, 1);
    [-0.6, 0, 0.8, 0, 0, 0].forEach((value, d) => expect(directions[0][d]).toBeCloseTo(value, 9));
    expect(mean[0]).toBeCloseTo(1 + 0.6 * 9.5, 9);
  });
});

/** Mean of the squares of some samples. */
function power(samples: Float32Array): number {
  return samples.reduce((sum, value) => sum + value * value, 0) / samples.length;
}

describe('clips', () => {
  const clip = new Float32Array(4000).map((_, i) => Math.sin(0.5 * i));

  it('are as loud whoever speaks, and have noise as loud as it says', () => {
    const quiet = clip.map((value) => value / 100);
    const clean = secondOf(clip, 8000, 200, createRandom(1));
    expect(clean).toHaveLength(HEARD_RATE);
    secondOf(quiet, 8000, 200, createRandom(1)).forEach((value, i) => expect(value).toBeCloseTo(clean[i], 5));
    // Half a second of sound lies in the middle of the second; before and after it is noise, of half the band that is heard.
    const [before, middle] = [clean.subarray(0, 3000), clean.subarray(5000, 11_000)];
    expect(power(before)).toBeLessThan(1e-12);
    expect(10 * Math.log10(power(middle) / 0.01)).toBeCloseTo(0, 0);
    const noise = secondOf(clip, 8000, 20, createRandom(1)).subarray(0, 3000);
    expect(Math.abs(10 * Math.log10(power(noise) / 0.01) + 20)).toBeLessThan(1);
  });

  it('are the same with silence around', () => {
    const around = new Float32Array(8000);
    around.set(clip, 2400);
    const alone = secondOf(clip, 8000, 200, createRandom(1));
    const heard = secondOf(around, 8000, 200, createRandom(1));
    // The middle may be found a sample of the clip, two of these, earlier or later.
    const apart = [-2, 0, 2].map((later) => power(heard.map((value, i) => value - (alone[i + later] ?? 0))));
    expect(Math.min(...apart) / power(alone)).toBeLessThan(0.02);
  });

  it.each([0, 10, 300])('of %d samples are heard', (length) => {
    const heard = secondOf(new Float32Array(length), 8000, 6, createRandom(1));
    expect(heard).toHaveLength(HEARD_RATE);
    expect(heard.every(Number.isFinite)).toBe(true);
  });

  it('are told by the means of parts of the word', () => {
    const features = new Float32Array(MOMENTS * STRIPS * FEATURES).map((_, i) => Math.floor(i / (STRIPS * FEATURES)));
    const found = told(features);
    expect(found).toHaveLength(NUMBERS);
    const row = STRIPS * FEATURES;
    expect([0, 1, 2, 3].map((part) => found[part * row + 7])).toEqual([6.5, 10.5, 14.5, 18.5]);
  });

  it('of each speaker have mean 0 and nearly deviation 1', () => {
    const random = createRandom(2);
    const clips = Array.from({ length: 40 }, (_, i) =>
      new Float32Array(3).map(() => (i % 2) * 5 + (1 + (i % 2)) * normal(random)),
    );
    const found = usedToVoices(
      clips,
      Array.from(clips, (_, i) => i % 2),
    );
    for (const speaker of [0, 1]) {
      const first = found.filter((_, i) => i % 2 === speaker).map(([value]) => value);
      expect(first.reduce((sum, value) => sum + value, 0) / 20).toBeCloseTo(0, 5);
      // A little less than 1: what hardly varies is not blown up.
      expect(Math.sqrt(first.reduce((sum, value) => sum + value * value, 0) / 20)).toBeGreaterThan(0.85);
      expect(Math.sqrt(first.reduce((sum, value) => sum + value * value, 0) / 20)).toBeLessThan(1);
    }
  });
});

describeWithModels('spoken and written digits', () => {
  it('are heard by a network that knows other words, up to its second block', async () => {
    const tone = new Float32Array(4000).map((_, i) => Math.sin(0.5 * i));
    const network = await openKeywordFeatures();
    const second = secondOf(tone, 8000, 40, createRandom(1));
    const features = await network.of(second);
    expect(features).toHaveLength(MOMENTS * STRIPS * FEATURES);
    expect(features.every((value) => value >= 0)).toBe(true);
    expect(await network.of(second)).toEqual(features);
    expect(await network.of(second.map((value) => -value))).toEqual(features);
    await network.close();
  });

  it('go together by class; the same seed gives the same', async () => {
    const built = await buildAvDigits(speakers(), 3, 'x');
    expect(built.modalities.map(({ name, dims }) => [name, dims])).toEqual([
      ['image', DIFFICULTY.components],
      ['audio', NUMBERS],
    ]);
    expect(await buildAvDigits(speakers(), 3, 'x')).toEqual(built);
    const other = await buildAvDigits(speakers(), 4, 'x');
    expect(other.labels).toEqual(built.labels);
    expect(other.modalities[0].values).not.toEqual(built.modalities[0].values);
    // A picture of its class: each lies where some picture of that digit lies.
    const { pictures, reserved } = await readWrittenDigits();
    const principal = principalComponents(reserved, DIFFICULTY.components);
    const places = new Set(pictures[7].map((picture) => Math.fround(along(principal, picture)[0])));
    expect(places.has(built.modalities[0].values[7 * DIFFICULTY.components])).toBe(true);
  });
});

describe('spoken digits', () => {
  it('need clips of ten digits', async () => {
    const [sound] = speakers().modalities;
    const wrong = { ...speakers(), modalities: [{ ...sound, rateHz: undefined }] };
    await expect(buildAvDigits(wrong, 1, 'there')).rejects.toThrow(
      /^there: expected clips of ten spoken digits.*\(E_FILE_FORMAT\)$/,
    );
  });
});
