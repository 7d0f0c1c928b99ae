/** dB that a floor is at least, full scale 0: below it a microphone that gives all but zeros would hear its own rounding. */
const LEAST = -70;

/**
 * The level of what is always there: the least of the last levels, which speech does not hold up because it pauses, if only between two
 * sounds (minimum statistics, Martin 2001). It follows what becomes quieter at once, and what becomes louder after `buckets * length` levels.
 */
export class NoiseFloor {
  readonly #length: number;
  readonly #least: number[];
  #bucket = 0;
  #filled = 0;

  /** @param length levels in a bucket; @param buckets whose least level counts */
  constructor(length: number, buckets: number) {
    this.#length = length;
    this.#least = Array<number>(buckets).fill(Infinity);
  }

  /** Takes the next level, dB. @returns the floor with it, dB */
  take(level: number): number {
    if (this.#filled === this.#length) {
      this.#bucket = (this.#bucket + 1) % this.#least.length;
      this.#least[this.#bucket] = Infinity;
      this.#filled = 0;
    }
    this.#filled += 1;
    this.#least[this.#bucket] = Math.min(this.#least[this.#bucket], level);
    return Math.max(LEAST, Math.min(...this.#least));
  }
}

/** Level of samples without what is constant in them, dB; -100 for silence. */
export function levelOf(samples: Float32Array): number {
  let sum = 0;
  let squares = 0;
  for (const sample of samples) {
    sum += sample;
    squares += sample * sample;
  }
  const variance = squares / samples.length - (sum / samples.length) ** 2;
  return 10 * Math.log10(Math.max(variance, 1e-10));
}
