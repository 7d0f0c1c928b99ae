import { LogMel } from '../../../perception/index.ts';
import { normal, type Random } from '../../../random/index.ts';

/** Root mean square that a clip is brought to: some speakers are twenty times as loud as others. */
const LEVEL = 0.1;
/** Windows that are kept of a clip, about a second. */
const MOST_FRAMES = 64;

/** What is heard of a clip: windows of 32 ms every 15 ms, 32 bands. */
export function createEar(sampleRate: number): LogMel {
  const samples = (seconds: number): number => Math.round(seconds * sampleRate);
  const windowSamples = samples(0.032);
  return new LogMel({
    sampleRate,
    windowSamples,
    hopSamples: samples(0.015),
    fftSize: 2 ** Math.ceil(Math.log2(windowSamples)),
    bands: 32,
    minHertz: 100,
    maxHertz: 0.475 * sampleRate,
    power: 1,
    logOffset: 0.1,
  });
}

/**
 * The log-mel spectrogram of a clip under white noise.
 * @param clip one channel
 * @param decibels of the clip over the noise
 * @returns [frames, bands], at most about a second
 */
export function hear(ear: LogMel, clip: Float32Array, decibels: number, random: Random): Float32Array {
  const { bands, windowSamples, hopSamples } = ear.options;
  const gain = LEVEL / Math.max(1e-6, Math.sqrt(clip.reduce((sum, value) => sum + value * value, 0) / clip.length));
  const noise = LEVEL * 10 ** (-decibels / 20);
  const most = windowSamples + (MOST_FRAMES - 1) * hopSamples;
  // A clip that is too short for one window is followed by noise alone.
  const heard = new Float32Array(Math.max(windowSamples, Math.min(clip.length, most)));
  for (let i = 0; i < heard.length; i += 1) heard[i] = gain * (clip[i] ?? 0) + noise * normal(random);
  const out = new Float32Array(ear.framesIn(heard.length) * bands);
  ear.write(heard, out);
  return out;
}
