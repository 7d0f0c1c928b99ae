import { CHANNELS, type Trial } from './trial.ts';

/** Faults that can be put into a trial. */
export const INJECTIONS = ['nan', 'clip', 'magnet', 'restart', 'vibration'] as const;
export type Injection = (typeof INJECTIONS)[number];

/** Acceleration at which `clip` cuts, m/s²: the smallest range that is sold, 2 g. */
const CLIP = 19.6;
/** Field of the magnet, µT, along each axis of the sensor. */
const MAGNET = 30;
/** What `restart` leaves out, s, and by how much the gyroscope's bias is another afterwards, rad/s. */
const RESTART = { seconds: 3, bias: 0.005 };
/** Amplitude of the vibration, m/s². */
const VIBRATION = 20;

/**
 * A trial with a fault from `from` to `to`, s: `nan`, one sample in a hundred has a number that is none; `clip`, the
 * accelerometer's range ends at {@link CLIP}; `magnet`, one sits on the sensor; `restart`, the sensor is away and comes back
 * with another bias; `vibration`, the accelerometer shakes. A sample that is away has no numbers: NaN in all of them.
 */
export function inject(trial: Trial, what: Injection, from: number, to: number): Trial {
  const samples = trial.samples.slice();
  for (let i = 0; i < trial.count; i += 1) {
    const time = i / trial.rate;
    const sample = samples.subarray(CHANNELS * i, CHANNELS * (i + 1));
    if (what === 'restart' && time >= from) {
      if (time < from + RESTART.seconds) sample.fill(NaN);
      else sample[2] += RESTART.bias;
    }
    if (time < from || time >= to) continue;
    if (what === 'nan' && i % 100 === 0) sample[i % 6] = NaN;
    if (what === 'clip') for (let k = 3; k < 6; k += 1) sample[k] = Math.max(-CLIP, Math.min(CLIP, sample[k]));
    if (what === 'magnet') for (let k = 6; k < 9; k += 1) sample[k] += MAGNET;
    if (what === 'vibration') for (let k = 3; k < 6; k += 1) sample[k] += i % 2 === 0 ? VIBRATION : -VIBRATION;
  }
  return { ...trial, samples };
}
