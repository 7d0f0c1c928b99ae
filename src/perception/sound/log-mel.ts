import { RealFft } from './fft.ts';
import { createMelBank, type MelBank } from './mel-bank.ts';

/** What a network wants its spectrogram to be. */
export interface LogMelOptions {
  /** Samples a second. */
  readonly sampleRate: number;
  /** Samples of a window, weighed by a periodic Hann window; longer sees finer frequencies, shorter finer moments. */
  readonly windowSamples: number;
  /** Samples from one window to the next. */
  readonly hopSamples: number;
  /** Samples of the transform, a power of two of at least the window: the rest is zeros. */
  readonly fftSize: number;
  readonly bands: number;
  /** Hz, edges of the lowest and the highest band. */
  readonly minHertz: number;
  readonly maxHertz: number;
  /** 1: bands sum magnitudes; 2: powers. */
  readonly power: 1 | 2;
  /** Added before the natural logarithm, so that silence is not minus infinity. */
  readonly logOffset: number;
}

/** YAMNet's and VGGish's spectrogram (Hershey et al. 2017): 16 kHz, 25 ms every 10 ms, 64 bands of 125 to 7500 Hz. */
export const YAMNET_MEL: LogMelOptions = {
  sampleRate: 16_000,
  windowSamples: 400,
  hopSamples: 160,
  fftSize: 512,
  bands: 64,
  minHertz: 125,
  maxHertz: 7500,
  power: 1,
  logOffset: 0.001,
};

/** Log-mel spectrograms: window, transform, mel filters, logarithm. */
export class LogMel {
  readonly options: LogMelOptions;
  readonly #window: Float64Array;
  readonly #fft: RealFft;
  readonly #bank: MelBank;
  readonly #signal: Float64Array;
  readonly #spectrum: Float64Array;

  constructor(options: LogMelOptions) {
    const { windowSamples, fftSize, sampleRate, bands, minHertz, maxHertz } = options;
    if (fftSize < windowSamples) throw new RangeError(`a window of ${windowSamples} does not fit into ${fftSize}`);
    this.options = options;
    this.#window = Float64Array.from(
      { length: windowSamples },
      (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / windowSamples),
    );
    this.#fft = new RealFft(fftSize);
    this.#bank = createMelBank(fftSize / 2 + 1, sampleRate, bands, minHertz, maxHertz);
    this.#signal = new Float64Array(fftSize);
    this.#spectrum = new Float64Array(fftSize / 2 + 1);
  }

  /** Windows that fit into so many samples. */
  framesIn(samples: number): number {
    const { windowSamples, hopSamples } = this.options;
    return samples < windowSamples ? 0 : 1 + Math.floor((samples - windowSamples) / hopSamples);
  }

  /**
   * Writes the spectrogram of a piece of sound, [frames, bands] row by row.
   * @param samples one channel, full scale is ±1
   * @param out room for `framesIn(samples.length) * bands` numbers
   * @returns frames written
   */
  write(samples: Float32Array, out: Float32Array): number {
    const { hopSamples, bands } = this.options;
    const frames = this.framesIn(samples.length);
    for (let frame = 0; frame < frames; frame += 1) this.#frame(samples, frame * hopSamples, out, frame * bands);
    return frames;
  }

  #frame(samples: Float32Array, from: number, out: Float32Array, to: number): void {
    const { power, logOffset } = this.options;
    const window = this.#window;
    const signal = this.#signal;
    const spectrum = this.#spectrum;
    for (let i = 0; i < window.length; i += 1) signal[i] = samples[from + i] * window[i];
    this.#fft.magnitudes(signal, spectrum);
    if (power === 2) for (let i = 0; i < spectrum.length; i += 1) spectrum[i] *= spectrum[i];
    const { bands, first, starts, weights } = this.#bank;
    for (let band = 0; band < bands; band += 1) {
      let sum = 0;
      for (let w = starts[band], bin = first[band]; w < starts[band + 1]; w += 1, bin += 1) {
        sum += weights[w] * spectrum[bin];
      }
      out[to + band] = Math.log(sum + logOffset);
    }
  }
}
