import { applyRotation } from './predict.ts';
import { BASE_SIZE, ERROR, NOMINAL, type State } from './state.ts';

/** One scalar measurement: where it reads the error state, what it says and how well. */
export interface Scalar {
  /** Row of the measurement matrix, as long as the error. */
  readonly h: Float64Array;
  residual: number;
  /** Variance of the measurement's noise. */
  variance: number;
}

/** What the last event's measurements came to. */
export interface FuseOutcome {
  /** Scalars taken and refused by the gate. */
  taken: number;
  refused: number;
  /** Sum of the squared innovations in standard deviations (NIS), and how many: also of those refused. */
  squared: number;
  /** Wheels that have frozen, an accelerometer that clips. */
  stuck: boolean;
  freedom: number;
}

/** Folds scalar measurements into a state, one after the other; the sum is injected at the end. */
export interface Corrector {
  begin(): void;
  /** The squared innovation in standard deviations that a scalar would have now; nothing is changed. */
  test(state: State, scalar: Scalar): number;
  /** @returns the squared innovation in standard deviations, negative when it is beyond the gate and was refused */
  add(state: State, scalar: Scalar, gate: number): number;
  inject(state: State): void;
}

/**
 * Sequential scalar Kalman updates of an error state: with independent noise the same as the joint update, without a
 * matrix inverse. Covariance P ← P - K S Kᵀ, kept symmetric by construction.
 * @param N length of the error
 */
export function createCorrector(N: number): Corrector {
  const delta = new Float64Array(N);
  const Ph = new Float64Array(N);

  return {
    begin() {
      delta.fill(0);
    },
    test({ covariance: P }, { h, residual, variance }) {
      let S = variance;
      let innovation = residual;
      for (let j = 0; j < N; j += 1) {
        if (h[j] === 0) continue;
        innovation -= h[j] * delta[j];
        for (let i = 0; i < N; i += 1) S += h[i] * P[i * N + j] * h[j];
      }
      return (innovation * innovation) / S;
    },
    add({ covariance: P }, { h, residual, variance }, gate) {
      let S = variance;
      let innovation = residual;
      Ph.fill(0);
      for (let j = 0; j < N; j += 1) {
        const hj = h[j];
        if (hj === 0) continue;
        innovation -= hj * delta[j];
        for (let i = 0; i < N; i += 1) Ph[i] += P[i * N + j] * hj;
      }
      for (let j = 0; j < N; j += 1) S += h[j] * Ph[j];
      const squared = (innovation * innovation) / S;
      // Written so that NaN is refused too.
      if (!(squared <= gate * gate)) return -squared;
      const inverse = 1 / S;
      for (let i = 0; i < N; i += 1) {
        const k = Ph[i] * inverse;
        delta[i] += k * innovation;
        for (let j = 0; j <= i; j += 1) {
          const value = P[i * N + j] - k * Ph[j];
          P[i * N + j] = value;
          P[j * N + i] = value;
        }
      }
      return squared;
    },
    inject({ nominal: x }) {
      for (let i = 0; i < 3; i += 1) {
        x[NOMINAL.position + i] += delta[ERROR.position + i];
        x[NOMINAL.velocity + i] += delta[ERROR.velocity + i];
        x[NOMINAL.gyroBias + i] += delta[ERROR.gyroBias + i];
        x[NOMINAL.accelBias + i] += delta[ERROR.accelBias + i];
      }
      x[NOMINAL.wheelScale] += delta[ERROR.wheelScale];
      x[NOMINAL.wheelTurn] += delta[ERROR.wheelTurn];
      for (let i = BASE_SIZE; i < N; i += 1) x[NOMINAL.lasting + i - BASE_SIZE] += delta[i];
      const a = delta[ERROR.attitude] / 2;
      const b = delta[ERROR.attitude + 1] / 2;
      const c = delta[ERROR.attitude + 2] / 2;
      const angle = Math.sqrt(a * a + b * b + c * c);
      const s = angle < 1e-6 ? 1 : Math.sin(angle) / angle;
      applyRotation(x, NOMINAL.orientation, Math.cos(angle), s * a, s * b, s * c, true);
      delta.fill(0);
    },
  };
}
