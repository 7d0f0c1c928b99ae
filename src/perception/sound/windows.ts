import {
  NS_PER_MS,
  NS_PER_SECOND,
  stampOf,
  type AudioMeasurement,
  type Frame,
  type InputNumber,
  type Stamp,
} from '../../frame/index.ts';
import { canResample, Resampler } from './resample.ts';
import { channelOf, monoOf } from './samples.ts';

/** A piece of sound without a hole. */
export interface SoundWindow {
  /** One channel, or the mean of all; full scale ±1. */
  readonly samples: Float32Array;
  /** Times of its first sample and of the end of its last. */
  readonly start: Stamp;
  readonly end: Stamp;
  /** Blocks that it is made of. */
  readonly inputs: readonly InputNumber[];
}

/** How sound is cut. */
export interface SoundWindowOptions {
  /** Samples a second of the windows, whatever the microphones give. */
  readonly sampleRate: number;
  /** Samples of a window, and from the start of one to that of the next. */
  readonly samples: number;
  readonly hop: number;
  /** Which channel, from 0; default: the mean of all. */
  readonly channel?: number;
  /**
   * Samples before the window in the making over which small holes may not add up; default 0. It is for windows so short that many of them
   * are put together again.
   */
  readonly kept?: number;
}

/** A block that samples of the window in the making came from. */
interface Block {
  readonly input: InputNumber;
  readonly stamp: Stamp;
  /** Place of its first sample: as it came, and in the windows' rate. */
  readonly from: number;
  readonly at: number;
}

/** By how much the samples of a window may miss its time before something must be missing, ns. */
const TOLERANCE = 20 * NS_PER_MS;
/** Standard deviations that stamps may be off beside it. */
const DEVIATIONS = 4;

/**
 * Cuts a stream of sound blocks into windows: one channel, one sample rate. A hole never lies within a window: where samples are
 * missing, or times do not fit the number of samples, what was gathered goes and a new window begins.
 */
export class SoundWindows {
  readonly #options: SoundWindowOptions;
  #rate = 0;
  #resampler: Resampler | undefined;
  #blocks: Block[] = [];
  /** Samples so far as they came, since the last hole. */
  #received = 0;
  /** Samples in the windows' rate; the first has the place `#base`, the next window begins at `#next`. */
  #samples = new Float32Array();
  #base = 0;
  #next = 0;
  #gaps = 0;

  constructor(options: SoundWindowOptions) {
    this.#options = options;
  }

  /** Holes that a window was given up for. */
  get gaps(): number {
    return this.#gaps;
  }

  /**
   * Takes the next block.
   * @returns the windows that it completes; `undefined` for one that is no sound, or of a rate that nothing can be made of
   */
  add(frame: Frame, audio: AudioMeasurement): readonly SoundWindow[] | undefined {
    const { sampleRate, channels, data } = audio;
    const { channel = 0 } = this.#options;
    if (!(channels > channel) || data.length < channels || !canResample(sampleRate, this.#options.sampleRate)) {
      return undefined;
    }
    if (this.#blocks.length > 0 && this.#isHole(frame, audio)) {
      this.#gaps += 1;
      this.#blocks = [];
    }
    if (this.#blocks.length === 0) this.#begin(sampleRate);
    const block = {
      input: frame.input,
      stamp: frame.stamp,
      from: this.#received,
      at: (this.#received * this.#options.sampleRate) / sampleRate,
    };
    this.#blocks.push(block);
    const mono = this.#options.channel === undefined ? monoOf(data, channels) : channelOf(data, channels, channel);
    this.#received += mono.length;
    this.#append(this.#resampler === undefined ? mono : this.#resampler.push(mono));
    return this.#complete(block);
  }

  /** Whether the block does not follow on what was gathered. The oldest block tells best: small holes add up. */
  #isHole({ stamp, deviation }: Frame, { sampleRate, missing }: AudioMeasurement): boolean {
    if (missing > 0 || sampleRate !== this.#rate) return true;
    const [oldest] = this.#blocks;
    const expected = oldest.stamp + ((this.#received - oldest.from) / sampleRate) * NS_PER_SECOND;
    return Math.abs(stamp - expected) > TOLERANCE + DEVIATIONS * deviation * NS_PER_SECOND;
  }

  #begin(sampleRate: number): void {
    const { sampleRate: wanted } = this.#options;
    this.#rate = sampleRate;
    this.#resampler = sampleRate === wanted ? undefined : new Resampler(sampleRate, wanted);
    this.#received = 0;
    this.#samples = new Float32Array();
    this.#base = 0;
    this.#next = 0;
  }

  #append(more: Float32Array): void {
    const gone = Math.min(this.#samples.length, Math.max(0, this.#next - this.#base));
    const joined = new Float32Array(this.#samples.length - gone + more.length);
    joined.set(this.#samples.subarray(gone));
    joined.set(more, this.#samples.length - gone);
    this.#samples = joined;
    this.#base += gone;
  }

  /** Windows that are whole now; their times are those of the newest block. */
  #complete(newest: Block): SoundWindow[] {
    const { sampleRate, samples, hop } = this.#options;
    const windows: SoundWindow[] = [];
    const timeOf = (place: number): Stamp =>
      stampOf(Math.round(newest.stamp + ((place - newest.at) / sampleRate) * NS_PER_SECOND));
    for (; this.#next + samples <= this.#base + this.#samples.length; this.#next += hop) {
      const from = this.#next - this.#base;
      const end = this.#next + samples;
      windows.push({
        samples: this.#samples.slice(from, from + samples),
        start: timeOf(this.#next),
        end: timeOf(end),
        inputs: this.#blocks.filter((_, i) => this.#meets(i, this.#next, end)).map(({ input }) => input),
      });
    }
    const from = this.#next - (this.#options.kept ?? 0);
    this.#blocks = this.#blocks.filter((block, i) => block === newest || this.#meets(i, from, Infinity));
    return windows;
  }

  /** Whether the block with this index has samples between two places. */
  #meets(index: number, from: number, to: number): boolean {
    const end = index + 1 < this.#blocks.length ? this.#blocks[index + 1].at : Infinity;
    return this.#blocks[index].at < to && end > from;
  }
}
