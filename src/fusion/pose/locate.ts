import { type Quaternion, type Vector3 } from '../../frame/index.ts';
import { compose, inverse, toRotationVector, writeMatrix } from '../../geometry/index.ts';
import type { PoseConfig } from '../config.ts';
import type { Corrector, FuseOutcome, Scalar } from './correct.ts';
import type { FixEvent, PositionEvent, RangeEvent, TwistEvent } from './event.ts';
import type { Layout } from './layout.ts';
import { isRefusedForLong, isTaken } from './doubt.ts';
import { applyRotation } from './predict.ts';
import { BASE_SIZE, ERROR, NOMINAL, type State } from './state.ts';

/** An event that says where the robot is in the map, or how it moves there. */
export type MapEvent = FixEvent | TwistEvent | RangeEvent | PositionEvent;

/** Folds places in the map into states. */
export interface Locator {
  locate(state: State, event: MapEvent): void;
}

/** A place that is refused for so long is right, and the state wrong, s. Longer than what a disturbed receiver jumps for. */
const PATIENCE = 5;
const PLACES = [NOMINAL.refusedFix, NOMINAL.refusedPosition, NOMINAL.refusedRange];
/** Standard deviation of a place that nothing is known of, m. */
const ANYWHERE = 1e3;
/** Standard deviation that an attitude is doubted by, rad. */
const LOST_ATTITUDE = 0.3;
/** The way from the first place to one that tells the heading, m, and in standard deviations of a place. */
const LEAST_WAY = 3;
const LEAST_WAY_DEVIATIONS = 10;
/** The least speed that has a course, m/s, and what the course errs by besides its noise: robots drift sideways, rad. */
const LEAST_COURSE_SPEED = 2;
const COURSE_ERROR = 0.03;
/** Standard deviation of the velocity when the heading has just been found, m/s. */
const FIRST_VELOCITY = 0.5;
/** Ranges beyond this many standard deviations count the less the further they are off (P. J. Huber, 1964). */
const HUBER = 2;

/** Makes a locator over a fuser's work space. */
export function createLocator(
  { fix, gate }: PoseConfig,
  layout: Layout,
  corrector: Corrector,
  outcome: FuseOutcome,
): Locator {
  const N = layout.size;
  const scalars: Scalar[] = Array.from({ length: 6 }, () => ({ h: new Float64Array(N), residual: 0, variance: 0 }));
  const R = new Float64Array(9);
  const arm = new Float64Array(3);
  let used = 0;

  function next(residual: number, variance: number): Scalar {
    const scalar = scalars[used];
    used += 1;
    scalar.h.fill(0);
    scalar.residual = residual;
    scalar.variance = variance;
    return scalar;
  }

  /** Takes all scalars or none: one axis of a jump may look innocent. */
  function settle(state: State, limit = gate): boolean {
    let worst = 0;
    let good = true;
    corrector.begin();
    for (let i = 0; i < used; i += 1) {
      const squared = corrector.test(state, scalars[i]);
      if (!(squared <= limit * limit)) good = false;
      worst = Math.max(worst, squared);
      outcome.squared += squared;
    }
    outcome.freedom += used;
    if (!good) {
      outcome.refused += used;
      return false;
    }
    for (let i = 0; i < used; i += 1) corrector.add(state, scalars[i], Infinity);
    corrector.inject(state);
    outcome.taken += used;
    return true;
  }

  function readArm({ nominal: x }: State, lever: Vector3): void {
    const o = NOMINAL.orientation;
    writeMatrix(x[o], x[o + 1], x[o + 2], x[o + 3], R);
    for (let i = 0; i < 3; i += 1) {
      arm[i] = R[3 * i] * lever[0] + R[3 * i + 1] * lever[1] + R[3 * i + 2] * lever[2];
    }
  }

  /** Row of a place along one axis: p + δp + (R + δθ×R) l, so that δθ reads -[R l]×. */
  function placeRow(h: Float64Array, axis: number, weight: number): void {
    h[ERROR.position + axis] += weight;
    const [a, b] = [(axis + 1) % 3, (axis + 2) % 3];
    h[ERROR.attitude + a] += weight * arm[b];
    h[ERROR.attitude + b] -= weight * arm[a];
  }

  function fixScalars(state: State, event: FixEvent): void {
    const x = state.nominal;
    readArm(state, event.lever);
    used = 0;
    const late = layout.fixLatency === undefined ? 0 : x[NOMINAL.lasting + layout.fixLatency - BASE_SIZE];
    for (let axis = 0; axis < event.axes; axis += 1) {
      const velocity = trueVelocity(x, axis);
      const drift = layout.fixDrift === undefined ? 0 : x[NOMINAL.lasting + layout.fixDrift + axis - BASE_SIZE];
      const there = x[NOMINAL.position + axis] + arm[axis] + drift - velocity * late;
      const own = fix.noise * (axis === 2 ? 2 : 1);
      const { h } = next(event.place[axis] - there, event.variance?.[axis] ?? own * own);
      placeRow(h, axis, 1);
      if (layout.fixDrift !== undefined) h[layout.fixDrift + axis] = 1;
      if (layout.fixLatency !== undefined) h[layout.fixLatency] = -velocity;
    }
  }

  function fuseFix(state: State, event: FixEvent): void {
    const deviation = Math.sqrt(event.variance?.[0] ?? fix.noise ** 2);
    if (state.nominal[NOMINAL.hasHeading] === 0) {
      if (!seeks(state, event.place, deviation)) return accept(state, 1);
      fixScalars(state, event);
      settle(state, Infinity);
      return accept(state, 0);
    }
    fixScalars(state, event);
    if (settle(state)) state.nominal[NOMINAL.located] = event.stamp;
    doubt(state, event, NOMINAL.refusedFix);
  }

  function fuseTwist(state: State, event: TwistEvent): void {
    const x = state.nominal;
    const [vx, vy] = event.velocity;
    if (x[NOMINAL.hasHeading] === 0) {
      const speed = Math.hypot(vx, vy);
      const own = Math.hypot(x[NOMINAL.velocity], x[NOMINAL.velocity + 1]);
      if (x[NOMINAL.hasPlace] === 0 || speed < LEAST_COURSE_SPEED || own < speed / 2) return;
      const turn = Math.atan2(vy, vx) - Math.atan2(x[NOMINAL.velocity + 1], x[NOMINAL.velocity]);
      turnBy(state, turn, Math.hypot(Math.sqrt(event.variance) / speed, COURSE_ERROR));
      return accept(state, 2);
    }
    used = 0;
    const scale = x[NOMINAL.hasOdometry] === 1 ? 1 + x[NOMINAL.wheelScale] : 1;
    const place = layout.twistLatency;
    const late = place === undefined ? 0 : x[NOMINAL.lasting + place - BASE_SIZE];
    for (let axis = 0; axis < 2; axis += 1) {
      const gained = accelerationOf(state, axis);
      const there = scale * x[NOMINAL.velocity + axis] - gained * late;
      const { h } = next(event.velocity[axis] - there, event.variance);
      h[ERROR.velocity + axis] = scale;
      if (x[NOMINAL.hasOdometry] === 1) h[ERROR.wheelScale] = x[NOMINAL.velocity + axis];
      if (place !== undefined) h[place] = -gained;
    }
    settle(state);
    doubt(state, event, NOMINAL.refusedTwist);
  }

  function fuseRange(state: State, event: RangeEvent): void {
    const x = state.nominal;
    readArm(state, event.lever);
    const line = [0, 1, 2].map((axis) => x[NOMINAL.position + axis] + arm[axis] - event.at[axis]);
    const distance = Math.hypot(line[0], line[1], line[2]);
    if (!(distance > 0)) return;
    const bias = layout.rangeBias.get(event.anchor);
    const scale = layout.rangeScale === undefined ? 0 : x[NOMINAL.lasting + layout.rangeScale - BASE_SIZE];
    const expected = (1 + scale) * distance + (bias === undefined ? 0 : x[NOMINAL.lasting + bias - BASE_SIZE]);
    used = 0;
    const scalar = next(event.distance - expected, event.variance);
    for (let axis = 0; axis < 3; axis += 1) placeRow(scalar.h, axis, ((1 + scale) * line[axis]) / distance);
    if (layout.rangeScale !== undefined) scalar.h[layout.rangeScale] = distance;
    if (bias !== undefined) scalar.h[bias] = 1;
    corrector.begin();
    const off = Math.sqrt(corrector.test(state, scalar));
    if (off > HUBER && off <= gate) scalar.variance *= (off / HUBER) ** 2;
    if (settle(state)) x[NOMINAL.located] = event.stamp;
    doubt(state, event, NOMINAL.refusedRange);
  }

  function fusePosition(state: State, event: PositionEvent): void {
    const x = state.nominal;
    const { position, orientation } = event;
    if (x[NOMINAL.hasHeading] === 0) {
      if (position !== undefined && orientation !== undefined) {
        place(state, position);
        const o = NOMINAL.orientation;
        x.set(orientation, o);
        forget(state, ERROR.attitude, 3, 1);
        forget(state, ERROR.velocity, 3, FIRST_VELOCITY);
        x[NOMINAL.hasHeading] = 1;
      } else if (position === undefined || !seeks(state, position, Math.sqrt(event.positionVariance[0]))) {
        return accept(state, 1);
      }
      positionScalars(state, event);
      settle(state, Infinity);
      return accept(state, 0);
    }
    positionScalars(state, event);
    if (settle(state)) x[NOMINAL.located] = event.stamp;
    doubt(state, event, NOMINAL.refusedPosition);
  }

  function positionScalars(state: State, event: PositionEvent): void {
    const x = state.nominal;
    used = 0;
    if (event.position !== undefined) {
      for (let axis = 0; axis < 3; axis += 1) {
        const { h } = next(event.position[axis] - x[NOMINAL.position + axis], event.positionVariance[axis]);
        h[ERROR.position + axis] = 1;
      }
    }
    if (event.orientation !== undefined) {
      const o = NOMINAL.orientation;
      const own: Quaternion = [x[o], x[o + 1], x[o + 2], x[o + 3]];
      const error = toRotationVector(compose(event.orientation, inverse(own)));
      for (let axis = 0; axis < 3; axis += 1) {
        next(error[axis], event.orientationVariance[axis]).h[ERROR.attitude + axis] = 1;
      }
    }
  }

  /** Without a heading: takes the first place as it is, and finds the heading at one that is far from it. @returns found */
  function seeks(state: State, at: Vector3, deviation: number): boolean {
    const x = state.nominal;
    if (x[NOMINAL.hasPlace] === 0) {
      place(state, at);
      return false;
    }
    const f = NOMINAL.firstPlace;
    const [dx, dy] = [at[0] - x[f], at[1] - x[f + 1]];
    const [ox, oy] = [x[NOMINAL.position] - x[f], x[NOMINAL.position + 1] - x[f + 1]];
    const way = Math.hypot(dx, dy);
    if (way < Math.max(LEAST_WAY, LEAST_WAY_DEVIATIONS * deviation) || Math.hypot(ox, oy) < way / 2) return false;
    turnBy(state, Math.atan2(dy, dx) - Math.atan2(oy, ox), Math.hypot((1.5 * deviation) / way, COURSE_ERROR));
    return true;
  }

  /** The first place: the robot is moved there. */
  function place(state: State, at: Vector3): void {
    const x = state.nominal;
    for (let i = 0; i < 3; i += 1) x[NOMINAL.position + i] = at[i];
    x[NOMINAL.firstPlace] = at[0];
    x[NOMINAL.firstPlace + 1] = at[1];
    x[NOMINAL.hasPlace] = 1;
    x[NOMINAL.located] = state.stamp;
    forget(state, ERROR.position, 3, ANYWHERE);
  }

  /** Turns what was driven so far about the first place. Where the robot is, the next place tells. */
  function turnBy(state: State, turn: number, deviation: number): void {
    const x = state.nominal;
    const [c, s] = [Math.cos(turn), Math.sin(turn)];
    const spin = (at: number, cx: number, cy: number): void => {
      const [dx, dy] = [x[at] - cx, x[at + 1] - cy];
      x[at] = cx + c * dx - s * dy;
      x[at + 1] = cy + s * dx + c * dy;
    };
    spin(NOMINAL.position, x[NOMINAL.firstPlace], x[NOMINAL.firstPlace + 1]);
    spin(NOMINAL.velocity, 0, 0);
    applyRotation(x, NOMINAL.orientation, Math.cos(turn / 2), 0, 0, Math.sin(turn / 2), true);
    x[NOMINAL.hasHeading] = 1;
    x[NOMINAL.located] = state.stamp;
    forget(state, ERROR.position, 3, ANYWHERE);
    forget(state, ERROR.velocity, 3, FIRST_VELOCITY);
    forget(state, ERROR.attitude + 2, 1, deviation);
  }

  /** Unknown again: no ties to anything, and a standard deviation. */
  function forget({ covariance: P }: State, from: number, count: number, deviation: number): void {
    for (let i = from; i < from + count; i += 1) {
      for (let j = 0; j < N; j += 1) {
        P[i * N + j] = 0;
        P[j * N + i] = 0;
      }
      P[i * (N + 1)] = deviation * deviation;
    }
  }

  function accept({ nominal: x, stamp }: State, taken: number): void {
    outcome.taken += taken;
    if (x[NOMINAL.hasPlace] === 1) x[NOMINAL.located] = stamp;
  }

  /** Places of one kind that are refused for long are right, and the state wrong; unless those of another kind are taken. */
  function doubt(state: State, { isRight = false }: MapEvent, since: number): void {
    if (!isRefusedForLong(state, since, outcome.taken, isRight ? 0 : PATIENCE)) return;
    if (!isRight && PLACES.some((kind) => kind !== since && isTaken(state, kind, PATIENCE))) return;
    for (let i = 0; i < 3; i += 1) {
      state.covariance[(ERROR.position + i) * (N + 1)] += ANYWHERE ** 2;
      state.covariance[(ERROR.velocity + i) * (N + 1)] += 1;
      // Without wheels that hold the velocity, an attitude that is wrong is what carries the state away.
      if (state.nominal[NOMINAL.hasOdometry] === 0)
        state.covariance[(ERROR.attitude + i) * (N + 1)] += LOST_ATTITUDE ** 2;
    }
  }

  function trueVelocity(x: Float64Array, axis: number): number {
    return (x[NOMINAL.hasOdometry] === 1 ? 1 + x[NOMINAL.wheelScale] : 1) * x[NOMINAL.velocity + axis];
  }

  /** m/s² in the map's axes; horizontal ones, where gravity is not. */
  function accelerationOf({ nominal: x }: State, axis: number): number {
    if (x[NOMINAL.hasAccel] === 0) return 0;
    const o = NOMINAL.orientation;
    writeMatrix(x[o], x[o + 1], x[o + 2], x[o + 3], R);
    let sum = 0;
    for (let j = 0; j < 3; j += 1) sum += R[3 * axis + j] * (x[NOMINAL.accel + j] - x[NOMINAL.accelBias + j]);
    return sum;
  }

  return {
    locate(state, event) {
      if (event.kind === 'fix') fuseFix(state, event);
      else if (event.kind === 'twist') fuseTwist(state, event);
      else if (event.kind === 'range') fuseRange(state, event);
      else fusePosition(state, event);
    },
  };
}
