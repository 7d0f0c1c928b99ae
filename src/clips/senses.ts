import { hashOf, type Clip } from '../contract/index.ts';
import { CHANNELS } from './layout.ts';

/** Of so many clips one has a sense that fails, of each kind of failure as many. */
const FAILURES = [
  { camera: 'gone', microphones: 'well' },
  { camera: 'frozen', microphones: 'well' },
  { camera: 'well', microphones: 'gone' },
  { camera: 'well', microphones: 'muffled' },
] as const satisfies readonly Clip['senses'][];
const ONE_IN = 20;
/** What muffled microphones let through: what is slower than this share of the sample rate, and of that so much. */
const SLOW = 0.05;
const LETS = 0.1;

/** How the senses of a clip fare: its name decides. */
export function sensesOf(name: string): Clip['senses'] {
  return FAILURES[hashOf(`senses ${name}`) % ONE_IN] ?? { camera: 'well', microphones: 'well' };
}

/** Sound as microphones under a blanket hear it: low, and little of it. In place. */
export function muffle(sound: Int16Array): void {
  const low = new Float64Array(CHANNELS);
  for (let i = 0; i < sound.length; i += 1) {
    const channel = i % CHANNELS;
    low[channel] += SLOW * (sound[i] - low[channel]);
    sound[i] = Math.round(LETS * low[channel]);
  }
}
