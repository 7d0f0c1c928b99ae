/** Samples a second of everything that sounds. */
export const SAMPLE_RATE = 16_000;

/** A sound at 1 m from its source, full scale ±1, in an array whose length is a power of two. */
export interface Wave {
  readonly samples: Float32Array;
  /** Samples that it lasts; what follows is silence, or for a loop the whole. */
  readonly length: number;
  /** Whether it begins again at its end. */
  readonly loop: boolean;
}

/** A wave of a length in s, filled sample by sample. A loop is as long as the power of two that holds it. */
export function createWave(seconds: number, loop: boolean, at: (sample: number) => number): Wave {
  const wanted = Math.ceil(seconds * SAMPLE_RATE);
  const size = 2 ** Math.ceil(Math.log2(wanted + 4));
  const samples = new Float32Array(size);
  const length = loop ? size : wanted;
  for (let i = 0; i < length; i += 1) samples[i] = at(i);
  return { samples, length, loop };
}

/** A filter with one resonance: second order, its gain 1 at the resonance but for its width. */
export interface Resonator {
  tune(hertz: number, bandwidth: number): void;
  next(input: number): number;
}

/** D. H. Klatt, "Software for a cascade/parallel formant synthesizer", JASA 67 (1980): y = a x + b y' + c y''. */
export function createResonator(hertz = 500, bandwidth = 100): Resonator {
  let a = 0;
  let b = 0;
  let c = 0;
  let y1 = 0;
  let y2 = 0;
  const resonator: Resonator = {
    tune(frequency, width) {
      c = -Math.exp((-2 * Math.PI * width) / SAMPLE_RATE);
      b = 2 * Math.exp((-Math.PI * width) / SAMPLE_RATE) * Math.cos((2 * Math.PI * frequency) / SAMPLE_RATE);
      a = 1 - b - c;
    },
    next(input) {
      const y = a * input + b * y1 + c * y2;
      y2 = y1;
      y1 = y;
      return y;
    },
  };
  resonator.tune(hertz, bandwidth);
  return resonator;
}

/** Brings the largest sample of a wave to a level. */
export function levelled(wave: Wave, level: number): Wave {
  let most = 0;
  for (let i = 0; i < wave.samples.length; i += 1) most = Math.max(most, Math.abs(wave.samples[i]));
  if (most > 0) for (let i = 0; i < wave.samples.length; i += 1) wave.samples[i] *= level / most;
  return wave;
}
