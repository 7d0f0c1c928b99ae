import type { SoundClip } from '../contract/index.ts';
import type { Answerer } from './answerer.ts';

/**
 * The end of a sound, as long as a model takes it; before one that is too short it is silent. Of a model that does not hear, or hears other channels,
 * the sound as it is: it says so itself.
 */
export function soundFor(
  { hears }: Pick<Answerer, 'hears'>,
  { channels, data }: Omit<SoundClip, 'sampleRate'>,
): Int16Array {
  if (hears === undefined || hears.channels !== channels) return data;
  const length = hears.channels * hears.samples;
  if (data.length >= length) return data.subarray(data.length - length);
  const out = new Int16Array(length);
  out.set(data, length - data.length);
  return out;
}
