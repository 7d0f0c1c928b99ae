import { NS_PER_SECOND } from '../frame/index.ts';

/** How the `latest` policy follows rates. Defaults and meaning are those of ROS 2 message_filters. */
export interface RateOptions {
  /** Weight of the newest period in the mean rate, 0..1. Small: smooth, slow; 1: the newest period alone. */
  readonly rateAlpha: number;
  /** Weight of the newest error in the mean error of the rate, 0..1. */
  readonly errorAlpha: number;
  /** Mean errors by which a rate may be off before it counts as a new one, or its stream as late. */
  readonly margin: number;
}

/** The rate of one stream: an exponential mean that starts anew when the rate steps. */
export class Rate {
  readonly #options: RateOptions;
  /** Hz; 0 before the second frame. */
  hz = 0;
  /** Time of the last frame, ns. */
  last: number;
  #error = 0;
  #hasRate = false;
  #hasError = false;

  /** @param now time of the first frame, ns */
  constructor(now: number, options: RateOptions) {
    this.last = now;
    this.#options = options;
  }

  /** A frame has come. @returns false when time has not moved on since the one before */
  update(now: number): boolean {
    const { rateAlpha, errorAlpha, margin } = this.#options;
    const period = (now - this.last) / NS_PER_SECOND;
    if (period <= 0) return false;
    const current = 1 / period;
    const off = Math.abs(this.hz - current);
    if (this.#hasError && off > margin * this.#error) {
      this.#hasRate = false;
      this.#hasError = false;
    }
    if (!this.#hasRate) {
      this.hz = current;
      this.#hasRate = true;
    } else {
      this.#error = this.#hasError ? errorAlpha * off + (1 - errorAlpha) * this.#error : off;
      this.#hasError = true;
      this.hz = rateAlpha / period + (1 - rateAlpha) * this.hz;
    }
    this.last = now;
    return true;
  }

  /** Whether by now the next frame is later than errors of the rate explain. */
  isLate(now: number): boolean {
    const current = NS_PER_SECOND / (now - this.last);
    return this.#hasError && this.hz - current > this.#options.margin * this.#error;
  }
}
