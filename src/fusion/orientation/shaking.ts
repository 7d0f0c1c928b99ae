import type { Vector3 } from '../../frame/index.ts';
import { SAMPLE } from './sample.ts';

/** Samples in a row that stand at an end of the range before it counts as clipped. */
const CLIPPED_SAMPLES = 3;
/** Least step to the end of the range, as a share of it: a motion comes to its own largest value more gently. */
const STEP_SHARE = 0.005;
/** Time over which vibration is averaged, s. */
const AVERAGING = 0.5;
/** With a longer interval between samples, motion looks like vibration, s. */
const LONGEST_INTERVAL = 0.021;

/**
 * Does an axis of a sensor stand at the end of its range? That is a large value, bit for bit the same in three samples while
 * other axes change, and come to at a stroke: noise and the bend of a motion would tell them apart.
 */
export class Clipping {
  readonly #least: number;
  readonly #last = new Float64Array(3);
  readonly #same = new Int32Array(3);

  /** @param least the smallest range */
  constructor(least: number) {
    this.#least = least;
  }

  /** @param value in the sensor's own axes; @returns whether one of them is clipped */
  take(value: Vector3): boolean {
    const last = this.#last;
    // A sample that is sent again says nothing.
    if (value[0] === last[0] && value[1] === last[1] && value[2] === last[2]) return false;
    let isClipped = false;
    for (let i = 0; i < 3; i += 1) {
      const size = Math.abs(value[i]);
      const step = Math.abs(value[i] - last[i]);
      if (size < this.#least) this.#same[i] = 0;
      else if (step > 0) this.#same[i] = step > STEP_SHARE * size ? 1 : 0;
      else if (this.#same[i] > 0) this.#same[i] += 1;
      if (this.#same[i] >= CLIPPED_SAMPLES) isClipped = true;
      last[i] = value[i];
    }
    return isClipped;
  }
}

/** Places in what {@link Vibration} keeps, behind the last sample (3) and its difference from the one before (3). */
const VARIANCE = 6;
const SEEN = 7;

/**
 * How much an accelerometer shakes beyond what it moves: the second difference of successive samples leaves white noise of
 * variance σ² six times, E(a₂ - 2a₁ + a₀)² = 6σ², and hardly any motion.
 */
export class Vibration {
  readonly #state = new Float64Array(8);

  /** σ² of one axis, (m/s²)². */
  get variance(): number {
    return this.#state[VARIANCE];
  }

  reset(): void {
    this.#state[SEEN] = 0;
  }

  /** Takes the next sample. */
  take(sample: Float64Array): void {
    const s = this.#state;
    const dt = sample[SAMPLE.dt];
    let square = 0;
    for (let i = 0; i < 3; i += 1) {
      const difference = sample[SAMPLE.ax + i] - s[i];
      const second = difference - s[3 + i];
      s[i] = sample[SAMPLE.ax + i];
      s[3 + i] = difference;
      square += second * second;
    }
    if (s[SEEN] < 2) s[SEEN] += 1;
    else if (dt < LONGEST_INTERVAL) s[VARIANCE] += (dt / (AVERAGING + dt)) * (square / 18 - s[VARIANCE]);
  }
}
