import type { Extractor, KindOf } from './extractor.ts';
import { Moments } from './moments.ts';

/**
 * Of an IMU: mean and spread of the specific force along each axis, m/s²; jolt: its largest change from sample to sample; mean rate
 * about z and largest rate about x and y, rad/s. What the sensor lacks is 0 throughout.
 */
export class ImuFeatures implements Extractor<KindOf<'imu'>> {
  readonly names = ['x', 'y', 'z', 'x spread', 'y spread', 'z spread', 'jolt', 'turn', 'tilt'];
  readonly held = 0;
  readonly #x = new Moments();
  readonly #y = new Moments();
  readonly #z = new Moments();
  readonly #turn = new Moments();
  readonly #tilt = new Moments();
  #jolt = 0;
  #hasLast = false;
  #lastX = 0;
  #lastY = 0;
  #lastZ = 0;

  take({ linearAcceleration, angularVelocity }: KindOf<'imu'>): void {
    if (linearAcceleration !== undefined) {
      const x = linearAcceleration[0];
      const y = linearAcceleration[1];
      const z = linearAcceleration[2];
      this.#x.add(x);
      this.#y.add(y);
      this.#z.add(z);
      if (this.#hasLast) {
        const dx = x - this.#lastX;
        const dy = y - this.#lastY;
        const dz = z - this.#lastZ;
        this.#jolt = Math.max(this.#jolt, Math.sqrt(dx * dx + dy * dy + dz * dz));
      }
      this.#hasLast = true;
      this.#lastX = x;
      this.#lastY = y;
      this.#lastZ = z;
    }
    if (angularVelocity !== undefined) {
      const x = angularVelocity[0];
      const y = angularVelocity[1];
      this.#turn.add(angularVelocity[2]);
      this.#tilt.add(Math.sqrt(x * x + y * y));
    }
  }

  write(out: Float32Array, at: number): boolean {
    const isSomething = this.#x.count + this.#turn.count > 0;
    if (isSomething) {
      out[at] = this.#x.mean;
      out[at + 1] = this.#y.mean;
      out[at + 2] = this.#z.mean;
      out[at + 3] = this.#x.spread;
      out[at + 4] = this.#y.spread;
      out[at + 5] = this.#z.spread;
      out[at + 6] = this.#jolt;
      out[at + 7] = this.#turn.mean;
      out[at + 8] = this.#tilt.most;
    }
    this.#clear();
    return isSomething;
  }

  reset(): void {
    this.#clear();
    this.#hasLast = false;
  }

  #clear(): void {
    this.#x.clear();
    this.#y.clear();
    this.#z.clear();
    this.#turn.clear();
    this.#tilt.clear();
    this.#jolt = 0;
  }
}
