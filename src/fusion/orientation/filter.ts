import type { Verdict } from '../../contract/index.ts';
import {
  NS_PER_SECOND,
  stampOf,
  type Frame,
  type ImuMeasurement,
  type InputNumber,
  type MagneticFieldMeasurement,
  type Vector3,
} from '../../frame/index.ts';
import { compose, fromRotationVector, scale, type Transform } from '../../geometry/index.ts';
import type { OrientationConfig } from '../config.ts';
import type { OrientationEstimate } from '../estimate.ts';
import { GRAVITY } from './error-state.ts';
import { OrientationEstimator } from './estimator.ts';
import { FAULT, Faults } from './faults.ts';
import { createSample, MountRotation, SAMPLE } from './sample.ts';
import { Clipping, Vibration } from './shaking.ts';

/** The orientation filter: inertial and magnetic frames in, the orientation of the base out. */
export interface OrientationFilter {
  /** @param mount T_base_imu */
  imu(frame: Frame<ImuMeasurement>, mount: Transform): Verdict;
  /** @param mount T_base_magnetometer */
  magneticField(frame: Frame<MagneticFieldMeasurement>, mount: Transform): Verdict;
  /** The newest orientation; `undefined` before the first reading of gravity. */
  estimate(): OrientationEstimate | undefined;
}

/** A hole in the inertial stream longer than this starts the filter again, s; its bias and magnetic reference stay. */
const LONGEST_GAP = 1;
/** A hole of more than so many usual intervals, and longer than this, is told, s. */
const GAP_INTERVALS = 5;
const SHORTEST_GAP = 0.1;
/** Samples over which the usual interval is averaged. */
const INTERVAL_SAMPLES = 32;
/** What a clipped sample may hide, as a share of what it shows, and for how long it is the same, s. */
const CLIPPED_SHARE = 0.5;
const CLIPPED_SECONDS = 0.04;
/** Below the smallest range that is sold, 2 g and 250°/s, nothing is clipped; m/s², rad/s. */
const LEAST_RANGE_ACCELERATION = 1.9 * GRAVITY;
const LEAST_RANGE_RATE = 4.2;
/** Vibration that is told, m/s² (standard deviation of a sample). */
const TOLD_VIBRATION = 5;

/** Places of stamps. */
const IMU = 0;
const FIELD = 1;

const USED: Verdict = { verdict: 'used' };
const DROPPED = {
  noRate: { verdict: 'dropped', reason: 'no angular velocity' },
  notFinite: { verdict: 'dropped', reason: 'not finite' },
  duplicate: { verdict: 'dropped', reason: 'duplicate' },
  late: { verdict: 'dropped', reason: 'late' },
  notStarted: { verdict: 'dropped', reason: 'not started' },
  notUsed: { verdict: 'dropped', reason: 'not used' },
  tooSteep: { verdict: 'dropped', reason: 'field too steep' },
} as const satisfies Record<string, Verdict>;

/** Turns frames into what the estimator takes, and names what is wrong with them. */
class FrameFilter implements OrientationFilter {
  readonly #config: OrientationConfig;
  readonly #estimator: OrientationEstimator;
  readonly #faults = new Faults();
  readonly #vibration = new Vibration();
  readonly #clippedForce = new Clipping(LEAST_RANGE_ACCELERATION);
  readonly #clippedRate = new Clipping(LEAST_RANGE_RATE);
  readonly #imuMount = new MountRotation();
  readonly #fieldMount = new MountRotation();
  readonly #sample = createSample();
  readonly #field = new Float64Array(3);
  /** Times of validity of the newest sample and field, ns. */
  readonly #stamp = new Float64Array(2);
  #lastImu: InputNumber | undefined;
  #lastField: InputNumber | undefined;
  /** Usual interval between inertial samples, s; 0 before there were two. */
  readonly #interval = new Float64Array(1);

  constructor(config: OrientationConfig) {
    this.#config = config;
    this.#estimator = new OrientationEstimator(config);
  }

  imu(frame: Frame<ImuMeasurement>, mount: Transform): Verdict {
    const rate = frame.measurement.angularVelocity;
    const force = frame.measurement.linearAcceleration;
    const estimator = this.#estimator;
    if (rate === undefined) return DROPPED.noRate;
    if (!isFinite3(rate) || (force !== undefined && !isFinite3(force))) {
      this.#faults.note(FAULT.notFinite, frame);
      return DROPPED.notFinite;
    }
    const dt = (frame.stamp - this.#stamp[IMU]) / NS_PER_SECOND;
    const isContinued = estimator.isStarted && dt <= LONGEST_GAP;
    if (isContinued && dt <= 0) return dt === 0 ? DROPPED.duplicate : DROPPED.late;
    if (force === undefined && !isContinued) return DROPPED.notStarted;

    const sample = this.#sample;
    sample[SAMPLE.dt] = dt;
    this.#imuMount.turn(rate, mount, sample, SAMPLE.gx);
    if (force !== undefined) this.#imuMount.turn(force, mount, sample, SAMPLE.ax);
    if (isContinued) this.#continue(frame, rate, force);
    else if (!this.#start(frame)) return DROPPED.notStarted;
    if (estimator.isDue) this.#correct(frame);
    this.#stamp[IMU] = frame.stamp;
    this.#lastImu = frame.input;
    return USED;
  }

  magneticField(frame: Frame<MagneticFieldMeasurement>, mount: Transform): Verdict {
    const { field } = frame.measurement;
    if (!isFinite3(field)) return DROPPED.notFinite;
    if (!this.#config.useMagneticField) return DROPPED.notUsed;
    if (!this.#estimator.isStarted) return DROPPED.notStarted;
    if (this.#lastField !== undefined && frame.stamp <= this.#stamp[FIELD]) return DROPPED.late;
    this.#fieldMount.turn(field, mount, this.#field, 0);
    if (!this.#estimator.addField(this.#field)) return DROPPED.tooSteep;
    this.#stamp[FIELD] = frame.stamp;
    this.#lastField = frame.input;
    return USED;
  }

  estimate(): OrientationEstimate | undefined {
    if (this.#lastImu === undefined) return undefined;
    const stamp = stampOf(this.#stamp[IMU]);
    const { attitude, hasHeading, isLevel } = this.#estimator;
    const { gyroDelay, useMagneticField } = this.#config;
    const rate = [this.#estimator.rate(0), this.#estimator.rate(1), this.#estimator.rate(2)] as const;
    const faults = this.#faults.at(stamp);
    const reasons = [
      ...(isLevel ? [] : ['tilt is not settled']),
      ...faults,
      ...(hasHeading ? [] : ['no magnetic field: heading counts from the start']),
    ];
    const age = (stamp - this.#stamp[FIELD]) / NS_PER_SECOND;
    return {
      stamp,
      validity: faults.length > 0 ? 'degraded' : isLevel ? 'valid' : 'initialising',
      ...(reasons.length === 0 ? {} : { validityReason: reasons.join('; ') }),
      inputs: this.#lastField === undefined ? [this.#lastImu] : [this.#lastImu, this.#lastField],
      ages: this.#lastField === undefined ? [0] : [0, age],
      absent: hasHeading || !useMagneticField ? [] : ['magneticField'],
      orientation: compose(attitude.quaternion, fromRotationVector(scale(rate, gyroDelay))),
      covariance: this.#estimator.covariance(),
      angularVelocity: rate,
    };
  }

  /** Takes a first sample; @returns whether gravity can be read from it. */
  #start(frame: Frame): boolean {
    const [, , , x, y, z] = this.#sample;
    if (Math.hypot(x, y, z) < 0.5 * GRAVITY) return false;
    if (this.#estimator.isStarted) this.#faults.note(FAULT.missing, frame);
    this.#estimator.start(this.#sample);
    this.#vibration.reset();
    return true;
  }

  /** Takes a sample that follows another. */
  #continue(frame: Frame, rate: Vector3, force: Vector3 | undefined): void {
    const sample = this.#sample;
    const dt = sample[SAMPLE.dt];
    if (dt > SHORTEST_GAP && dt > GAP_INTERVALS * this.#interval[0]) this.#bridge(frame);
    this.#interval[0] += (dt - this.#interval[0]) / INTERVAL_SAMPLES;
    this.#estimator.turn(sample);
    if (this.#clippedRate.take(rate)) {
      this.#faults.note(FAULT.gyroscope, frame);
      this.#estimator.doubtAngle(hidden(squareOf(sample, SAMPLE.gx), dt));
    }
    if (force === undefined) return;
    this.#estimator.accelerate(sample);
    this.#vibration.take(sample);
    if (this.#clippedForce.take(force)) {
      this.#faults.note(FAULT.accelerometer, frame);
      this.#estimator.doubtVelocity(hidden(squareOf(sample, SAMPLE.ax), dt));
    }
  }

  /** Between the ends of a hole it may have turned and moved otherwise. */
  #bridge(frame: Frame): void {
    const dt = this.#sample[SAMPLE.dt];
    this.#faults.note(FAULT.missing, frame);
    this.#estimator.doubtAngle(squareOf(this.#sample, SAMPLE.gx) * dt * dt);
    this.#estimator.doubtVelocity(GRAVITY * GRAVITY * dt * dt);
  }

  #correct(frame: Frame): void {
    const { variance } = this.#vibration;
    if (variance > TOLD_VIBRATION * TOLD_VIBRATION) this.#faults.note(FAULT.vibration, frame);
    // White noise of the samples, summed up over the interval.
    this.#estimator.doubtVelocity(variance * this.#interval[0] * this.#estimator.elapsed);
    this.#estimator.correct();
    if (this.#estimator.magnetic.isDisturbed) this.#faults.note(FAULT.magnetic, frame);
  }
}

/** Whether three numbers are finite: the difference of others is NaN. */
function isFinite3(vector: Vector3): boolean {
  const sum = vector[0] + vector[1] + vector[2];
  return sum - sum === 0;
}

/** Square of three numbers' length. */
function squareOf(values: Float64Array, at: number): number {
  return values[at] * values[at] + values[at + 1] * values[at + 1] + values[at + 2] * values[at + 2];
}

/** Variance of what a clipped sample hides, summed up over its interval. */
function hidden(square: number, dt: number): number {
  return CLIPPED_SHARE * CLIPPED_SHARE * square * dt * CLIPPED_SECONDS;
}

/** Makes an orientation filter that has seen nothing; {@link OrientationEstimator} says how it estimates. */
export function createOrientationFilter(config: OrientationConfig): OrientationFilter {
  return new FrameFilter(config);
}
