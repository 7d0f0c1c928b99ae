import { fromRollPitchYaw, yawOf } from '../../geometry/index.ts';
import type { OrientationConfig } from '../config.ts';
import { Attitude } from './attitude.ts';
import { ErrorState, STATE } from './error-state.ts';
import { MagneticHeading } from './magnetic.ts';
import { RestDetector } from './rest.ts';
import { SAMPLE } from './sample.ts';

/** Interval between two corrections, s. The sums that they rest on are taken with every sample. */
const STEP = 0.04;
/** Standard deviation of a tilt found from one reading of gravity, of a heading that nothing told, rad; of the velocity, m/s. */
const FIRST_TILT = 0.09;
const UNKNOWN_HEADING = Math.PI;
const FIRST_SPEED = 1;
/** A tilt known better than this tells horizontal from vertical, rad. */
const LEVEL = 0.05;
/** Time over which a velocity stays alike, s: only its product with the square of the speed matters. */
const SPEED_SECONDS = 0.5;
/** Speed of a body that stands still, m/s. */
const STILL_SPEED = 0.02;
/** A velocity beyond so many standard deviations counts for less. */
const UNUSUAL_SPEED = 2;
/** What rest tells of the bias: its standard deviation, rad/s, and the time over which it stays alike, s. */
const REST_BIAS = 5e-4;
const REST_SECONDS = 10;
/** A mean rate at rest that differs from the bias by more standard deviations than this is a slow turn … */
const REST_GATE = 5;
/** … unless it lasts for longer than this, s: no robot turns so evenly for so long. */
const LONGEST_TURN = 30;
/** Innovations of the heading beyond so many standard deviations, for so long, s, make the estimate doubt its heading. */
const HEADING_GATE = 3;
const HEADING_SECONDS = 2;
/** What averaging never takes away of the tilt's error: the accelerometer's own bias, rad. */
const LASTING_TILT = 0.005;
/** … and of the heading's, as a share of `headingNoise`: the fields of all places have some direction in common. */
const LASTING_HEADING = 0.5;

const HEADING = STATE.attitude + 2;
/** Places of sums: time, s; square of the rate over time; further variance of the velocity and of each angle. */
const SUM = { time: 0, squareRate: 1, velocity: 2, angle: 3 } as const;

/**
 * The estimator behind the orientation filter: an error-state Kalman filter over horizontal velocity, attitude and the
 * gyroscope's bias. The velocity of a body is bounded; what the sum of its accelerations shows beyond, a tilt has made: in the
 * steady state this is the low-pass filter of second order by which VQF takes the tilt from accelerations (D. Laidig and
 * T. Seel, Information Fusion 91, 2023), with a time constant that follows how well gyroscope and tilt are known.
 *
 * Scalars in, all in base axes; docs/estimation.md states the model.
 */
export class OrientationEstimator {
  readonly attitude = new Attitude();
  readonly magnetic: MagneticHeading;
  readonly #config: OrientationConfig;
  readonly #errors = new ErrorState();
  readonly #rest: RestDetector;
  #isStarted = false;
  #hasHeading = false;
  /** Newest rate and the gyroscope's bias, rad/s in base axes. */
  readonly #rate = new Float64Array(3);
  readonly #bias = new Float64Array(3);
  /** Horizontal, in fixed axes, m/s. */
  readonly #velocity = new Float64Array(2);
  /** Rotation vector of one sample. */
  readonly #turn = new Float64Array(3);
  /** Sums since the last correction: of the rotation base to fixed over time, s, and of what {@link SUM} names. */
  readonly #turning = new Float64Array(9);
  readonly #sum = new Float64Array(4);
  /** For how long rest contradicted the bias, and the field the heading, s. */
  #contradictedBias = 0;
  #contradictedHeading = 0;

  constructor(config: OrientationConfig) {
    this.#config = config;
    this.#rest = new RestDetector(config);
    this.magnetic = new MagneticHeading(config);
  }

  get isStarted(): boolean {
    return this.#isStarted;
  }

  /** Whether a magnetic field has given the heading. */
  get hasHeading(): boolean {
    return this.#hasHeading;
  }

  /** Whether the tilt is known well enough to tell horizontal from vertical. */
  get isLevel(): boolean {
    return this.#errors.variance(STATE.attitude) + this.#errors.variance(STATE.attitude + 1) < 2 * LEVEL * LEVEL;
  }

  /** Time since the last correction, s. */
  get elapsed(): number {
    return this.#sum[SUM.time];
  }

  /** Whether enough has come for a {@link correct}. */
  get isDue(): boolean {
    return this.#sum[SUM.time] > STEP - 1e-9;
  }

  /** Angular velocity about an axis without the gyroscope's bias, rad/s. */
  rate(axis: 0 | 1 | 2): number {
    return this.#rate[axis] - this.#bias[axis];
  }

  /** Starts, or starts again, level by gravity. A heading, a bias and a magnetic reference that were are kept. */
  start(sample: Float64Array): void {
    const [, , , x, y, z] = sample;
    const heading = this.#isStarted ? yawOf(this.attitude.quaternion) : 0;
    this.attitude.set(fromRollPitchYaw(Math.atan2(y, z), Math.atan2(-x, Math.hypot(y, z)), heading));
    this.#errors.reset(FIRST_SPEED, FIRST_TILT, UNKNOWN_HEADING, this.#config.initialGyroBias);
    this.#rest.start(sample);
    this.magnetic.forget();
    this.#velocity.fill(0);
    this.#rate.set(sample.subarray(0, 3));
    this.#clearSums();
    this.#isStarted = true;
    this.#hasHeading = false;
  }

  /** Turns by the mean of the last rate and the sample's. */
  turn(sample: Float64Array): void {
    const dt = sample[SAMPLE.dt];
    const rate = this.#rate;
    const turn = this.#turn;
    let square = 0;
    for (let i = 0; i < 3; i += 1) {
      const mean = (rate[i] + sample[i]) / 2 - this.#bias[i];
      rate[i] = sample[i];
      turn[i] = mean * dt;
      square += mean * mean;
    }
    this.attitude.turn(turn);
    this.#sum[SUM.time] += dt;
    this.#sum[SUM.squareRate] += square * dt;
    const R = this.attitude.matrix;
    for (let i = 0; i < 9; i += 1) this.#turning[i] += R[i] * dt;
  }

  /** Adds the specific force of the sample that it was last turned by. */
  accelerate(sample: Float64Array): void {
    const R = this.attitude.matrix;
    const x = sample[SAMPLE.ax];
    const y = sample[SAMPLE.ay];
    const z = sample[SAMPLE.az];
    const dt = sample[SAMPLE.dt];
    this.#velocity[0] += (R[0] * x + R[1] * y + R[2] * z) * dt;
    this.#velocity[1] += (R[3] * x + R[4] * y + R[5] * z) * dt;
    this.#rest.take(sample);
  }

  /** Adds a magnetic field in base axes, any unit; @returns whether it has a horizontal part. */
  addField(field: Float64Array): boolean {
    return this.magnetic.add(field, this.attitude.matrix);
  }

  /** Each of the three angles may be wrong by more than the configuration says, rad². */
  doubtAngle(variance: number): void {
    this.#sum[SUM.angle] += variance;
  }

  /** As {@link doubtAngle}, of the horizontal velocity, (m/s)². */
  doubtVelocity(variance: number): void {
    this.#sum[SUM.velocity] += variance;
  }

  /** Corrects by what the samples since the last correction told. */
  correct(): void {
    const T = this.#sum[SUM.time];
    const squareRate = this.#sum[SUM.squareRate] / T;
    this.#predict(T, squareRate);
    this.#boundVelocity(T);
    if (this.#rest.rests) this.#learnBias(T);
    this.#apply();
    if (this.magnetic.isPending) {
      const isUsable = this.magnetic.judge(T, this.isLevel, Math.sqrt(squareRate));
      if (isUsable && this.#hasHeading) this.#correctHeading(T);
      else if (isUsable) this.#setHeading();
    }
    this.#clearSums();
  }

  /** Covariance of the attitude about the fixed axes, row-major 3x3, rad². */
  covariance(): Float64Array {
    const out = new Float64Array(9);
    for (let i = 0; i < 3; i += 1) {
      for (let j = 0; j < 3; j += 1) out[3 * i + j] = this.#errors.covariance(STATE.attitude + i, STATE.attitude + j);
    }
    out[0] += LASTING_TILT * LASTING_TILT;
    out[4] += LASTING_TILT * LASTING_TILT;
    if (this.#hasHeading) out[8] += (LASTING_HEADING * this.#config.headingNoise) ** 2;
    return out;
  }

  #predict(T: number, squareRate: number): void {
    const { gyroNoise, gyroShare, gyroBiasWalk, initialGyroBias } = this.#config;
    const errors = this.#errors;
    errors.predict(this.#turning, T);
    const angle = (gyroNoise * gyroNoise + gyroShare * gyroShare * squareRate) * T + this.#sum[SUM.angle];
    for (let i = 0; i < 3; i += 1) {
      errors.doubt(STATE.attitude + i, angle);
      const bias = STATE.bias + i;
      if (errors.variance(bias) < initialGyroBias * initialGyroBias) {
        errors.doubt(bias, gyroBiasWalk * gyroBiasWalk * T);
      }
    }
    errors.doubt(STATE.velocity, this.#sum[SUM.velocity]);
    errors.doubt(STATE.velocity + 1, this.#sum[SUM.velocity]);
  }

  #boundVelocity(T: number): void {
    const usual = this.#config.bodySpeed;
    const x = this.#velocity[0];
    const y = this.#velocity[1];
    const expected =
      2 * usual * usual + this.#errors.variance(STATE.velocity) + this.#errors.variance(STATE.velocity + 1);
    const unusual = (x * x + y * y) / (UNUSUAL_SPEED * UNUSUAL_SPEED * expected);
    const stands = this.#rest.rests || (this.#rest.isStill && !this.isLevel);
    const speed = stands ? STILL_SPEED : usual;
    const variance = ((2 * speed * speed * SPEED_SECONDS) / T) * (1 + unusual);
    this.#errors.correct(STATE.velocity, -x, variance);
    this.#errors.correct(STATE.velocity + 1, -y, variance);
  }

  /** At rest the gyroscope gives its bias, unless the body turns slowly and evenly. */
  #learnBias(T: number): void {
    const errors = this.#errors;
    const b = STATE.bias;
    const x = this.#rest.rate(0) - this.#bias[0];
    const y = this.#rest.rate(1) - this.#bias[1];
    const z = this.#rest.rate(2) - this.#bias[2];
    const known = errors.variance(b) + errors.variance(b + 1) + errors.variance(b + 2) + 3 * REST_BIAS * REST_BIAS;
    if (x * x + y * y + z * z > REST_GATE * REST_GATE * known) {
      this.#contradictedBias += T;
      if (this.#contradictedBias < LONGEST_TURN) return;
      for (let i = 0; i < 3; i += 1) errors.doubt(b + i, this.#config.initialGyroBias ** 2);
    }
    this.#contradictedBias = 0;
    const variance = (REST_BIAS * REST_BIAS * REST_SECONDS) / T;
    errors.correct(b, x, variance);
    errors.correct(b + 1, y, variance);
    errors.correct(b + 2, z, variance);
  }

  /** The first direction of the field sets the heading. */
  #setHeading(): void {
    const { error, variance } = this.magnetic;
    const byTilt = this.#tiltInHeading();
    this.attitude.correct(0, 0, error);
    this.#turnVelocity(error);
    this.#errors.settleHeading(error, variance + byTilt);
    this.#hasHeading = true;
  }

  #correctHeading(T: number): void {
    const errors = this.#errors;
    const { error, variance } = this.magnetic;
    const byTilt = this.#tiltInHeading();
    if (error * error > HEADING_GATE * HEADING_GATE * (errors.variance(HEADING) + variance + byTilt)) {
      this.#contradictedHeading += T;
      if (this.#contradictedHeading > HEADING_SECONDS) errors.doubt(HEADING, error * error);
    } else this.#contradictedHeading = Math.max(0, this.#contradictedHeading - T);
    const correlated = Math.max(1, (2 * this.#config.headingCorrelation) / T);
    errors.correctHeading(error, byTilt + variance * correlated);
    this.#apply();
  }

  /** Variance that the tilt's error brings into the direction of the field, rad². */
  #tiltInHeading(): number {
    const { east, north, perTilt } = this.magnetic;
    const errors = this.#errors;
    const x = STATE.attitude;
    const along =
      east * east * errors.variance(x) +
      2 * east * north * errors.covariance(x, x + 1) +
      north * north * errors.variance(x + 1);
    return perTilt * perTilt * along;
  }

  /** Takes the errors into the estimate. */
  #apply(): void {
    const e = this.#errors.error;
    const { restRate } = this.#config;
    this.#velocity[0] += e[STATE.velocity];
    this.#velocity[1] += e[STATE.velocity + 1];
    this.attitude.correct(e[STATE.attitude], e[STATE.attitude + 1], e[HEADING]);
    this.#turnVelocity(e[HEADING]);
    for (let i = 0; i < 3; i += 1) {
      this.#bias[i] = Math.max(-restRate, Math.min(restRate, this.#bias[i] + e[STATE.bias + i]));
    }
    e.fill(0);
  }

  /** The fixed axes have been turned against what the velocity was summed up in. */
  #turnVelocity(heading: number): void {
    const x = this.#velocity[0];
    const y = this.#velocity[1];
    const c = Math.cos(heading);
    const s = Math.sin(heading);
    this.#velocity[0] = c * x - s * y;
    this.#velocity[1] = s * x + c * y;
  }

  #clearSums(): void {
    this.#turning.fill(0);
    this.#sum.fill(0);
  }
}
