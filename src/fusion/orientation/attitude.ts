import type { Quaternion } from '../../frame/index.ts';
import { writeMatrix } from '../../geometry/index.ts';

/**
 * An orientation that is turned once a sample: the quaternion that takes base axes to fixed axes, and its matrix. Numbers that
 * change with every sample are kept and handed on in typed arrays: alone, V8 would allocate each.
 */
export class Attitude {
  /** Row-major 3x3, base to fixed axes. */
  readonly matrix = new Float64Array([1, 0, 0, 0, 1, 0, 0, 0, 1]);
  readonly #q = new Float64Array([1, 0, 0, 0]);

  get quaternion(): Quaternion {
    const [w, x, y, z] = this.#q;
    return [w, x, y, z];
  }

  set(q: Quaternion): void {
    this.#q.set(q);
    this.#renew();
  }

  /**
   * Turns by a rotation vector about the base's axes, rad. Sine and cosine are series, whose error is below 1e-5 of the
   * angle up to one radian; a larger one is turned in halves.
   */
  turn(vector: Float64Array): void {
    let x = vector[0];
    let y = vector[1];
    let z = vector[2];
    let times = 1;
    while (x * x + y * y + z * z > 1 && times < 64) {
      x /= 2;
      y /= 2;
      z /= 2;
      times *= 2;
    }
    const quarter = (x * x + y * y + z * z) / 4;
    const c = 1 - quarter / 2 + (quarter * quarter) / 24;
    const s = 0.5 - quarter / 12 + (quarter * quarter) / 240;
    x *= s;
    y *= s;
    z *= s;
    const q = this.#q;
    for (let i = 0; i < times; i += 1) {
      const w = q[0] * c - q[1] * x - q[2] * y - q[3] * z;
      const a = q[0] * x + q[1] * c + q[2] * z - q[3] * y;
      const b = q[0] * y - q[1] * z + q[2] * c + q[3] * x;
      const d = q[0] * z + q[1] * y - q[2] * x + q[3] * c;
      // Nearly of unit length: one Newton step makes it so.
      const unit = 1.5 - 0.5 * (w * w + a * a + b * b + d * d);
      q[0] = w * unit;
      q[1] = a * unit;
      q[2] = b * unit;
      q[3] = d * unit;
    }
    this.#renew();
  }

  /** Turns by a small rotation vector about the fixed x and y axes, and by any angle about the fixed z axis, rad. */
  correct(x: number, y: number, heading: number): void {
    const q = this.#q;
    const a = x / 2;
    const b = y / 2;
    const w = q[0] - a * q[1] - b * q[2];
    const i = q[1] + a * q[0] + b * q[3];
    const j = q[2] + b * q[0] - a * q[3];
    const k = q[3] + a * q[2] - b * q[1];
    const length = Math.sqrt(w * w + i * i + j * j + k * k);
    const c = Math.cos(heading / 2) / length;
    const s = Math.sin(heading / 2) / length;
    q[0] = c * w - s * k;
    q[1] = c * i - s * j;
    q[2] = c * j + s * i;
    q[3] = c * k + s * w;
    this.#renew();
  }

  #renew(): void {
    writeMatrix(this.#q[0], this.#q[1], this.#q[2], this.#q[3], this.matrix);
  }
}
