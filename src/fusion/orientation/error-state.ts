/** Standard gravity, m/s². */
export const GRAVITY = 9.80665;

/** Where each error stands in the state. */
export const STATE = {
  /** Horizontal velocity, m/s: x, y. */
  velocity: 0,
  /** Attitude about the fixed axes, rad: x, y, z (heading). */
  attitude: 2,
  /** Bias of the gyroscope in base axes, rad/s: x, y, z. */
  bias: 5,
} as const;

const N = 8;
const HEADING = STATE.attitude + 2;

/**
 * Errors of horizontal velocity, attitude and gyroscope bias, and their covariance: truth is estimate plus error, true
 * rotation is exp(error) times the estimated one (J. Solà, arXiv:1711.02508, with the error about the fixed axes).
 */
export class ErrorState {
  /** What the corrections came to; whoever takes it into the estimate clears it. */
  readonly error = new Float64Array(N);
  readonly #P = new Float64Array(N * N);
  readonly #row = new Float64Array(N);
  readonly #gain = new Float64Array(N);

  /** Standard deviations at the start: m/s, rad, rad, rad/s. */
  reset(speed: number, tilt: number, heading: number, bias: number): void {
    this.#P.fill(0);
    this.error.fill(0);
    for (let i = 0; i < N; i += 1) {
      const deviation = i < STATE.attitude ? speed : i < HEADING ? tilt : i === HEADING ? heading : bias;
      this.#P[i * (N + 1)] = deviation * deviation;
    }
  }

  variance(index: number): number {
    return this.#P[index * (N + 1)];
  }

  /** Covariance of two of the errors. */
  covariance(row: number, column: number): number {
    return this.#P[row * N + column];
  }

  /** More doubt about one error. */
  doubt(index: number, variance: number): void {
    this.#P[index * (N + 1)] += variance;
  }

  /**
   * The fixed axes have been turned by an angle, rad, to a new heading: its error has this variance, and nothing to do with
   * the others.
   */
  settleHeading(angle: number, variance: number): void {
    const P = this.#P;
    const c = Math.cos(angle);
    const s = Math.sin(angle);
    for (const x of [STATE.velocity, STATE.attitude]) {
      for (let i = 0; i < N; i += 1) {
        const [a, b] = [P[x * N + i], P[(x + 1) * N + i]];
        P[x * N + i] = c * a - s * b;
        P[(x + 1) * N + i] = s * a + c * b;
      }
      for (let i = 0; i < N * N; i += N) {
        const [a, b] = [P[i + x], P[i + x + 1]];
        P[i + x] = c * a - s * b;
        P[i + x + 1] = s * a + c * b;
      }
    }
    for (let i = 0; i < N; i += 1) {
      P[HEADING * N + i] = 0;
      P[i * N + HEADING] = 0;
    }
    P[HEADING * (N + 1)] = variance;
  }

  /**
   * Carries the covariance over an interval: a tilt accelerates (v' = g × tilt), a bias turns (attitude' = -R bias).
   * @param turning row-major 3x3, the integral of the rotation base to fixed over the interval, s
   * @param interval s
   */
  predict(turning: Float64Array, interval: number): void {
    const P = this.#P;
    const fall = GRAVITY * interval;
    for (let c = 0; c < N; c += 1) {
      P[c] += fall * P[3 * N + c];
      P[N + c] -= fall * P[2 * N + c];
      for (let i = 0; i < 3; i += 1) {
        P[(2 + i) * N + c] -=
          turning[3 * i] * P[5 * N + c] + turning[3 * i + 1] * P[6 * N + c] + turning[3 * i + 2] * P[7 * N + c];
      }
    }
    for (let at = 0; at < N * N; at += N) {
      P[at] += fall * P[at + 3];
      P[at + 1] -= fall * P[at + 2];
      for (let i = 0; i < 3; i += 1) {
        P[at + 2 + i] -= turning[3 * i] * P[at + 5] + turning[3 * i + 1] * P[at + 6] + turning[3 * i + 2] * P[at + 7];
      }
    }
  }

  /** Kalman update by a measurement of one error. */
  correct(index: number, measured: number, variance: number): void {
    const P = this.#P;
    const row = this.#row;
    for (let i = 0; i < N; i += 1) row[i] = P[index * N + i];
    const scale = 1 / (row[index] + variance);
    const innovation = (measured - this.error[index]) * scale;
    for (let i = 0; i < N; i += 1) {
      this.error[i] += row[i] * innovation;
      const gain = row[i] * scale;
      for (let j = 0; j < N; j += 1) P[i * N + j] -= gain * row[j];
    }
  }

  /**
   * Update by a measurement of the heading that touches heading and bias alone: a magnetic field must not tilt the estimate.
   * The covariance is that of the gain used (Joseph's form).
   */
  correctHeading(measured: number, variance: number): void {
    const P = this.#P;
    const row = this.#row;
    const gain = this.#gain;
    for (let i = 0; i < N; i += 1) row[i] = P[HEADING * N + i];
    const S = row[HEADING] + variance;
    const innovation = measured - this.error[HEADING];
    for (let i = 0; i < N; i += 1) {
      gain[i] = i < HEADING ? 0 : row[i] / S;
      this.error[i] += gain[i] * innovation;
    }
    for (let i = 0; i < N; i += 1) {
      for (let j = 0; j < N; j += 1) P[i * N + j] += S * gain[i] * gain[j] - gain[i] * row[j] - row[i] * gain[j];
    }
  }
}
