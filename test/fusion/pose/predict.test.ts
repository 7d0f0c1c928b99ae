import fc from 'fast-check';
import { expect, it } from 'vitest';
import { drivers } from '../../../drivers/index.ts';
import { loadConfig } from '../../../src/config/index.ts';
import { createCorrector } from '../../../src/fusion/pose/correct.ts';
import { layoutOf } from '../../../src/fusion/pose/layout.ts';
import { createPredictor } from '../../../src/fusion/pose/predict.ts';
import { BASE_SIZE, createState, ERROR, NOMINAL, type State } from '../../../src/fusion/pose/state.ts';
import { compose, fromRotationVector, inverse, toRotationVector, type Quat } from '../../../src/geometry/index.ts';

const overrides = { 'fusion.pose.noise.imuMount': 0.05, 'fusion.pose.noise.gyroMatrix': 0.02 };
const config = loadConfig({ embedded: {}, drivers, overrides }).fusion.pose;
const layout = layoutOf(config, { fix: true, anchors: ['a'] });
const N = layout.size;
const predictor = createPredictor(config.noise, layout);
const corrector = createCorrector(N);
const STEP = 5e6;
const SHIFT = 1e-5;

const small = fc.double({ min: -0.02, max: 0.02, noNaN: true });
const number = fc.double({ min: -2, max: 2, noNaN: true });

function stateFrom(numbers: readonly number[], tiny: readonly number[]): State {
  const state = createState(N);
  const x = state.nominal;
  x.set(numbers.slice(0, 6));
  x.set(fromRotationVector([numbers[6], numbers[7], numbers[8]]), NOMINAL.orientation);
  x.set(tiny.slice(0, 6), NOMINAL.gyroBias);
  x.set(numbers.slice(9, 12), NOMINAL.gyro);
  x.set([numbers[12], numbers[13], 9 + numbers[14]], NOMINAL.accel);
  x.set(tiny.slice(6, 18), NOMINAL.lasting);
  for (const flag of [NOMINAL.hasAccel, NOMINAL.hasGyro, NOMINAL.hasOdometry]) x[flag] = 1;
  return state;
}

/** Moves a state by an error: an exact measurement of it. */
function shifted(state: State, index: number): void {
  state.covariance[index * (N + 1)] = 1;
  const h = new Float64Array(N);
  h[index] = 1;
  corrector.begin();
  corrector.add(state, { h, residual: SHIFT, variance: 1e-15 }, Infinity);
  corrector.inject(state);
}

function errorBetween(a: State, b: State): number[] {
  const off = new Array<number>(N).fill(0);
  const [x, y] = [a.nominal, b.nominal];
  for (const [error, nominal] of [
    [ERROR.position, NOMINAL.position],
    [ERROR.velocity, NOMINAL.velocity],
    [ERROR.gyroBias, NOMINAL.gyroBias],
    [ERROR.accelBias, NOMINAL.accelBias],
  ]) {
    for (let i = 0; i < 3; i += 1) off[error + i] = x[nominal + i] - y[nominal + i];
  }
  const q = (s: Float64Array): Quat => [s[6], s[7], s[8], s[9]];
  toRotationVector(compose(q(x), inverse(q(y)))).forEach((value, i) => (off[ERROR.attitude + i] = value));
  off[ERROR.wheelScale] = x[NOMINAL.wheelScale] - y[NOMINAL.wheelScale];
  off[ERROR.wheelTurn] = x[NOMINAL.wheelTurn] - y[NOMINAL.wheelTurn];
  for (let i = BASE_SIZE; i < N; i += 1) {
    off[i] = x[NOMINAL.lasting + i - BASE_SIZE] - y[NOMINAL.lasting + i - BASE_SIZE];
  }
  return off;
}

it('carries the covariance as it carries the state: every column of the error’s transition', () => {
  fc.assert(
    fc.property(
      fc.array(number, { minLength: 15, maxLength: 15 }),
      fc.array(small, { minLength: 18, maxLength: 18 }),
      (numbers, tiny) => {
        for (let j = 0; j < N; j += 1) {
          const moved = stateFrom(numbers, tiny);
          shifted(moved, j);
          const still = stateFrom(numbers, tiny);
          still.covariance[j * (N + 1)] = 1;
          predictor.predict(moved, STEP);
          predictor.predict(still, STEP);
          const off = errorBetween(moved, still);
          const own = Math.sqrt(Math.abs(still.covariance[j * (N + 1)]));
          for (let i = 0; i < N; i += 1) {
            if (i === j) continue;
            // P = F e eᵀ Fᵀ + Q: off the diagonal its column j is F e times F's own j.
            expect(Math.abs(off[i] / SHIFT - still.covariance[i * N + j] / own)).toBeLessThan(2e-3);
          }
        }
      },
    ),
    { numRuns: 20 },
  );
});
