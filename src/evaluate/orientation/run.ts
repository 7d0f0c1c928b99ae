import {
  stampOf,
  type Frame,
  type ImuMeasurement,
  type InputNumber,
  type MagneticFieldMeasurement,
} from '../../frame/index.ts';
import { createOrientationFilter, type OrientationConfig, type OrientationFilter } from '../../fusion/index.ts';
import { IDENTITY_TRANSFORM } from '../../geometry/index.ts';
import { counts, splitError } from './score.ts';
import { CHANNELS, type Trial } from './trial.ts';

/** A fault that the filter told. */
export interface ToldFault {
  readonly reason: string;
  /** When first, s from the start. */
  readonly at: number;
}

/** What the filter made of a trial. */
export interface TrialRun {
  /** Row-major [count, 4]: w, x, y, z, sensor to east-north-up, of each sample from it and those before. */
  readonly estimates: Float64Array;
  /** Share of the errors inside what the filter's covariance gives 95 % for. */
  readonly inside95: { readonly heading: number; readonly inclination: number };
  readonly faults: readonly ToldFault[];
}

/** 95 % of a chi-square distribution with one and with two degrees of freedom. */
const ONE = 3.841;
const TWO = 5.991;

/** Runs the filter over a trial, sample by sample, and asks it after each. Before it has started the estimate is no turn. */
export function runTrial(trial: Trial, config: OrientationConfig): TrialRun {
  const filter = createOrientationFilter(config);
  const estimates = new Float64Array(4 * trial.count);
  const error = { total: 0, heading: 0, inclination: 0 };
  const faults = new Map<string, number>();
  const inside = { heading: 0, inclination: 0, of: 0 };
  for (let i = 0; i < trial.count; i += 1) {
    if (!isAway(trial, i)) feed(filter, imuFrame(trial, i), fieldFrame(trial, i));
    const estimate = filter.estimate();
    estimates.set(estimate?.orientation ?? [1, 0, 0, 0], 4 * i);
    if (estimate === undefined) continue;
    for (const reason of estimate.validity === 'degraded' ? (estimate.validityReason?.split('; ') ?? []) : []) {
      if (!faults.has(reason)) faults.set(reason, i / trial.rate);
    }
    if (!counts(trial, i)) continue;
    const P = estimate.covariance;
    splitError(estimates, trial.truth, i, error);
    inside.of += 1;
    if (error.heading ** 2 < ONE * P[8]) inside.heading += 1;
    if (error.inclination ** 2 < (TWO * (P[0] + P[4])) / 2) inside.inclination += 1;
  }
  return {
    estimates,
    inside95: { heading: inside.heading / inside.of, inclination: inside.inclination / inside.of },
    faults: [...faults].map(([reason, at]) => ({ reason, at })),
  };
}

/** What {@link updatesPerSecond} reads the time from, s. */
export type Stopwatch = () => number;

/** Passes over the trial; the fastest counts, because a machine has other things to do. */
const PASSES = 12;

/** How many samples of a trial, inertial and magnetic, the filter takes a second. */
export function updatesPerSecond(trial: Trial, config: OrientationConfig, stopwatch: Stopwatch): number {
  const imu = Array.from({ length: trial.count }, (_, i) => imuFrame(trial, i));
  const field = Array.from({ length: trial.count }, (_, i) => fieldFrame(trial, i));
  let best = Infinity;
  for (let pass = 0; pass < PASSES; pass += 1) {
    const filter = createOrientationFilter(config);
    const start = stopwatch();
    for (let i = 0; i < trial.count; i += 1) feed(filter, imu[i], field[i]);
    best = Math.min(best, stopwatch() - start);
  }
  return trial.count / best;
}

/** A sample without any number did not come. */
function isAway({ samples }: Trial, at: number): boolean {
  for (let k = CHANNELS * at; k < CHANNELS * (at + 1); k += 1) if (!Number.isNaN(samples[k])) return false;
  return true;
}

function feed(filter: OrientationFilter, imu: Frame<ImuMeasurement>, field: Frame<MagneticFieldMeasurement>): void {
  filter.imu(imu, IDENTITY_TRANSFORM);
  filter.magneticField(field, IDENTITY_TRANSFORM);
}

function imuFrame(trial: Trial, at: number): Frame<ImuMeasurement> {
  const o = CHANNELS * at;
  const s = trial.samples;
  return frameOf(trial, at, {
    kind: 'imu',
    angularVelocity: [s[o], s[o + 1], s[o + 2]],
    linearAcceleration: [s[o + 3], s[o + 4], s[o + 5]],
  });
}

function fieldFrame(trial: Trial, at: number): Frame<MagneticFieldMeasurement> {
  const o = CHANNELS * at + 6;
  const s = trial.samples;
  return frameOf(trial, at, { kind: 'magneticField', field: [s[o] * 1e-6, s[o + 1] * 1e-6, s[o + 2] * 1e-6] });
}

function frameOf<M extends ImuMeasurement | MagneticFieldMeasurement>(
  { rate }: Trial,
  at: number,
  measurement: M,
): Frame<M> {
  const stamp = stampOf(Math.round((at * 1e9) / rate));
  const stream = measurement.kind;
  return { input: (at + 1) as InputNumber, stream, frameId: stream, stamp, deviation: 0, received: stamp, measurement };
}
