import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canResample, Resampler } from '../../src/perception/sound/resample.ts';

const tone = (hertz: number, rate: number, count: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin((2 * Math.PI * hertz * i) / rate));
/** Without the first and last 20 ms, where the silence around the sound plays in. */
const inner = (samples: Float32Array): Float32Array => samples.subarray(320, samples.length - 320);
const peakOf = (samples: Float32Array): number => samples.reduce((peak, value) => Math.max(peak, Math.abs(value)), 0);

describe('the resampler', () => {
  it.each([8000, 11_025, 22_050, 44_100, 48_000, 96_000])(
    'keeps a tone of 1 kHz in place, from %d to 16000',
    (rate) => {
      const out = new Resampler(rate, 16_000).push(tone(1000, rate, rate / 2));
      const expected = tone(1000, 16_000, out.length);
      expect(out.length).toBeGreaterThan(7800);
      expect(peakOf(inner(out.map((value, i) => value - expected[i])))).toBeLessThan(1e-3);
    },
  );

  it.each([8500, 9000, 12_000, 20_000])('lets a tone of %d Hz through by less than a thousandth', (hertz) => {
    const out = new Resampler(48_000, 16_000).push(tone(hertz, 48_000, 24_000));
    expect(peakOf(inner(out))).toBeLessThan(1e-3);
  });

  it('keeps half of the level at 95 % of the lower Nyquist frequency', () => {
    const out = new Resampler(48_000, 16_000).push(tone(7600, 48_000, 48_000));
    expect(peakOf(inner(out))).toBeCloseTo(0.5, 1);
  });

  it('gives the same for a sound in pieces as for the whole', () => {
    const rates = fc.constantFrom(8000, 22_050, 44_100, 48_000);
    fc.assert(
      fc.property(rates, fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 12 }), (rate, sizes) => {
        const sound = tone(
          700,
          rate,
          sizes.reduce((sum, size) => sum + size, 0),
        );
        const whole = new Resampler(rate, 16_000).push(sound);
        const inPieces = new Resampler(rate, 16_000);
        let at = 0;
        const pieces = sizes.flatMap((size) => [...inPieces.push(sound.subarray(at, (at += size)))]);
        expect(pieces).toEqual([...whole]);
      }),
      { numRuns: 40 },
    );
  });

  it('takes whole numbers whose ratio is no absurdity', () => {
    expect([NaN, 0, -8000, 44_100.5, 44_101, 1_000_003].map((rate) => canResample(rate, 16_000))).toEqual([
      false,
      false,
      false,
      false,
      false,
      false,
    ]);
    expect(() => new Resampler(0.5, 16_000)).toThrow(RangeError);
  });
});
