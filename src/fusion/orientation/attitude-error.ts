import type { Quaternion } from '../../frame/index.ts';
import { toMatrix } from '../../geometry/index.ts';
import type { OrientationConfig } from '../config.ts';

/** Attitude about the fixed axes, then gyroscope bias in base axes. */
const N = 6;

/** One component of the attitude error as a measurement sees it: its axis and the residual, rad. */
export type Component = readonly [axis: 0 | 1 | 2, residual: number];

/** Covariance of attitude and gyroscope bias. */
export interface AttitudeError {
  reset(tilt: number, heading: number): void;
  /** The heading has just been set, with this standard deviation, rad. */
  settleHeading(deviation: number): void;
  /** @param q orientation at the end of the step; @param dt s */
  predict(q: Quaternion, dt: number): void;
  /** Kalman update by independent components of equal variance; @returns the error to inject, length 6. */
  correct(components: readonly Component[], variance: number): readonly number[];
  /** Row-major 3x3, rad². */
  attitudeCovariance(): Float64Array;
}

/** Makes the covariance; {@link AttitudeError.reset} before use. */
export function createAttitudeError(config: OrientationConfig): AttitudeError {
  const P = new Float64Array(N * N);
  const R = new Float64Array(9);
  const delta: number[] = [0, 0, 0, 0, 0, 0];
  const column = new Float64Array(N);

  return {
    reset(tilt, heading) {
      P.fill(0);
      [tilt, tilt, heading].forEach((deviation, i) => (P[i * (N + 1)] = deviation * deviation));
      for (let i = 3; i < N; i += 1) P[i * (N + 1)] = config.initialGyroBias ** 2;
    },
    settleHeading(deviation) {
      for (let i = 0; i < N; i += 1) {
        P[2 * N + i] = 0;
        P[i * N + 2] = 0;
      }
      P[2 * (N + 1)] = deviation * deviation;
    },
    predict(q, dt) {
      // δθ += -R δb dt, rows first, then columns.
      toMatrix(q, R);
      for (let c = 0; c < N; c += 1) {
        for (let i = 0; i < 3; i += 1) {
          for (let k = 0; k < 3; k += 1) P[i * N + c] -= dt * R[3 * i + k] * P[(3 + k) * N + c];
        }
      }
      for (let r = 0; r < N; r += 1) {
        for (let i = 0; i < 3; i += 1) {
          for (let k = 0; k < 3; k += 1) P[r * N + i] -= dt * R[3 * i + k] * P[r * N + 3 + k];
        }
      }
      for (let i = 0; i < 3; i += 1) {
        P[i * (N + 1)] += config.gyroNoise ** 2 * dt;
        P[(3 + i) * (N + 1)] += config.gyroBiasWalk ** 2 * dt;
      }
    },
    correct(components, variance) {
      delta.fill(0);
      for (const [axis, residual] of components) {
        const S = P[axis * (N + 1)] + variance;
        const innovation = residual - delta[axis];
        for (let i = 0; i < N; i += 1) column[i] = P[i * N + axis];
        for (let i = 0; i < N; i += 1) {
          const k = column[i] / S;
          delta[i] += k * innovation;
          for (let j = 0; j < N; j += 1) P[i * N + j] -= k * column[j];
        }
      }
      return delta;
    },
    attitudeCovariance() {
      const out = new Float64Array(9);
      for (let i = 0; i < 3; i += 1) for (let j = 0; j < 3; j += 1) out[3 * i + j] = P[i * N + j];
      return out;
    },
  };
}
