import { applyRotation } from './predict.ts';
import { ERROR, N, NOMINAL, type State } from './state.ts';

/** One scalar measurement: where it reads the error state, what it says and how well. */
export interface Scalar {
  /** Row of the measurement matrix, length N. */
  readonly h: Float64Array;
  residual: number;
  /** Variance of the measurement's noise. */
  variance: number;
}

/** Folds scalar measurements into a state, one after the other; the sum is injected at the end. */
export interface Corrector {
  begin(): void;
  /** @returns the squared innovation in standard deviations, negative when it is beyond the gate and was refused */
  add(state: State, scalar: Scalar, gate: number): number;
  inject(state: State): void;
}

/**
 * Sequential scalar Kalman updates of an error state: with independent noise the same as the joint update, without a
 * matrix inverse. Covariance P ← P - K S Kᵀ, kept symmetric by construction.
 */
export function createCorrector(): Corrector {
  const delta = new Float64Array(N);
  const Ph = new Float64Array(N);

  return {
    begin() {
      delta.fill(0);
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
      const a = delta[ERROR.attitude] / 2;
      const b = delta[ERROR.attitude + 1] / 2;
      const c = delta[ERROR.attitude + 2] / 2;
      const angle = Math.sqrt(a * a + b * b + c * c);
      const s = angle < 1e-6 ? 1 : Math.sin(angle) / angle;
      applyRotation(x, Math.cos(angle), s * a, s * b, s * c, true);
      delta.fill(0);
    },
  };
}
