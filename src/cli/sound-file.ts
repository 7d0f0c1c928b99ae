import { readFile } from 'node:fs/promises';
import { SensoriumError } from '../contract/index.ts';
import type { Answerer } from '../hub/index.ts';
import { readWav } from './models/wav.ts';

/** What the models that hear are made for, samples a second. */
const SAMPLE_RATE = 16_000;

/**
 * The last of a WAV file (16-bit PCM), as much as a model takes; `undefined` where there is nothing but zeros: the microphones say nothing.
 * @throws SensoriumError E_FILE_MISSING, E_FILE_FORMAT; E_USAGE where the model does not hear
 */
export async function clipOf(path: string, { hears, name }: Answerer): Promise<Int16Array | undefined> {
  if (hears === undefined) throw new SensoriumError('E_USAGE', `expected no --sound: ${name} does not hear`);
  const content = await readFile(path).catch((error: unknown) => {
    throw new SensoriumError('E_FILE_MISSING', 'cannot be read', { path, cause: error });
  });
  const { sampleRate, channels, data } = readWav(content, path);
  const wanted = hears.channels * hears.samples;
  if (channels !== hears.channels || sampleRate !== SAMPLE_RATE || data.length < wanted) {
    const got = `${channels} x ${Math.floor(data.length / channels)} samples at ${sampleRate} Hz`;
    const what = `expected at least ${hears.channels} x ${hears.samples} samples at ${SAMPLE_RATE} Hz, got ${got}`;
    throw new SensoriumError('E_FILE_FORMAT', what, { path });
  }
  const clip = data.slice(data.length - wanted);
  return clip.some((sample) => sample !== 0) ? clip : undefined;
}
