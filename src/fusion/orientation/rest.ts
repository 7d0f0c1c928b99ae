import { SAMPLE } from './sample.ts';

/** Time over which rates and accelerations are averaged, s. */
const AVERAGING = 0.5;
/** How long a body is calm for {@link RestDetector.isStill}, s. */
const STILL = 0.3;
/** Place of the time for which it has been calm, s, behind the means of a sample's six numbers. */
const CALM = 6;

/** What {@link RestDetector} is told. */
export interface RestLimits {
  /** Most that a rate may differ from its mean, and most that the mean may be along an axis, rad/s. */
  readonly restRate: number;
  /** Most that an acceleration may differ from its mean, m/s². */
  readonly restAcceleration: number;
  /** For how long, s. */
  readonly restSeconds: number;
}

/**
 * Tells that a body rests: neither rate nor acceleration has left the neighbourhood of its mean for a while (D. Laidig and
 * T. Seel, "VQF", Information Fusion 91, 2023, section 3.4).
 */
export class RestDetector {
  readonly #limits: RestLimits;
  readonly #mean = new Float64Array(7);

  constructor(limits: RestLimits) {
    this.#limits = limits;
  }

  /** Whether it has been calm for a moment: rest, or where a motion turns back. */
  get isStill(): boolean {
    return this.#mean[CALM] >= STILL;
  }

  get rests(): boolean {
    return this.#mean[CALM] >= this.#limits.restSeconds;
  }

  /** Mean rate about an axis of the base, rad/s. */
  rate(axis: 0 | 1 | 2): number {
    return this.#mean[axis];
  }

  /** Begins with a first sample. */
  start(sample: Float64Array): void {
    for (let i = 0; i < CALM; i += 1) this.#mean[i] = sample[i];
    this.#mean[CALM] = 0;
  }

  /** Takes the next sample. */
  take(sample: Float64Array): void {
    const mean = this.#mean;
    const dt = sample[SAMPLE.dt];
    const weight = dt / (AVERAGING + dt);
    let rate = 0;
    let acceleration = 0;
    for (let i = 0; i < 3; i += 1) {
      const dg = sample[i] - mean[i];
      const da = sample[3 + i] - mean[3 + i];
      mean[i] += weight * dg;
      mean[3 + i] += weight * da;
      rate += dg * dg;
      acceleration += da * da;
    }
    const { restRate, restAcceleration } = this.#limits;
    const isCalm =
      rate < restRate * restRate &&
      acceleration < restAcceleration * restAcceleration &&
      Math.abs(mean[0]) < restRate &&
      Math.abs(mean[1]) < restRate &&
      Math.abs(mean[2]) < restRate;
    mean[CALM] = isCalm ? mean[CALM] + dt : 0;
  }
}
