import { NS_PER_SECOND } from '../../frame/index.ts';
import { compose, inverse, norm, rotate, toRotationVector } from '../../geometry/index.ts';
import type { PoseNoise } from '../config.ts';
import type { StepEvent } from './event.ts';
import { ERROR, NOMINAL, type State } from './state.ts';

/** Least error of a step, m: odometry's last digit. */
const LAST_DIGIT = 1e-4;
/** Time over which the velocity is averaged, s: steps whose stamps come in bursts have none. */
const VELOCITY_SECONDS = 0.2;
/** Share of a step by which its direction errs. */
const SIDEWAYS_SHARE = 0.01;

/**
 * Moves a robot by a step of its odometry, in place of what was carried on since the step before. Corrections that came
 * meanwhile stay.
 */
export function rollBy(state: State, event: StepEvent, noise: PoseNoise): void {
  const { nominal: x, covariance: P, size: N } = state;
  const carried = x[NOMINAL.driven] === 0 && (x[NOMINAL.hasOdometry] === 1 || x[NOMINAL.hasGyro] === 1);
  x[NOMINAL.driven] = 1;
  // Velocities have carried it here: what comes after is by steps.
  if (carried) return;
  const { rolled: r, rolledTurn: t, orientation: o } = NOMINAL;
  const now = [x[o], x[o + 1], x[o + 2], x[o + 3]] as const;
  // Where the robot was turned to at the step's beginning, as it is known now.
  const from = compose(now, inverse([x[t], x[t + 1], x[t + 2], x[t + 3]]));
  const way = norm(event.translation);
  const turn = toRotationVector(event.rotation);
  const scale = 1 + x[NOMINAL.wheelScale];
  const [dx, dy, dz] = event.translation;
  const step = rotate(from, [scale * dx, scale * dy, scale * dz]);
  const assumed = rotate(from, [x[r], x[r + 1], x[r + 2]]);
  for (let i = 0; i < 3; i += 1) x[NOMINAL.position + i] += step[i] - assumed[i];
  const lasting = -x[NOMINAL.wheelTurn] * way;
  const turned = compose(compose(from, event.rotation), [Math.cos(lasting / 2), 0, 0, Math.sin(lasting / 2)]);
  x.set(turned, o);
  x.fill(0, r, t + 4);
  x[t] = 1;

  propagate(P, N, step, rotate(from, event.translation), rotate(turned, [0, 0, 1]), way);
  const along = noise.wheelSpeedShare * way;
  const sideways = SIDEWAYS_SHARE * way;
  addAlong(P, N, step, way, along ** 2 - sideways ** 2, sideways ** 2 + LAST_DIGIT ** 2);
  const heading = noise.stepTurn ** 2 * way + (noise.stepTurnShare * norm(turn)) ** 2;
  P[(ERROR.attitude + 2) * (N + 1)] += heading;

  const seconds = (event.stamp - x[NOMINAL.inertial]) / NS_PER_SECOND;
  x[NOMINAL.inertial] = event.stamp;
  carryOn(state, event, seconds);
  x[NOMINAL.hasOdometry] = 1;
  x[NOMINAL.aided] = event.stamp;
}

/** δp += -[step]× δθ + unscaled δs, δθ -= up way δturn. */
function propagate(
  P: Float64Array,
  N: number,
  step: readonly number[],
  unscaled: readonly number[],
  up: readonly number[],
  way: number,
): void {
  const [sx, sy, sz] = step;
  const cross = [0, sz, -sy, -sz, 0, sx, sy, -sx, 0];
  for (let pass = 0; pass < 2; pass += 1) {
    const [across, down] = pass === 0 ? [1, N] : [N, 1];
    for (let c = 0; c < N; c += 1) {
      const at = (row: number): number => row * down + c * across;
      for (let i = 0; i < 3; i += 1) {
        let sum = unscaled[i] * P[at(ERROR.wheelScale)];
        for (let j = 0; j < 3; j += 1) sum += cross[3 * i + j] * P[at(ERROR.attitude + j)];
        P[at(ERROR.position + i)] += sum;
      }
      for (let i = 0; i < 3; i += 1) P[at(ERROR.attitude + i)] -= up[i] * way * P[at(ERROR.wheelTurn)];
    }
  }
}

/** Adds a variance along a step, and one in every direction. */
function addAlong(P: Float64Array, N: number, step: readonly number[], way: number, along: number, all: number): void {
  for (let i = 0; i < 3; i += 1) {
    P[(ERROR.position + i) * (N + 1)] += all;
    if (way === 0) continue;
    for (let j = 0; j < 3; j += 1)
      P[(ERROR.position + i) * N + ERROR.position + j] += (along * step[i] * step[j]) / way ** 2;
  }
}

/** The velocity that is told until the next step: that of the last steps, averaged. */
function carryOn(
  { nominal: x, covariance: P, size: N }: State,
  { translation, rotation }: StepEvent,
  seconds: number,
): void {
  const { velocity: v, gyro, orientation: o } = NOMINAL;
  const q = [x[o], x[o + 1], x[o + 2], x[o + 3]] as const;
  const span = Math.max(seconds, VELOCITY_SECONDS);
  const kept = Math.max(0, 1 - seconds / span);
  const before = rotate(inverse(compose(q, inverse(rotation))), [x[v], x[v + 1], x[v + 2]]);
  const turn = toRotationVector(rotation);
  const body = [0, 1, 2].map((i) => kept * before[i] + translation[i] / span);
  x.set(rotate(q, [body[0], body[1], body[2]]), v);
  for (let i = 0; i < 3; i += 1) x[gyro + i] = kept * x[gyro + i] + turn[i] / span;
  // Nothing follows from it: it is told, and carried on, and taken back with the next step.
  for (let i = v; i < v + 3; i += 1) {
    for (let j = 0; j < N; j += 1) {
      P[i * N + j] = 0;
      P[j * N + i] = 0;
    }
    P[i * (N + 1)] = 0.01 + (0.1 * body[0]) ** 2;
  }
}
