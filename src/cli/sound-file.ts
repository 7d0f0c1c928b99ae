import { SensoriumError } from '../contract/index.ts';
import type { Answerer } from '../hub/index.ts';
import { contentOf } from '../inference/index.ts';
import { canResample, channelOf, monoOf, Resampler } from '../perception/index.ts';
import { readWav } from './models/wav.ts';

/** What the models that hear are made for, samples a second. */
const SAMPLE_RATE = 16_000;

/**
 * The last of a WAV file (16-bit PCM), as much as a model takes; `undefined` where there is nothing but zeros: the microphones say nothing.
 * @throws SensoriumError E_FILE_MISSING, E_FILE_FORMAT; E_USAGE where the model does not hear
 */
export async function clipOf(path: string, { hears, name }: Answerer): Promise<Int16Array | undefined> {
  if (hears === undefined) throw new SensoriumError('E_USAGE', `expected no --sound: ${name} does not hear`);
  const { sampleRate, channels, data } = readWav(await contentOf(path), path);
  const wanted = hears.channels * hears.samples;
  if (channels !== hears.channels || sampleRate !== SAMPLE_RATE || data.length < wanted) {
    const got = `${channels} x ${Math.floor(data.length / channels)} samples at ${sampleRate} Hz`;
    const what = `expected at least ${hears.channels} x ${hears.samples} samples at ${SAMPLE_RATE} Hz, got ${got}`;
    throw new SensoriumError('E_FILE_FORMAT', what, { path });
  }
  const clip = data.slice(data.length - wanted);
  return clip.some((sample) => sample !== 0) ? clip : undefined;
}

/**
 * One channel of a WAV file (16-bit PCM), or the mean of all, at the rate that is wanted; as long as the file.
 * @param channel from 0; default: the mean of all
 * @returns full scale ±1
 * @throws SensoriumError E_FILE_MISSING, E_FILE_FORMAT; E_USAGE for a channel that it has not
 */
export async function monoOfFile(path: string, wanted: number, channel?: number): Promise<Float32Array> {
  const { sampleRate, channels, data } = readWav(await contentOf(path), path);
  if (channel !== undefined && channel >= channels) {
    throw new SensoriumError('E_USAGE', `expected 0..${channels - 1}, the channels of ${path}, got ${channel}`, {
      path: '--channel',
    });
  }
  const samples = channel === undefined ? monoOf(data, channels) : channelOf(data, channels, channel);
  if (sampleRate === wanted) return samples;
  if (!canResample(sampleRate, wanted)) {
    const what = `expected a sample rate of which ${wanted} Hz can be made, got ${sampleRate} Hz`;
    throw new SensoriumError('E_FILE_FORMAT', what, { path });
  }
  const resampler = new Resampler(sampleRate, wanted);
  const length = Math.round((samples.length * wanted) / sampleRate);
  // What follows the end is silence, as much as the filter looks ahead.
  const parts = [samples, new Float32Array(sampleRate)].map((part) => resampler.push(part));
  const whole = new Float32Array(parts[0].length + parts[1].length);
  whole.set(parts[0]);
  whole.set(parts[1], parts[0].length);
  return whole.subarray(0, length);
}
