import { SENSE_MOUNTS } from './config.ts';
import { NOISE_MASK, noiseTable } from './noise.ts';
import type { Place } from './place/place.ts';
import type { Motion } from './robot.ts';
import type { Scene, Sensor } from './sensor.ts';
import { hear } from './sound/propagation.ts';
import { createSources, type Sources } from './sound/sources.ts';
import { SAMPLE_RATE } from './sound/wave.ts';

/** Microphones on a circle, as on a ReSpeaker 4-mic array (Seeed): front, left, back, right; radius in m. */
export const EARS = 4;
export const RADIUS = 0.0457;
/** Noise of a microphone, as a share of full scale, and how microphones differ in loudness. */
const NOISE = 6e-4;
const MISMATCH = 0.05;
const FULL_SCALE = 32_767;

/**
 * Four microphones at 16 kHz, interleaved: channel 0 looks forward, then left, back and right. A block holds what is heard
 * within one period; it is told when its last sample has been taken.
 * @param sourcesOf what sounds in the place
 */
export function createMicrophones(
  { motionAt, random, noise, period }: Scene,
  place: Place,
  sourcesOf: (place: Place) => Sources = createSources,
): Sensor {
  const samples = Math.round(period * SAMPLE_RATE);
  const [mx, , height] = SENSE_MOUNTS.microphones.translation;
  // Made when it is first listened: whoever only asks which streams there are need not wait for it.
  let sources: Sources | undefined;
  const heard = new Float32Array(EARS * samples);
  const ears = { from: new Float64Array(3 * EARS), to: new Float64Array(3 * EARS) };
  const gains = Array.from({ length: EARS }, () => 1 + MISMATCH * noise * random.gaussian());
  const table = noiseTable();

  function put({ x, y, yaw }: Motion, at: Float64Array): void {
    for (let ear = 0; ear < EARS; ear += 1) {
      const angle = yaw + (ear * Math.PI) / 2;
      at[3 * ear] = x + mx * Math.cos(yaw) + RADIUS * Math.cos(angle);
      at[3 * ear + 1] = y + mx * Math.sin(yaw) + RADIUS * Math.sin(angle);
      at[3 * ear + 2] = height;
    }
  }

  return {
    kind: 'audio',
    frameId: 'microphones',
    duration: samples / SAMPLE_RATE,
    sample(seconds) {
      const to = seconds + samples / SAMPLE_RATE;
      const before = motionAt(seconds);
      const after = motionAt(to);
      put(before, ears.from);
      put(after, ears.to);
      heard.fill(0);
      sources ??= sourcesOf(place);
      for (const source of sources(seconds, to, before, after)) hear(place, source, ears, seconds, samples, heard);
      const data = new Int16Array(EARS * samples);
      for (let ear = 0; ear < EARS; ear += 1) {
        let at = Math.floor(random.uniform() * (NOISE_MASK + 1));
        for (let n = 0; n < samples; n += 1) {
          at = (at + 1) & NOISE_MASK;
          const value = FULL_SCALE * (gains[ear] * heard[ear * samples + n] + NOISE * noise * table[at]);
          data[n * EARS + ear] = Math.max(-FULL_SCALE, Math.min(FULL_SCALE, Math.round(value)));
        }
      }
      return { kind: 'audio', sampleRate: SAMPLE_RATE, channels: EARS, data, missing: 0 };
    },
  };
}
