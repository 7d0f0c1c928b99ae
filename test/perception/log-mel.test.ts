import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogMel, monoOf, YAMNET_MEL, type LogMelOptions } from '../../src/perception/index.ts';

/** The definition, sum by sum: Hann window, discrete Fourier transform, triangles in mel, logarithm. */
function reference(samples: Float32Array, options: LogMelOptions): number[] {
  const { windowSamples, hopSamples, fftSize, sampleRate, bands, minHertz, maxHertz, power, logOffset } = options;
  const mel = (hertz: number): number => 2595 * Math.log10(1 + hertz / 700);
  const edge = (i: number): number => mel(minHertz) + ((mel(maxHertz) - mel(minHertz)) * i) / (bands + 1);
  const out: number[] = [];
  for (let from = 0; from + windowSamples <= samples.length; from += hopSamples) {
    const magnitudes = Array.from({ length: fftSize / 2 + 1 }, (_, bin) => {
      let [re, im] = [0, 0];
      for (let n = 0; n < windowSamples; n += 1) {
        const weighed = samples[from + n] * (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / windowSamples));
        re += weighed * Math.cos((2 * Math.PI * bin * n) / fftSize);
        im -= weighed * Math.sin((2 * Math.PI * bin * n) / fftSize);
      }
      return Math.hypot(re, im) ** power;
    });
    for (let band = 0; band < bands; band += 1) {
      let sum = 0;
      for (let bin = 1; bin < magnitudes.length; bin += 1) {
        const at = mel((bin * sampleRate) / fftSize);
        const up = (at - edge(band)) / (edge(band + 1) - edge(band));
        const down = (edge(band + 2) - at) / (edge(band + 2) - edge(band + 1));
        sum += Math.max(0, Math.min(up, down)) * magnitudes[bin];
      }
      out.push(Math.log(sum + logOffset));
    }
  }
  return out;
}

function soundOf(options: LogMelOptions, frames: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: options.windowSamples + (frames - 1) * options.hopSamples }, (_, i) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return 0.4 * Math.sin(0.001 * i * i) + 0.2 * (state / 2 ** 32 - 0.5);
  });
}

const OPTIONS: Readonly<Record<string, LogMelOptions>> = {
  'of YAMNet': YAMNET_MEL,
  'of speech commands (30/20 ms, 40 bands, power)': {
    sampleRate: 16_000,
    windowSamples: 480,
    hopSamples: 320,
    fftSize: 512,
    bands: 40,
    minHertz: 20,
    maxHertz: 4000,
    power: 2,
    logOffset: 1e-6,
  },
  'of music (44.1 kHz, 2048, 128 bands)': {
    sampleRate: 44_100,
    windowSamples: 2048,
    hopSamples: 512,
    fftSize: 2048,
    bands: 128,
    minHertz: 0,
    maxHertz: 22_050,
    power: 1,
    logOffset: 0.01,
  },
};

describe('log-mel spectrogram', () => {
  it.each(Object.entries(OPTIONS))('%s is the definition within 1e-4', (_, options) => {
    const mel = new LogMel(options);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 1e6 }), (frames, seed) => {
        const sound = soundOf(options, frames, seed);
        const out = new Float32Array(frames * options.bands);
        expect(mel.write(sound, out)).toBe(frames);
        const expected = reference(sound, options);
        expect(Math.max(...expected.map((value, i) => Math.abs(value - out[i])))).toBeLessThan(1e-4);
      }),
      { numRuns: 3 },
    );
  });

  it('gives silence the logarithm of the offset, and no frame where no window fits', () => {
    const mel = new LogMel(YAMNET_MEL);
    const out = new Float32Array(64);
    mel.write(new Float32Array(400), out);
    out.forEach((value) => expect(value).toBeCloseTo(Math.log(0.001), 5));
    expect(mel.framesIn(399)).toBe(0);
    expect(mel.framesIn(15_600)).toBe(96);
  });

  it('mixes channels to one', () => {
    expect([...monoOf(Int16Array.of(16_384, -16_384, 32_767, 32_767), 2)]).toEqual([0, Math.fround(32_767 / 32_768)]);
  });
});
