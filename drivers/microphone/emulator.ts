import type { ProgramEmulator } from '../../src/device/index.ts';
import { commandOf } from './driver.ts';

/** Hz and peak of the tone, of full scale, and of the noise that every microphone has. */
const TONE = 440;
const LOUD = 8000;
const NOISE = 40;

/** Stands in for arecord and pw-record. */
export const microphoneEmulator: ProgramEmulator = {
  device: 'microphone',
  summary: 'microphones that hear a tone of 440 Hz, for arecord and pw-record',
  create(seed, args) {
    const line = args.join(' ');
    const rate = Number(/--rate (\d+)/.exec(line)?.[1] ?? 16_000);
    const channels = Number(/--channels (\d+)/.exec(line)?.[1] ?? 1);
    let state = seed;
    let said = 0;
    /** A linear congruence: Numerical Recipes. */
    const noise = (): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return NOISE * (state / 2 ** 31 - 1);
    };
    return {
      until(seconds) {
        const due = Math.floor(seconds * rate);
        const samples = new Int16Array(Math.max(0, due - said) * channels);
        for (let at = 0; said < due; said += 1) {
          const tone = LOUD * Math.sin((2 * Math.PI * TONE * said) / rate);
          for (let channel = 0; channel < channels; channel += 1, at += 1) samples[at] = Math.round(tone + noise());
        }
        return new Uint8Array(samples.buffer);
      },
    };
  },
  cases: [
    {
      name: 'microphone',
      config: {},
      args: commandOf({ program: 'alsa', device: 'default', sampleRate: 16_000, channels: 1, blockMs: 20, options: [] })
        .args,
      largestFrame: 640,
    },
  ],
};
