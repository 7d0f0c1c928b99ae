import type { DeviceOutput } from '../../src/device/index.ts';
import type { StreamId } from '../../src/frame/index.ts';
import { SweepJudge } from './judge.ts';

/** What all sweeps of a scanner have in common. */
export interface SweepOptions {
  readonly stream: StreamId;
  /** Rays of a whole turn. */
  readonly rays: number;
  /** m. */
  readonly rangeMin: number;
  readonly rangeMax: number;
  readonly hasIntensities: boolean;
}

/**
 * Gathers the points of a scanner that turns clockwise, seen from above, into one scan a turn: rays in the order in which they
 * were measured, from straight ahead on, each point in the ray nearest to its angle (the nearer of two). A ray without a point
 * is NaN, one without a return 0: both outside the limits.
 */
export class Sweep {
  readonly #options: SweepOptions;
  readonly #output: DeviceOutput;
  readonly #judge: SweepJudge;
  #ranges: Float32Array;
  #intensities: Float32Array;
  /** Whether a turn has begun. */
  #isTurning = false;
  /** Device time of its first point, in the unit of the stream’s clock; `undefined` where that has none. */
  #first: bigint | undefined;

  constructor(options: SweepOptions, output: DeviceOutput) {
    this.#options = options;
    this.#output = output;
    this.#judge = new SweepJudge(options.stream, output);
    this.#ranges = new Float32Array(options.rays).fill(NaN);
    this.#intensities = new Float32Array(options.hasIntensities ? options.rays : 0);
  }

  /**
   * One point of the turn.
   * @param turn share of the turn, clockwise from straight ahead, 0..1
   * @param range m; 0: no return
   */
  add(turn: number, range: number, intensity: number): void {
    if (!this.#isTurning) return;
    const { rays, rangeMin, rangeMax, hasIntensities } = this.#options;
    const ray = Math.round(turn * rays) % rays;
    const isReturn = range >= rangeMin && range <= rangeMax;
    const before = this.#ranges[ray];
    if (isReturn ? !(before > 0 && before <= range) : Number.isNaN(before)) {
      this.#ranges[ray] = isReturn ? range : 0;
      if (hasIntensities) this.#intensities[ray] = intensity;
    }
  }

  /**
   * A turn ends here, and the next one begins.
   * @param time device time of the next turn's first point; `undefined` where the device has no clock
   * @param seconds that the turn took which ends
   */
  turn(time: bigint | undefined, seconds: number): void {
    const first = this.#first;
    const isWhole = this.#isTurning;
    this.#first = time;
    this.#isTurning = true;
    if (!isWhole) return;
    this.#judge.judge(this.#ranges);
    const { stream, rays, rangeMin, rangeMax, hasIntensities } = this.#options;
    const scanTime = Math.fround(seconds);
    this.#output.frame(stream, first, {
      kind: 'scan',
      angleMin: 0,
      angleMax: Math.fround((-2 * Math.PI * (rays - 1)) / rays),
      angleIncrement: Math.fround((-2 * Math.PI) / rays),
      timeIncrement: Math.fround(scanTime / rays),
      scanTime,
      rangeMin: Math.fround(rangeMin),
      rangeMax: Math.fround(rangeMax),
      ranges: this.#ranges,
      ...(hasIntensities ? { intensities: this.#intensities } : {}),
    });
    this.#clear();
  }

  /** Points are missing and nobody knows how many: the turn is given up, and the next one waited for. */
  giveUp(): void {
    this.#isTurning = false;
    this.#clear();
  }

  #clear(): void {
    this.#ranges = new Float32Array(this.#options.rays).fill(NaN);
    this.#intensities = new Float32Array(this.#intensities.length);
  }
}
