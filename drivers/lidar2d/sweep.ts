import type { DeviceOutput } from '../../src/device/index.ts';
import type { StreamId } from '../../src/frame/index.ts';

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

/** Below this share of its rays a sweep is told to be partial. */
const WHOLE_SHARE = 0.9;
/** Turns in a row without a single return, after which that is told: one may be chance. */
const EMPTY_TURNS = 3;

/**
 * Gathers the points of a scanner that turns clockwise, seen from above, into one scan a turn: rays in the order in which they
 * were measured, from straight ahead on, each point in the ray nearest to its angle (the nearer of two). A ray without a point
 * is NaN, one without a return 0: both outside the limits.
 */
export class Sweep {
  readonly #options: SweepOptions;
  readonly #output: DeviceOutput;
  #ranges: Float32Array;
  #intensities: Float32Array;
  #returns = 0;
  /** Device time of the first point, in the unit of the stream’s clock; `undefined` before the first turn began. */
  #first: bigint | undefined;
  #emptyTurns = 0;
  #complaint: string | undefined;

  constructor(options: SweepOptions, output: DeviceOutput) {
    this.#options = options;
    this.#output = output;
    this.#ranges = new Float32Array(options.rays).fill(NaN);
    this.#intensities = new Float32Array(options.hasIntensities ? options.rays : 0);
  }

  /**
   * One point of the turn.
   * @param turn share of the turn, clockwise from straight ahead, 0..1
   * @param range m; 0: no return
   */
  add(turn: number, range: number, intensity: number): void {
    if (this.#first === undefined) return;
    const { rays, rangeMin, rangeMax, hasIntensities } = this.#options;
    const ray = Math.round(turn * rays) % rays;
    const isReturn = range >= rangeMin && range <= rangeMax;
    if (isReturn) this.#returns += 1;
    const before = this.#ranges[ray];
    if (isReturn ? !(before > 0 && before <= range) : Number.isNaN(before)) {
      this.#ranges[ray] = isReturn ? range : 0;
      if (hasIntensities) this.#intensities[ray] = intensity;
    }
  }

  /**
   * A turn ends here, and the next one begins.
   * @param time device time of the next turn's first point
   * @param ticksPerSecond of the device's time
   */
  turn(time: bigint, ticksPerSecond: number): void {
    const first = this.#first;
    this.#first = time;
    if (first === undefined) return;
    this.#judge();
    const { stream, rays, rangeMin, rangeMax, hasIntensities } = this.#options;
    const scanTime = Math.fround(Number(time - first) / ticksPerSecond);
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
    this.#first = undefined;
    this.#clear();
  }

  #clear(): void {
    this.#ranges = new Float32Array(this.#options.rays).fill(NaN);
    this.#intensities = new Float32Array(this.#intensities.length);
    this.#returns = 0;
  }

  /** A scanner that is blind or covered must not look like an empty room. */
  #judge(): void {
    const { stream, rays } = this.#options;
    this.#emptyTurns = this.#returns === 0 ? this.#emptyTurns + 1 : 0;
    const filled = this.#ranges.reduce((count, range) => count + (Number.isNaN(range) ? 0 : 1), 0);
    const share = filled / rays;
    let complaint: string | undefined;
    if (this.#emptyTurns >= EMPTY_TURNS) complaint = 'no returns: is it covered, or its window dirty?';
    else if (share < WHOLE_SHARE) complaint = 'partial sweeps';
    if (complaint === this.#complaint) return;
    this.#complaint = complaint;
    this.#output.trouble(stream, complaint);
  }
}
