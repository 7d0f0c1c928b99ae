import type { Vector3 } from '../../frame/index.ts';
import { toMatrix, type Transform } from '../../geometry/index.ts';

/** Where each number of an inertial sample stands; in base axes: rad/s, m/s², s since the sample before. */
export const SAMPLE = { gx: 0, gy: 1, gz: 2, ax: 3, ay: 4, az: 5, dt: 6 } as const;

/** An inertial sample: one array that every sample is written to, so that nothing is allocated. */
export function createSample(): Float64Array {
  return new Float64Array(7);
}

/** Turns vectors of a sensor to base axes. The matrix is made once for each mount. */
export class MountRotation {
  readonly #matrix = new Float64Array(9);
  #mount: Transform | undefined;

  /** @param to where x, y and z go, from `at` on; @param mount T_base_sensor */
  turn(vector: Vector3, mount: Transform, to: Float64Array, at: number): void {
    const M = this.#matrix;
    if (mount !== this.#mount) {
      this.#mount = mount;
      toMatrix(mount.rotation, M);
    }
    const x = vector[0];
    const y = vector[1];
    const z = vector[2];
    to[at] = M[0] * x + M[1] * y + M[2] * z;
    to[at + 1] = M[3] * x + M[4] * y + M[5] * z;
    to[at + 2] = M[6] * x + M[7] * y + M[8] * z;
  }
}
