import { LogMel } from '../sound/log-mel.ts';
import type { Extractor, KindOf } from './extractor.ts';

const BANDS = 20;
/** s: length of a spectrum's window; one begins every half of it. */
const WINDOW = 0.032;
/** Samples a second: below, the bands would not be there; above, it is no microphone. */
const [SLOWEST, FASTEST] = [8000, 192_000];
/** Hz, edges of the lowest and the highest band, and the latter at most as a share of the sample rate. */
const [LOWEST, HIGHEST, SHARE] = [60, 7600, 0.475];
/** s: of longer blocks the end is taken. */
const LONGEST = 1;

/**
 * Of sound, all channels mixed to one, for each of 20 log-mel bands (60 to 7600 Hz): mean over the spectra of a step, the largest,
 * and the largest rise from one spectrum to the next, by which what strikes is told from what lasts. A block belongs to the step in
 * which it begins.
 */
export class SoundFeatures implements Extractor<KindOf<'audio'>> {
  readonly names = [
    ...Array.from({ length: BANDS }, (_, i) => `mean ${i}`),
    ...Array.from({ length: BANDS }, (_, i) => `most ${i}`),
    ...Array.from({ length: BANDS }, (_, i) => `rise ${i}`),
  ];
  readonly held = 0;
  readonly #sums = new Float64Array(BANDS);
  readonly #most = new Float64Array(BANDS);
  readonly #rise = new Float64Array(BANDS);
  /** The spectrum before; NaN where there is none. */
  readonly #before = new Float64Array(BANDS).fill(NaN);
  #mel: LogMel | undefined;
  /** Mixed samples that no spectrum has begun after, and those of the block. */
  #samples = new Float32Array(0);
  #kept = 0;
  #spectra = new Float32Array(0);
  #count = 0;

  take({ sampleRate, channels, data, missing }: KindOf<'audio'>): void {
    if (!(sampleRate >= SLOWEST && sampleRate <= FASTEST && channels > 0)) return;
    const mel = this.#melOf(sampleRate);
    if (missing > 0) this.#cut();
    const block = Math.min(Math.floor(data.length / channels), Math.floor(LONGEST * sampleRate));
    const begin = Math.floor(data.length / channels) - block;
    const samples = this.#samples;
    const scale = 1 / (32768 * channels);
    for (let n = 0; n < block; n += 1) {
      let sum = 0;
      for (let c = 0; c < channels; c += 1) sum += data[(begin + n) * channels + c];
      samples[this.#kept + n] = sum * scale;
    }
    const there = this.#kept + block;
    const { hopSamples } = mel.options;
    const written = mel.write(samples.subarray(0, there), this.#spectra);
    for (let f = 0, i = 0; f < written; f += 1) {
      for (let b = 0; b < BANDS; b += 1, i += 1) {
        const value = this.#spectra[i];
        this.#sums[b] += value;
        if (this.#count === 0 || value > this.#most[b]) this.#most[b] = value;
        const rise = value - this.#before[b];
        if (rise > this.#rise[b]) this.#rise[b] = rise;
        this.#before[b] = value;
      }
      this.#count += 1;
    }
    samples.copyWithin(0, written * hopSamples, there);
    this.#kept = there - written * hopSamples;
  }

  write(out: Float32Array, at: number): boolean {
    const isSomething = this.#count > 0;
    if (isSomething) {
      for (let b = 0; b < BANDS; b += 1) {
        out[at + b] = this.#sums[b] / this.#count;
        out[at + BANDS + b] = this.#most[b];
        out[at + 2 * BANDS + b] = this.#rise[b];
      }
    }
    this.#clear();
    return isSomething;
  }

  reset(): void {
    this.#clear();
    this.#cut();
  }

  /** What comes next does not follow on what was. */
  #cut(): void {
    this.#kept = 0;
    this.#before.fill(NaN);
  }

  #melOf(sampleRate: number): LogMel {
    if (this.#mel?.options.sampleRate === sampleRate) return this.#mel;
    const hopSamples = Math.round((WINDOW / 2) * sampleRate);
    const windowSamples = 2 * hopSamples;
    const mel = new LogMel({
      sampleRate,
      windowSamples,
      hopSamples,
      fftSize: 2 ** Math.ceil(Math.log2(windowSamples)),
      bands: BANDS,
      minHertz: LOWEST,
      maxHertz: Math.min(HIGHEST, SHARE * sampleRate),
      power: 2,
      logOffset: 1e-6,
    });
    this.#mel = mel;
    this.#cut();
    this.#samples = new Float32Array(windowSamples + Math.floor(LONGEST * sampleRate));
    this.#spectra = new Float32Array(mel.framesIn(this.#samples.length) * BANDS);
    return mel;
  }

  #clear(): void {
    this.#sums.fill(0);
    this.#rise.fill(0);
    this.#count = 0;
  }
}
