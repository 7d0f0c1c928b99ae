/** Time over which the field is averaged before it is compared, s. */
const AVERAGING = 0.2;
/** Time for which a disturbance is remembered after it was seen, s: it crosses zero without having gone. */
const MEMORY = 2;
/** Time over which the reference follows the field, s. */
const REFERENCE = 20;
/** How long a field must be the same to become the first reference, s. */
const FIRST = 5;
/** How long a sensor must have turned in another field for it to become the reference, s. */
const ANOTHER = 20;
/** A slower turn tells nothing about a field, rad/s. */
const TURNING = 0.35;
/** Directions that are likely to be off by more than this are not used, rad. */
const USELESS = 0.5;
/** A field refused for longer than this is used with its doubts, s. It comes back twice as fast as it goes. */
const LONGEST_REFUSAL = 60;
/** The horizontal part of the field must be at least this share of it: near the poles of a magnet there is no heading. */
const LEAST_HORIZONTAL = 0.15;
/** Before there is a reference: a further doubt of the direction, rad. */
const WITHOUT_REFERENCE = 0.1;

/** What {@link MagneticHeading} is told. */
export interface MagneticConfig {
  readonly headingNoise: number;
  readonly fieldTolerance: number;
}

/**
 * The direction of the magnetic field, and what it is worth. What can be seen of a disturbance is how the field's horizontal
 * and vertical parts differ from a reference; what turns the heading is the third part, which cannot be seen and is taken to
 * be as large. A field that differs by more than the tolerance is refused. The reference follows the field slowly; another
 * field becomes the reference when the sensor has turned in it for long and it stayed the same (both as in D. Laidig and
 * T. Seel, "VQF", Information Fusion 91, 2023, section 3.5).
 */
export class MagneticHeading {
  readonly #config: MagneticConfig;
  /** Sum of the samples since the last judgement, in the fixed axes of the estimate. */
  readonly #sum = new Float64Array(3);
  #count = 0;
  // Horizontal and vertical part: averaged, of the reference, of what may become it.
  #horizontal = -1;
  #vertical = 0;
  #referenceHorizontal = -1;
  #referenceVertical = 0;
  #otherHorizontal = -1;
  #otherVertical = 0;
  #otherSeconds = 0;
  #remembered = 0;
  #refused = 0;
  #isDisturbed = false;
  #error = 0;
  #variance = 0;
  #perTilt = 0;

  constructor(config: MagneticConfig) {
    this.#config = config;
  }

  /**
   * Adds a sample of the field in base axes, any unit.
   * @param R row-major 3x3, base to fixed axes
   * @returns whether it has a horizontal part to use
   */
  add(field: Float64Array, R: Float64Array): boolean {
    const bx = field[0];
    const by = field[1];
    const bz = field[2];
    const x = R[0] * bx + R[1] * by + R[2] * bz;
    const y = R[3] * bx + R[4] * by + R[5] * bz;
    const z = R[6] * bx + R[7] * by + R[8] * bz;
    const square = x * x + y * y;
    if (!(square > LEAST_HORIZONTAL * LEAST_HORIZONTAL * (square + z * z))) return false;
    this.#sum[0] += x;
    this.#sum[1] += y;
    this.#sum[2] += z;
    this.#count += 1;
    return true;
  }

  /** What is summed up belongs to another estimate. */
  forget(): void {
    this.#sum.fill(0);
    this.#count = 0;
  }

  /** Whether there is a field to judge. */
  get isPending(): boolean {
    return this.#count > 0;
  }

  /** Whether the field is another than it was. */
  get isDisturbed(): boolean {
    return this.#isDisturbed;
  }

  /** By how much the estimate must turn about the vertical to have the field point north, rad. */
  get error(): number {
    return this.#error;
  }

  /** Variance of {@link error} by disturbances, rad². */
  get variance(): number {
    return this.#variance;
  }

  /** How many times the tilt about the field's horizontal direction turns the heading. */
  get perTilt(): number {
    return this.#perTilt;
  }

  /** Share of the field's horizontal direction along x and y. */
  get east(): number {
    return Math.sin(this.#error);
  }

  get north(): number {
    return Math.cos(this.#error);
  }

  /**
   * Judges what was added.
   * @param interval s since the last judgement
   * @param isLevel whether the tilt is known well enough to tell horizontal from vertical
   * @param rate how fast the sensor turns, rad/s
   * @returns whether the direction may be used
   */
  judge(interval: number, isLevel: boolean, rate: number): boolean {
    const [x, y, z] = this.#sum;
    const horizontal = Math.hypot(x, y) / this.#count;
    const vertical = z / this.#count;
    this.#error = Math.atan2(x, y);
    this.#perTilt = vertical / horizontal;
    this.forget();
    if (this.#horizontal < 0 || !isLevel) {
      this.#horizontal = horizontal;
      this.#vertical = vertical;
    }
    const weight = interval / (AVERAGING + interval);
    this.#horizontal += weight * (horizontal - this.#horizontal);
    this.#vertical += weight * (vertical - this.#vertical);

    const seen = isLevel ? this.#compare(interval, rate) : 0;
    this.#remembered = Math.max(seen, this.#remembered * Math.exp(-interval / MEMORY));
    const { headingNoise } = this.#config;
    const hasReference = this.#referenceHorizontal > 0;
    const length = hasReference ? this.#referenceHorizontal : horizontal;
    const doubt = hasReference ? 0 : WITHOUT_REFERENCE;
    this.#variance = headingNoise * headingNoise + doubt * doubt + this.#remembered / (length * length);

    if (this.#isDisturbed || this.#variance > USELESS * USELESS) {
      this.#refused += interval;
      return this.#refused > LONGEST_REFUSAL;
    }
    this.#refused = Math.max(0, this.#refused - 2 * interval);
    return true;
  }

  /** Compares with the reference and looks after it; @returns the square of the difference, 0 without a reference. */
  #compare(interval: number, rate: number): number {
    const h = this.#horizontal;
    const v = this.#vertical;
    let square = 0;
    this.#isDisturbed = false;
    if (this.#referenceHorizontal > 0) {
      const dh = h - this.#referenceHorizontal;
      const dv = v - this.#referenceVertical;
      square = dh * dh + dv * dv;
      this.#isDisturbed = !this.#isAlike(square, this.#referenceHorizontal, this.#referenceVertical);
      if (!this.#isDisturbed) {
        const weight = interval / (REFERENCE + interval);
        this.#referenceHorizontal += weight * dh;
        this.#referenceVertical += weight * dv;
      }
    }
    const dh = h - this.#otherHorizontal;
    const dv = v - this.#otherVertical;
    if (!this.#isAlike(dh * dh + dv * dv, this.#otherHorizontal, this.#otherVertical)) {
      this.#otherSeconds = 0;
      this.#otherHorizontal = h;
      this.#otherVertical = v;
      return square;
    }
    const isFirst = this.#referenceHorizontal < 0;
    if (isFirst || rate > TURNING) this.#otherSeconds += interval;
    const weight = interval / (Math.min(REFERENCE, this.#otherSeconds) + interval);
    this.#otherHorizontal += weight * dh;
    this.#otherVertical += weight * dv;
    if (isFirst ? this.#otherSeconds > FIRST : this.#isDisturbed && this.#otherSeconds > ANOTHER) {
      this.#referenceHorizontal = this.#otherHorizontal;
      this.#referenceVertical = this.#otherVertical;
      this.#isDisturbed = false;
      this.#remembered = 0;
      return 0;
    }
    return square;
  }

  #isAlike(square: number, horizontal: number, vertical: number): boolean {
    const { fieldTolerance } = this.#config;
    return square < fieldTolerance * fieldTolerance * (horizontal * horizontal + vertical * vertical);
  }
}
