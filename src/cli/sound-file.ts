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
  return resampled(samples, sampleRate, wanted, path);
}

/**
 * A WAV file (16-bit PCM) as a model hears it: at its rate, all its channels beside one another; as long as the file. One channel is the mean of all.
 * @returns full scale ±1
 * @throws SensoriumError E_FILE_MISSING; E_FILE_FORMAT, also where it has not the channels that a model wants: which side a sound comes from
 * is in what they differ by
 */
export async function soundOfFile(
  path: string,
  { channels, sampleRate }: { readonly channels: number; readonly sampleRate: number },
): Promise<Float32Array> {
  if (channels === 1) return monoOfFile(path, sampleRate);
  const wav = readWav(await contentOf(path), path);
  if (wav.channels !== channels) {
    throw new SensoriumError('E_FILE_FORMAT', `expected ${channels} channels, got ${wav.channels}`, { path });
  }
  const each = Array.from({ length: channels }, (_, channel) =>
    resampled(channelOf(wav.data, channels, channel), wav.sampleRate, sampleRate, path),
  );
  const sound = new Float32Array(channels * each[0].length);
  for (let i = 0; i < sound.length; i += 1) sound[i] = each[i % channels][Math.floor(i / channels)];
  return sound;
}

/** One channel at another rate, as long as it was. */
function resampled(samples: Float32Array, from: number, to: number, path: string): Float32Array {
  if (from === to) return samples;
  if (!canResample(from, to)) {
    const what = `expected a sample rate of which ${to} Hz can be made, got ${from} Hz`;
    throw new SensoriumError('E_FILE_FORMAT', what, { path });
  }
  const resampler = new Resampler(from, to);
  const length = Math.round((samples.length * to) / from);
  // What follows the end is silence, as much as the filter looks ahead.
  const parts = [samples, new Float32Array(from)].map((part) => resampler.push(part));
  const whole = new Float32Array(parts[0].length + parts[1].length);
  whole.set(parts[0]);
  whole.set(parts[1], parts[0].length);
  return whole.subarray(0, length);
}
