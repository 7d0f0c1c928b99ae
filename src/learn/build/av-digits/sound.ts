import { LogMel } from '../../../perception/index.ts';
import { normal, type Random } from '../../../random/index.ts';

/** Root mean square that a clip is brought to: some speakers are twenty times as loud as others. */
const LEVEL = 0.1;
/** s of a piece by whose loudness silence is known. */
const PIECE = 0.01;
/** A piece is silent below this share of the loudest. */
const SILENT = 0.1;
/** What is left of a clip, from its beginning to its end: however fast it is spoken. */
export const MOMENTS = 10;
/** Mel bands. */
export const BANDS = 16;

/** Windows of 32 ms every 15 ms. */
export function createEar(sampleRate: number): LogMel {
  const samples = (seconds: number): number => Math.round(seconds * sampleRate);
  const windowSamples = samples(0.032);
  return new LogMel({
    sampleRate,
    windowSamples,
    hopSamples: samples(0.015),
    fftSize: 2 ** Math.ceil(Math.log2(windowSamples)),
    bands: BANDS,
    minHertz: 100,
    maxHertz: 0.475 * sampleRate,
    power: 1,
    logOffset: 0.1,
  });
}

/**
 * The log-mel spectrogram of what is spoken in a clip, under white noise, at so many moments that lie equally far apart.
 * @param clip one channel
 * @param decibels of what is spoken over the noise
 * @returns [MOMENTS, BANDS]
 */
export function hear(ear: LogMel, clip: Float32Array, decibels: number, random: Random): Float32Array {
  const { sampleRate, windowSamples } = ear.options;
  const spoken = withoutSilence(clip, Math.round(PIECE * sampleRate));
  const gain = LEVEL / Math.max(1e-6, rootMeanSquare(spoken));
  const noise = LEVEL * 10 ** (-decibels / 20);
  // What is too short for one window is followed by noise alone.
  const heard = new Float32Array(Math.max(windowSamples, spoken.length));
  for (let i = 0; i < heard.length; i += 1) heard[i] = gain * (spoken[i] ?? 0) + noise * normal(random);
  const frames = ear.framesIn(heard.length);
  const spectrogram = new Float32Array(frames * BANDS);
  ear.write(heard, spectrogram);
  return new Float32Array(MOMENTS * BANDS).map((_, i) => {
    const at = (Math.floor(i / BANDS) * (frames - 1)) / (MOMENTS - 1);
    const [before, band] = [Math.floor(at), i % BANDS];
    const after = Math.min(before + 1, frames - 1);
    const share = at - before;
    return (1 - share) * spectrogram[before * BANDS + band] + share * spectrogram[after * BANDS + band];
  });
}

/** A clip from its first piece that is not silent to the last, with a piece around. */
function withoutSilence(clip: Float32Array, piece: number): Float32Array {
  const many = Math.max(1, Math.floor(clip.length / piece));
  const loudness = Array.from({ length: many }, (_, i) => rootMeanSquare(clip.subarray(i * piece, (i + 1) * piece)));
  const isLoud = (value: number): boolean => value >= SILENT * Math.max(...loudness);
  const [first, last] = [loudness.findIndex(isLoud), loudness.findLastIndex(isLoud)];
  return clip.subarray(Math.max(0, first - 1) * piece, (last + 2) * piece);
}

function rootMeanSquare(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / Math.max(1, values.length));
}
