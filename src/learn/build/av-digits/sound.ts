import { Resampler } from '../../../perception/index.ts';
import { normal, type Random } from '../../../random/index.ts';
import { FEATURES, HEARD_RATE, STRIPS } from './keywords.ts';

/** Root mean square that what is spoken is brought to: some speakers are twenty times as loud as others. */
const LEVEL = 0.1;
/** s over which loudness is taken. */
const LOUDNESS_OVER = 0.05;
/** Speech is what is not below this share of the loudest. */
const LOUD = 0.1;
/** The moments that a word lies in, and how many parts they are told in. */
const [FIRST, LAST, PARTS] = [5, 21, 4];
/** Numbers that are told of a clip. */
export const NUMBERS = PARTS * STRIPS * FEATURES;

/**
 * The second around what is spoken in a clip, as loud whoever speaks, under white noise.
 * @param clip one channel
 * @param rate samples a second
 * @param decibels of what is spoken over the noise
 * @returns one second, {@link HEARD_RATE}
 */
export function secondOf(clip: Float32Array, rate: number, decibels: number, random: Random): Float32Array {
  const loudness = loudnessOf(clip, Math.round(LOUDNESS_OVER * rate));
  const least = LOUD * loudness.reduce((most, value) => Math.max(most, value), 0);
  let [weight, moment, squares, count] = [0, 0, 0, 0];
  loudness.forEach((value, i) => {
    if (value <= least) return;
    weight += value;
    moment += value * i;
    squares += value * value;
    count += 1;
  });
  const middle = weight === 0 ? Math.floor(clip.length / 2) : Math.floor(moment / weight);
  const from = middle - Math.floor(rate / 2);
  const gain = count === 0 ? 0 : LEVEL / Math.max(1e-6, Math.sqrt(squares / count));
  const noise = LEVEL * 10 ** (-decibels / 20);
  // Some more: the last samples of a resampler come with what follows.
  const second = new Float32Array(Math.ceil(1.1 * rate)).map(
    (_, i) => gain * (clip[from + i] ?? 0) + noise * normal(random),
  );
  return new Resampler(rate, HEARD_RATE).push(second).subarray(0, HEARD_RATE);
}

/**
 * What is told of a clip: means of features over parts of the word.
 * @param features [MOMENTS, STRIPS, FEATURES]
 * @returns [PARTS, STRIPS, FEATURES]
 */
export function told(features: Float32Array): Float32Array {
  const row = STRIPS * FEATURES;
  const moments = (LAST - FIRST) / PARTS;
  return new Float32Array(NUMBERS).map((_, i) => {
    const from = FIRST + Math.floor(i / row) * moments;
    let sum = 0;
    for (let moment = from; moment < from + moments; moment += 1) sum += features[moment * row + (i % row)];
    return sum / moments;
  });
}

/** Root mean square of the samples around each. */
function loudnessOf(clip: Float32Array, over: number): Float64Array {
  const sums = new Float64Array(clip.length + 1);
  clip.forEach((value, i) => (sums[i + 1] = sums[i] + value * value));
  const half = Math.floor(over / 2);
  return new Float64Array(clip.length).map((_, i) => {
    const [from, to] = [Math.max(0, i - half), Math.min(clip.length, i + half)];
    return Math.sqrt(Math.max(0, sums[to] - sums[from]) / over);
  });
}
