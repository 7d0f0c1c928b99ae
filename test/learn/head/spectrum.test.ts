import { beforeAll, describe, expect, it } from 'vitest';
import type { Spectrum } from '../../../src/learn/head/description.ts';
import { spectrum, spectrumWidth } from '../../../src/learn/head/spectrum.ts';
import { startEngine, type Engine } from '../../../src/learn/tensorflow/engine.ts';
import { createRandom, normal } from '../../../src/random/index.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});

const SIZES: Spectrum = { frame: 16, hop: 8, bands: 8 };

/** Features of one sample of one channel, frame by frame: its mean, then bands, then all together. */
function featuresOf(signal: readonly number[], sizes = SIZES, mask = signal.map(() => 1)): number[][] {
  const steps = signal.length;
  const { found, open } = engine.compute(new Map(), (ops) => {
    const open = ops.constant([1, steps, 1], mask);
    const features = ops.mul(ops.constant([1, steps, 1], signal), open);
    const sequence = spectrum(ops, { features, mask: open, steps, width: 1 }, sizes);
    return { found: sequence.features, open: sequence.mask };
  });
  expect(found.shape[2]).toBe(spectrumWidth(1, sizes));
  expect(open.shape).toEqual([1, found.shape[1], 1]);
  const width = found.shape[2];
  return Array.from({ length: found.shape[1] }, (_, i) => [...found.data.subarray(i * width, (i + 1) * width)]);
}

/** Power that a number tells of. */
function power(feature: number): number {
  return Math.exp(2 * feature - 2) - 1e-3;
}

describe('a spectrum', () => {
  it('tells of a tone in the band of its frequency, wherever in its oscillation a frame begins', () => {
    for (const phase of [0, 0.7, 2]) {
      const tone = Array.from({ length: 40 }, (_, i) => Math.sin((2 * Math.PI * 5 * i) / 16 + phase));
      const frames = featuresOf(tone);
      expect(frames).toHaveLength(4);
      for (const [, ...bands] of frames) {
        const strongest = bands.slice(0, 8).indexOf(Math.max(...bands.slice(0, 8)));
        // The first band has one oscillation a frame.
        expect(strongest).toBe(4);
        expect(power(bands[4])).toBeGreaterThan(10 * power(bands[1]));
      }
    }
  });

  it('of white noise is as high as its variance, in every band and in all together', () => {
    const random = createRandom(2);
    const frames = featuresOf(Array.from({ length: 16000 }, () => 2 * normal(random)));
    for (let band = 1; band <= 9; band += 1) {
      const mean = frames.reduce((sum, frame) => sum + power(frame[band]), 0) / frames.length;
      // At half the rate there is no sine, and next to both ends the window leaks.
      if (band > 1 && band < 8) expect(mean).toBeGreaterThan(3.5);
      expect(mean).toBeLessThan(4.5);
    }
  });

  it('has the mean on its own: bands do not see it', () => {
    const flat = featuresOf(Array.from({ length: 24 }, () => 3));
    for (const [mean, ...bands] of flat) {
      expect(mean).toBeCloseTo(3, 5);
      for (const band of bands) expect(power(band)).toBeCloseTo(0, 5);
    }
  });

  it('is zeros where nothing is there', () => {
    const mask = Array.from({ length: 40 }, (_, i) => (i < 16 ? 0 : 1));
    const frames = featuresOf(
      Array.from({ length: 40 }, (_, i) => i),
      SIZES,
      mask,
    );
    expect(frames[0].every((value) => value === 0)).toBe(true);
    expect(frames[1].every((value) => value !== 0)).toBe(true);
  });

  it('has no more bands than are wanted, or than there are frequencies', () => {
    expect(spectrumWidth(6, { frame: 84, hop: 42, bands: 24 })).toBe(6 * 26);
    expect(spectrumWidth(4, { frame: 4, hop: 2, bands: 24 })).toBe(4 * 4);
    expect(featuresOf([1, 2, 3, 4, 5, 6], { frame: 4, hop: 2, bands: 24 })).toHaveLength(2);
  });

  it('does not fit a sequence that is shorter than a frame', () => {
    expect(() => featuresOf([1, 2, 3])).toThrow('a kernel of 16 by 8 does not fit 3 steps');
  });
});
