import type { SoundClip } from '../../contract/index.ts';
import {
  NS_PER_MS,
  NS_PER_SECOND,
  type AudioMeasurement,
  type Frame,
  type InputNumber,
  stampOf,
  type Stamp,
} from '../../frame/index.ts';

/** Seconds of sound, and where they come from. */
export interface Second {
  readonly clip: SoundClip;
  /** Time of the end of its last sample. */
  readonly end: Stamp;
  /** Its newest block. */
  readonly input: InputNumber;
}

/** By how much a block may miss its time before something must be missing, ns. */
const TOLERANCE = 20 * NS_PER_MS;
/** Standard deviations that stamps may be off beside it. */
const DEVIATIONS = 4;

/** The last second of a stream of sound, or more of them, without a hole: a ring of all its channels. */
export class LastSecond {
  readonly #seconds: number;
  #rate = 0;
  #channels = 0;
  #ring = new Int16Array();
  /** Where the next sample goes, and how many there are; of all channels together. */
  #place = 0;
  #filled = 0;
  #end: Stamp | undefined;
  #input = 0 as InputNumber;

  constructor(seconds = 1) {
    this.#seconds = seconds;
  }

  add({ stamp, deviation, input }: Frame, audio: AudioMeasurement): void {
    const { sampleRate, channels, data, missing } = audio;
    if (!(sampleRate >= 1 && channels >= 1)) return;
    if (sampleRate !== this.#rate || channels !== this.#channels) {
      this.#rate = sampleRate;
      this.#channels = channels;
      this.#ring = new Int16Array(Math.round(sampleRate * this.#seconds) * channels);
      this.#filled = 0;
    }
    const off = this.#end === undefined ? 0 : Math.abs(stamp - this.#end);
    if (missing > 0 || off > TOLERANCE + DEVIATIONS * deviation * NS_PER_SECOND) this.#filled = 0;
    const whole = data.length - (data.length % channels);
    this.#append(data.subarray(Math.max(0, whole - this.#ring.length), whole));
    this.#end = stampOf(Math.round(stamp + (whole / channels / sampleRate) * NS_PER_SECOND));
    this.#input = input;
  }

  /** @returns `undefined` before there is all of it, and after a hole until there is again */
  take(): Second | undefined {
    if (this.#end === undefined || this.#filled < this.#ring.length) return undefined;
    const data = new Int16Array(this.#ring.length);
    data.set(this.#ring.subarray(this.#place));
    data.set(this.#ring.subarray(0, this.#place), this.#ring.length - this.#place);
    const clip = { sampleRate: this.#rate, channels: this.#channels, data };
    return { clip, end: this.#end, input: this.#input };
  }

  #append(data: Int16Array): void {
    const first = Math.min(data.length, this.#ring.length - this.#place);
    this.#ring.set(data.subarray(0, first), this.#place);
    this.#ring.set(data.subarray(first), 0);
    this.#place = (this.#place + data.length) % Math.max(1, this.#ring.length);
    this.#filled = Math.min(this.#ring.length, this.#filled + data.length);
  }
}
