import type { SoundClip } from '../../contract/index.ts';
import type { AudioMeasurement } from '../../frame/index.ts';

/** Below this share of what white noise would have, the power of changes from sample to sample is that of low tones alone. */
const LOW = 0.03;
/** Power that rounding to whole numbers adds to each change: twice that of a uniform distribution of width 1. */
const ROUNDING = 1 / 6;
/** Below this share of the least that there was, changes are less than a silent room gives. */
const LESS = 0.15;

/** Changes from sample to sample, and the samples themselves, as powers. */
interface Powers {
  readonly change: number;
  readonly whole: number;
}

/**
 * Tells whether microphones lie under something that lets next to nothing but low tones through: the changes from sample to sample are well
 * below the least that any second before had, and low tones are what is left. A microphone whose own noise is louder than the room's is
 * not found out, nor one that lay under it from the start.
 */
export class Muffling {
  /** Root of the least power of changes in a second. */
  #floor = Infinity;
  #change = 0;
  #samples = 0;

  /** A block has come. */
  hear({ sampleRate, channels, data }: AudioMeasurement): void {
    this.#change += powersOf(data, channels).change;
    this.#samples += data.length;
    if (this.#samples < sampleRate * channels) return;
    const change = Math.sqrt(this.#change / this.#samples);
    // What is muffled, or nothing at all, is not what a silent room gives.
    if (change > LESS * this.#floor || (this.#floor === Infinity && change > 0)) {
      this.#floor = Math.min(this.#floor, change);
    }
    this.#change = 0;
    this.#samples = 0;
  }

  isMuffled({ channels, data }: SoundClip): boolean {
    const { change, whole } = powersOf(data, channels);
    if (Math.sqrt(change / data.length) >= LESS * this.#floor) return false;
    // Less than one step is left, or low tones.
    return whole < data.length || change - ROUNDING * data.length < 2 * LOW * whole;
  }
}

function powersOf(data: Int16Array, channels: number): Powers {
  let change = 0;
  let whole = 0;
  for (let i = channels; i < data.length; i += 1) {
    change += (data[i] - data[i - channels]) ** 2;
    whole += data[i] * data[i];
  }
  return { change, whole };
}
