import { NS_PER_SECOND, type Quaternion, type Vector3 } from '../../frame/index.ts';
import { compose, fromRollPitchYaw, inverse, toRotationVector, writeMatrix } from '../../geometry/index.ts';
import type { PoseConfig } from '../config.ts';
import { watchRange } from './clip.ts';
import { createCorrector, type FuseOutcome, type Scalar } from './correct.ts';
import type { ImuEvent, OdometryEvent, PoseEvent } from './event.ts';
import type { Layout } from './layout.ts';
import { createLocator } from './locate.ts';
import { isRefusedForLong } from './doubt.ts';
import { createPredictor, READING_HOLDS } from './predict.ts';
import { rollBy } from './roll.ts';
import { ERROR, NOMINAL, type State } from './state.ts';
import { watchSpeed } from './stuck.ts';
import { measureVibration } from './vibration.ts';

/** Folds events into states. */
export interface Fuser {
  fuse(state: State, event: PoseEvent): void;
  /** Carries a state to a time with what it knows of its motion. */
  predict(state: State, stamp: number): void;
  /** Of the last event fused. */
  readonly outcome: FuseOutcome;
  /** Heading that the IMU's own world is turned by against odom, rad. */
  setHeadingOffset(yaw: number): void;
}

/**
 * Wheels slower than this (m/s, rad/s) for so long (s) stand. A shorter time would take a slow robot between two steps of
 * its encoders for a standing one.
 */
const STILL = 1e-3;
const STANDING_AFTER = 0.5;
/** What standing wheels' speed is worth, m/s: they roll by their play and the floor's give. */
const STANDING_SPEED = 1e-3;
/** An IMU that feels nothing change for so long rests, s (as VQF has it), unless it moves faster than this, m/s. */
const CALM_AFTER = 1.5;
const CALM_SPEED = 0.1;
/** What the running mean of a resting gyroscope is worth each time, rad/s: as many of them are alike. */
const CALM_TURN = 0.003;
/** What a frozen speed is worth, or one that may be, m/s, and what an accelerometer hides that clips, m/s²/√Hz. */
const FROZEN = 30;
const CLIPPED = 2;
/** An IMU that was silent for longer has been restarted, s. */
const RESTARTED = 0.5;
/** A gyroscope that tells more than this many standard deviations of turn is turned, whatever the wheels say. */
const STANDING_GATE = 3;
/** After refusing a kind of measurement for this long, the filter doubts itself instead, s. */
const PATIENCE = 1;
/** Variances added when it does: (m/s)² and rad². */
const DOUBT_VELOCITY = 1;
const DOUBT_ATTITUDE = 0.25;

/** Makes a fuser with its work space. */
export function createFuser(config: PoseConfig, layout: Layout): Fuser {
  const { noise, gate, odometry } = config;
  const N = layout.size;
  const predictor = createPredictor(noise, layout);
  const corrector = createCorrector(N);
  const scalar: Scalar = { h: new Float64Array(N), residual: 0, variance: 0 };
  const R = new Float64Array(9);
  const outcome: FuseOutcome = { taken: 0, refused: 0, squared: 0, freedom: 0, stuck: false };
  const locator = createLocator(config, layout, corrector, outcome);
  let headingOffset = 0;

  function add(state: State): void {
    const squared = corrector.add(state, scalar, gate);
    outcome.squared += Math.abs(squared);
    outcome.freedom += 1;
    if (squared >= 0) outcome.taken += 1;
    else outcome.refused += 1;
  }

  function fuse(state: State, event: PoseEvent): void {
    outcome.taken = 0;
    outcome.refused = 0;
    outcome.squared = 0;
    outcome.stuck = false;
    outcome.freedom = 0;
    if (event.kind === 'imu') return fuseImu(state, event);
    if (event.kind === 'odometry') return fuseOdometry(state, event);
    predictor.predict(state, event.stamp);
    if (event.kind !== 'step') return locator.locate(state, event);
    rollBy(state, event, noise);
    outcome.taken = 1;
  }

  function fuseImu(state: State, event: ImuEvent): void {
    const x = state.nominal;
    const { gyro, accel } = event;
    x[NOMINAL.driven] = 0;
    const seconds = (event.stamp - x[NOMINAL.inertial]) / NS_PER_SECOND;
    measureVibration(state, event.stamp, gyro, accel);
    if (accel && x[NOMINAL.hasAccel] === 1 && watchRange(state, event.stamp, accel)) {
      outcome.stuck = true;
      // What is beyond the range nobody knows.
      for (let i = 0; i < 3; i += 1)
        state.covariance[(ERROR.velocity + i) * (N + 1)] += CLIPPED ** 2 * Math.max(0, seconds);
    }
    // The interval up to this sample is integrated with the mean of its two ends. Where others came within it, its first part was
    // integrated with the old end alone: the rest makes up for it.
    const rest = (event.stamp - state.stamp) / NS_PER_SECOND;
    const share = rest > 0 && seconds <= READING_HOLDS ? (0.5 * seconds) / rest : 0.5;
    if (gyro) for (let i = 0; i < 3; i += 1) x[NOMINAL.gyro + i] += share * (gyro[i] - x[NOMINAL.gyro + i]);
    if (accel && x[NOMINAL.hasAccel] === 1) {
      for (let i = 0; i < 3; i += 1) x[NOMINAL.accel + i] += share * (accel[i] - x[NOMINAL.accel + i]);
    }
    predictor.predict(state, event.stamp);
    if (seconds > RESTARTED) forgetBiases(state);
    if (gyro) {
      x.set(gyro, NOMINAL.gyro);
      x[NOMINAL.hasGyro] = 1;
      if (stands(state) && seconds > 0) fuseRest(state, gyro, seconds);
      else if (rests(state)) fuseCalm(state);
    }
    if (accel) {
      x.set(accel, NOMINAL.accel);
      x[NOMINAL.hasAccel] = 1;
    }
    if (event.orientation) fuseOrientation(state, event.orientation, event.orientationVariance);
  }

  /** An IMU that was away may have been switched off and on: its biases are as unknown as at the start. */
  function forgetBiases({ covariance: P }: State): void {
    for (let i = 0; i < 3; i += 1) {
      P[(ERROR.gyroBias + i) * (N + 1)] += noise.initialGyroBias ** 2;
      P[(ERROR.accelBias + i) * (N + 1)] += noise.initialAccelBias ** 2;
    }
  }

  /** Standing, the gyroscope tells its own bias; each reading with the noise of the interval that it stands for. */
  function fuseRest(state: State, gyro: Vector3, seconds: number): void {
    corrector.begin();
    for (let axis = 0; axis < 3; axis += 1) {
      scalar.h.fill(0);
      scalar.h[ERROR.gyroBias + axis] = 1;
      scalar.residual = gyro[axis] - state.nominal[NOMINAL.gyroBias + axis];
      scalar.variance = Math.max(noise.gyro ** 2, state.nominal[NOMINAL.gyroDensity]) / seconds;
      corrector.add(state, scalar, STANDING_GATE);
    }
    corrector.inject(state);
  }

  /** Without wheels that tell: an IMU that feels nothing change, and a velocity that may be none. */
  function rests({ nominal: x, covariance: P, stamp }: State): boolean {
    if (x[NOMINAL.hasOdometry] === 1 || x[NOMINAL.blockEnds] === 0) return false;
    if (!(stamp - x[NOMINAL.calmSince] >= CALM_AFTER * NS_PER_SECOND)) return false;
    for (let i = 0; i < 3; i += 1) {
      const variance = P[(ERROR.velocity + i) * (N + 1)];
      if (Math.abs(x[NOMINAL.velocity + i]) > CALM_SPEED + 3 * Math.sqrt(variance)) return false;
    }
    return true;
  }

  /** Resting, the mean of the gyroscope over a block is its bias, and the robot does not move. */
  function fuseCalm(state: State): void {
    corrector.begin();
    for (let axis = 0; axis < 3; axis += 1) {
      scalar.h.fill(0);
      scalar.h[ERROR.gyroBias + axis] = 1;
      scalar.residual = state.nominal[NOMINAL.calm + axis] - state.nominal[NOMINAL.gyroBias + axis];
      scalar.variance = CALM_TURN ** 2;
      corrector.add(state, scalar, gate);
      scalar.h.fill(0);
      scalar.h[ERROR.velocity + axis] = 1;
      scalar.residual = -state.nominal[NOMINAL.velocity + axis];
      scalar.variance = CALM_SPEED ** 2;
      corrector.add(state, scalar, gate);
    }
    corrector.inject(state);
  }

  function fuseOrientation(state: State, measured: Quaternion, variances: readonly number[] | undefined): void {
    const o = NOMINAL.orientation;
    const x = state.nominal;
    const turned = compose(fromRollPitchYaw(0, 0, -headingOffset), measured);
    const error = toRotationVector(compose(turned, inverse([x[o], x[o + 1], x[o + 2], x[o + 3]])));
    corrector.begin();
    for (let axis = 0; axis < 3; axis += 1) {
      scalar.h.fill(0);
      scalar.h[ERROR.attitude + axis] = 1;
      scalar.residual = error[axis];
      scalar.variance = Math.max(noise.orientation ** 2, variances?.[axis] ?? 0);
      add(state);
    }
    corrector.inject(state);
    doubt(state, NOMINAL.refusedOrientation, ERROR.attitude, DOUBT_ATTITUDE);
  }

  function fuseOdometry(state: State, event: OdometryEvent): void {
    const x = state.nominal;
    if (x[NOMINAL.hasGyro] === 0 && event.yawRate !== undefined) x[NOMINAL.gyro + 2] = event.yawRate;
    predictor.predict(state, event.stamp);
    const o = NOMINAL.orientation;
    writeMatrix(x[o], x[o + 1], x[o + 2], x[o + 3], R);
    const v = [x[NOMINAL.velocity], x[NOMINAL.velocity + 1], x[NOMINAL.velocity + 2]];
    const turn = x[NOMINAL.gyro + 2] - x[NOMINAL.gyroBias + 2];
    const speed = event.velocity[0] ?? 0;
    const still = Math.abs(speed) < STILL && Math.abs(event.yawRate ?? 0) < STILL;
    // Wheels that stand still when they are first heard have stood before.
    const before = x[NOMINAL.hasOdometry] === 0 ? STANDING_AFTER * NS_PER_SECOND : 0;
    // One that drives when it is first heard was not standing: whatever the speed, it is no surprise.
    if (x[NOMINAL.hasOdometry] === 0 && !still) {
      for (let i = 0; i < 3; i += 1) state.covariance[(ERROR.velocity + i) * (N + 1)] += speed * speed;
    }
    x[NOMINAL.hasOdometry] = 1;
    if (!still) x[NOMINAL.standing] = Infinity;
    else if (x[NOMINAL.standing] === Infinity) x[NOMINAL.standing] = event.stamp - before;
    const standing = stands(state);
    const worth = watchSpeed(state, event.stamp, speed);
    const isDoubted = worth !== 'measured' && x[NOMINAL.hasAccel] === 1;
    outcome.stuck = isDoubted && worth === 'frozen';
    const slip = slipOf(state, event, turn, speed);
    corrector.begin();
    for (let axis = 0; axis < 3; axis += 1) {
      const measured = event.velocity[axis];
      if (measured === undefined) continue;
      const [r0, r1, r2] = [R[axis], R[axis + 3], R[axis + 6]];
      const predicted = r0 * v[0] + r1 * v[1] + r2 * v[2];
      const h = scalar.h.fill(0);
      h[ERROR.velocity] = r0;
      h[ERROR.velocity + 1] = r1;
      h[ERROR.velocity + 2] = r2;
      // Rᵀ(v - δθ × v) = Rᵀv + Rᵀ[v]× δθ, a row r of Rᵀ times [v]×.
      h[ERROR.attitude] = r1 * v[2] - r2 * v[1];
      h[ERROR.attitude + 1] = r2 * v[0] - r0 * v[2];
      h[ERROR.attitude + 2] = r0 * v[1] - r1 * v[0];
      scalar.residual = measured - predicted;
      scalar.variance = standing
        ? STANDING_SPEED ** 2
        : Math.max(velocityVariance(axis, speed, turn, slip), stated(event.velocityVariance[axis])) +
          (isDoubted && axis === 0 ? FROZEN ** 2 : 0);
      add(state);
    }
    if (event.yawRate !== undefined && x[NOMINAL.hasGyro] === 1 && !standing) {
      scalar.h.fill(0);
      scalar.h[ERROR.gyroBias + 2] = -1;
      scalar.h[ERROR.wheelTurn] = speed;
      scalar.residual = event.yawRate - turn - x[NOMINAL.wheelTurn] * speed;
      const share = noise.wheelYawRateShare * (Math.abs(turn) + Math.abs(speed));
      scalar.variance = Math.max(noise.wheelYawRate ** 2 + share ** 2, stated(event.yawRateVariance));
      add(state);
    }
    corrector.inject(state);
    doubt(state, NOMINAL.refusedVelocity, ERROR.velocity, DOUBT_VELOCITY);
    if (outcome.taken > 0) x[NOMINAL.aided] = event.stamp;
  }

  function stated(variance: number | undefined): number {
    return odometry.variance === 'stated' ? (variance ?? 0) : 0;
  }

  function stands({ nominal, stamp }: State): boolean {
    return stamp - nominal[NOMINAL.standing] >= STANDING_AFTER * NS_PER_SECOND;
  }

  /** Error of the speed, m/s, that wheels betray which turn otherwise than the gyroscope: one of them has lost its hold. */
  function slipOf({ nominal: x }: State, { yawRate }: OdometryEvent, turn: number, speed: number): number {
    if (yawRate === undefined || x[NOMINAL.hasGyro] === 0) return 0;
    return noise.wheelSlipArm * (yawRate - turn - x[NOMINAL.wheelTurn] * speed);
  }

  function velocityVariance(axis: number, speed: number, turn: number, slip: number): number {
    if (axis === 0) return noise.wheelSpeed ** 2 + (noise.wheelSpeedShare * speed) ** 2 + slip ** 2;
    const sideways = axis === 1 ? noise.lateralSlipShare * speed * turn : 0;
    return noise.lateralSpeed ** 2 + sideways ** 2;
  }

  /** A kind of measurement that is refused for long is right, and the state wrong: its uncertainty is raised. */
  function doubt(state: State, since: number, block: number, variance: number): void {
    if (!isRefusedForLong(state, since, outcome.taken, PATIENCE)) return;
    for (let i = 0; i < 3; i += 1) state.covariance[(block + i) * (N + 1)] += variance;
  }

  return {
    fuse,
    predict: (state, stamp) => predictor.predict(state, stamp),
    outcome,
    setHeadingOffset(yaw) {
      headingOffset = yaw;
    },
  };
}
