/** Zero crossings of the filter on each side: more cut more sharply and cost more. */
const CROSSINGS = 24;
/** The filter's edge as a share of the lower of both Nyquist frequencies: nearer to 1 keeps more and folds more back. */
const EDGE = 0.95;
/** Numbers of the filter that are kept at the most: 8 MB. */
const MOST_TAPS = 1_000_000;

/**
 * Changes the sample rate of one channel of sound, block by block: the blocks' results put together are that of the whole.
 * A windowed sinc (Blackman) in polyphase form, as in Crochiere and Rabiner, Multirate Digital Signal Processing, 1983: sample n
 * out lies at n * from / to in, and only the taps that meet it are computed. The level has fallen by half at 95 % of the lower
 * Nyquist frequency; what lies 6 % and more above that frequency is 70 dB down.
 */
export class Resampler {
  readonly #up: number;
  readonly #down: number;
  /** Taps on each side of a sample. */
  readonly #half: number;
  /** Phase by phase: 2 * half weights, that of the earliest sample first. */
  readonly #taps: Float64Array;
  /** Samples that are still needed: those at `base` and after. The first `half` come before the sound: silence. */
  #kept: Float32Array;
  #base: number;
  /** Number of the next sample out. */
  #next = 0;

  /**
   * @param from samples a second that come in
   * @param to samples a second that go out
   * @throws RangeError where {@link canResample} says no
   */
  constructor(from: number, to: number) {
    if (!canResample(from, to)) throw new RangeError(`${from} samples a second cannot become ${to}`);
    const common = gcd(from, to);
    this.#up = to / common;
    this.#down = from / common;
    this.#half = halfOf(from, to);
    this.#taps = tapsOf(this.#up, this.#half, edgeOf(from, to));
    this.#kept = new Float32Array(this.#half);
    this.#base = -this.#half;
  }

  /** @returns what can be told of the sound so far; the rest comes with what follows */
  push(samples: Float32Array): Float32Array {
    const kept = new Float32Array(this.#kept.length + samples.length);
    kept.set(this.#kept);
    kept.set(samples, this.#kept.length);
    const half = this.#half;
    const up = this.#up;
    // The last tap of sample n lies `half` after the whole part of its place.
    const end = this.#base + kept.length - half;
    const count = Math.max(0, Math.ceil((end * up) / this.#down) - this.#next);
    const out = new Float32Array(count);
    for (let i = 0; i < count; i += 1, this.#next += 1) {
      const place = this.#next * this.#down;
      let tap = (place % up) * 2 * half;
      let at = Math.floor(place / up) - half + 1 - this.#base;
      let sum = 0;
      for (const last = tap + 2 * half; tap < last; tap += 1, at += 1) sum += this.#taps[tap] * kept[at];
      out[i] = sum;
    }
    const needed = Math.floor((this.#next * this.#down) / up) - half + 1;
    const gone = Math.min(kept.length, Math.max(0, needed - this.#base));
    this.#kept = kept.slice(gone);
    this.#base += gone;
    return out;
  }
}

/** Whether both are whole numbers whose ratio does not take a filter of absurd size. */
export function canResample(from: number, to: number): boolean {
  if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 1 && to >= 1)) return false;
  return (to / gcd(from, to)) * 2 * halfOf(from, to) <= MOST_TAPS;
}

/** Edge of the filter in cycles a sample of what comes in. */
function edgeOf(from: number, to: number): number {
  return (EDGE / 2) * Math.min(1, to / from);
}

function halfOf(from: number, to: number): number {
  return Math.ceil(CROSSINGS / (2 * edgeOf(from, to)));
}

function tapsOf(phases: number, half: number, edge: number): Float64Array {
  const taps = new Float64Array(phases * 2 * half);
  for (let phase = 0; phase < phases; phase += 1) {
    const own = taps.subarray(phase * 2 * half, (phase + 1) * 2 * half);
    let sum = 0;
    own.forEach((_, k) => {
      const t = k - half + 1 - phase / phases;
      own[k] = sinc(2 * edge * t) * blackman(t / half);
      sum += own[k];
    });
    // Every phase passes a constant as it is.
    own.forEach((tap, k) => (own[k] = tap / sum));
  }
  return taps;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** From -1 to 1; 0 at both ends. */
function blackman(x: number): number {
  return 0.42 + 0.5 * Math.cos(Math.PI * x) + 0.08 * Math.cos(2 * Math.PI * x);
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
