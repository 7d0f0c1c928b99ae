import { NS_PER_SECOND, stampOf, type Frame, type OdometryMeasurement } from '../../frame/index.ts';
import { scale, toRotationVector, type Transform } from '../../geometry/index.ts';
import type { OdometryField } from '../config.ts';
import { odometryEvent, stepEvent, type OdometryEvent, type StepEvent } from './event.ts';

/** Poses further apart in time than this say too little of the velocity now, s. */
const LONGEST_STEP = 1;
/** Poses nearer in time than this are too near for a velocity, s: what their stamps err by would make one. */
const SHORTEST_STEP = 0.045;
/** What two poses that are the same differ by, for what it takes to compare them, m and rad. */
const SAME = 1e-9;
/**
 * A pose that, once in so many steps, stays the same to the last digit where less than this share of them did, is not that of a
 * robot that stands: its encoders have frozen. After so long, s, it stands nevertheless.
 */
const FEWEST_STEPS = 100;
const SELDOM_STILL = 0.01;
const STANDS_AFTER = 30;

/**
 * Odometry as what the filter fuses; `undefined` for a pose that there is none before, or none near enough. `frozen`: it stays the
 * same where it never did; the step that ends it holds all the way from before.
 */
export type Differencer = (
  frame: Frame<OdometryMeasurement>,
  mount: Transform,
  use: readonly OdometryField[],
  inertial: boolean,
) => OdometryEvent | StepEvent | 'frozen' | undefined;

/**
 * Odometry that tells velocities gives these. Where it tells poses alone, it gives what lies between two of them: beside an
 * IMU as the mean velocity in the middle of the time between, else as the step itself, for which times do not matter: a
 * log whose stamps come in bursts has no velocities, and its steps are right nevertheless.
 */
export function createDifferencer(): Differencer {
  let before: Frame<OdometryMeasurement> | undefined;
  /** A log may leave velocities out where they are zero: what tells poses alone once is taken by its poses. */
  let tellsPoses = false;
  let steps = 0;
  let still = 0;

  /** Counts a step. @param last where it began, before any that were frozen */
  function isFrozen(step: StepEvent, last: Frame): boolean {
    const isStill = [...step.translation, ...toRotationVector(step.rotation)].every((value) => Math.abs(value) < SAME);
    const isOdd = isStill && steps >= FEWEST_STEPS && still < SELDOM_STILL * steps;
    if (isOdd && step.stamp - last.stamp < STANDS_AFTER * NS_PER_SECOND) return true;
    steps += 1;
    // A long standing counts as much as it takes to be known from then on.
    if (isStill) still += isOdd ? Math.ceil(SELDOM_STILL * steps) : 1;
    return false;
  }

  return (frame, mount, use, inertial) => {
    const last = before;
    if (frame.measurement.twist === undefined) tellsPoses = true;
    if (frame.measurement.twist !== undefined && (inertial || !tellsPoses || frame.measurement.pose === undefined)) {
      if (last === undefined || frame.stamp > last.stamp) before = frame;
      return odometryEvent(frame, mount, use);
    }
    if (last === undefined) before = frame;
    // One that goes back in time, or comes with the stamp before, is part of the step to the next.
    if (last === undefined || frame.stamp <= last.stamp) return undefined;
    if (!inertial) {
      const step = stepEvent(last, frame, mount);
      if (step !== undefined && isFrozen(step, last)) return 'frozen';
      before = frame;
      return step;
    }
    const dt = (frame.stamp - last.stamp) / NS_PER_SECOND;
    if (dt < SHORTEST_STEP) return undefined;
    before = frame;
    const step = dt > LONGEST_STEP ? undefined : stepEvent(last, frame, mount);
    if (step === undefined) return undefined;
    const [vx, vy, vz] = scale(step.translation, 1 / dt);
    const value = { vx, vy, vz };
    return {
      kind: 'odometry',
      source: 'odometry',
      stamp: stampOf(Math.round((frame.stamp + last.stamp) / 2)),
      input: frame.input,
      velocity: (['vx', 'vy', 'vz'] as const).map((field) => (use.includes(field) ? value[field] : undefined)),
      velocityVariance: [undefined, undefined, undefined],
      yawRate: use.includes('yawRate') ? toRotationVector(step.rotation)[2] / dt : undefined,
      yawRateVariance: undefined,
    };
  };
}
