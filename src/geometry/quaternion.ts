/**
 * Unit quaternions `[w, x, y, z]`, Hamilton product, active rotations: `rotate(q, v)` takes a vector expressed in the
 * body's axes to the axes that `q` is given in. `compose(a, b)` applies `b` first.
 * Conventions and formulas: J. Solà, "Quaternion kinematics for the error-state Kalman filter", arXiv:1711.02508.
 */
import { norm, type Vec3 } from './vector.ts';

/** w, x, y, z. */
export type Quat = readonly [number, number, number, number];

/** No rotation. */
export const IDENTITY: Quat = [1, 0, 0, 0];

/** Hamilton product `a ⊗ b`. */
export function compose(a: Quat, b: Quat): Quat {
  return [
    a[0] * b[0] - a[1] * b[1] - a[2] * b[2] - a[3] * b[3],
    a[0] * b[1] + a[1] * b[0] + a[2] * b[3] - a[3] * b[2],
    a[0] * b[2] - a[1] * b[3] + a[2] * b[0] + a[3] * b[1],
    a[0] * b[3] + a[1] * b[2] - a[2] * b[1] + a[3] * b[0],
  ];
}

/** The inverse rotation (conjugate). */
export function inverse(q: Quat): Quat {
  return [q[0], -q[1], -q[2], -q[3]];
}

/**
 * Scales to unit length.
 * @returns `undefined` for a quaternion of length zero or with a component that is not finite.
 */
export function normalize(q: Quat): Quat | undefined {
  const n = Math.hypot(q[0], q[1], q[2], q[3]);
  return n > 0 && Number.isFinite(n) ? [q[0] / n, q[1] / n, q[2] / n, q[3] / n] : undefined;
}

/** `q v q⁻¹`. */
export function rotate(q: Quat, v: Vec3): Vec3 {
  // One by one: taking a tuple apart goes through an iterator, which allocates.
  const w = q[0];
  const x = q[1];
  const y = q[2];
  const z = q[3];
  // t = 2 (q_vec × v); v' = v + w t + q_vec × t
  const tx = 2 * (y * v[2] - z * v[1]);
  const ty = 2 * (z * v[0] - x * v[2]);
  const tz = 2 * (x * v[1] - y * v[0]);
  return [v[0] + w * tx + y * tz - z * ty, v[1] + w * ty + z * tx - x * tz, v[2] + w * tz + x * ty - y * tx];
}

/** Exponential map: the rotation by |v| radians about v. */
export function fromRotationVector(v: Vec3): Quat {
  const angle = norm(v);
  // Series of sin(a/2)/a, accurate to 1e-16 below a = 1e-4.
  const s = angle < 1e-4 ? 0.5 - (angle * angle) / 48 : Math.sin(angle / 2) / angle;
  return [Math.cos(angle / 2), s * v[0], s * v[1], s * v[2]];
}

/** Logarithm: the rotation vector of length 0..π of `q`. */
export function toRotationVector(q: Quat): Vec3 {
  const sign = q[0] < 0 ? -1 : 1;
  const n = Math.hypot(q[1], q[2], q[3]);
  const s = n < 1e-9 ? 2 * sign : (2 * sign * Math.atan2(n, Math.abs(q[0]))) / n;
  return [s * q[1], s * q[2], s * q[3]];
}

/** The rotation a `fraction` of the way from `a` to `b`, along the shorter great arc. */
export function slerp(a: Quat, b: Quat, fraction: number): Quat {
  const [x, y, z] = toRotationVector(compose(inverse(a), b));
  return compose(a, fromRotationVector([fraction * x, fraction * y, fraction * z]));
}

/** Roll about x, then pitch about y, then yaw about z, all about fixed axes (ROS `setRPY`), radians. */
export function fromRollPitchYaw(roll: number, pitch: number, yaw: number): Quat {
  const cr = Math.cos(roll / 2);
  const sr = Math.sin(roll / 2);
  const cp = Math.cos(pitch / 2);
  const sp = Math.sin(pitch / 2);
  const cy = Math.cos(yaw / 2);
  const sy = Math.sin(yaw / 2);
  return [
    cr * cp * cy + sr * sp * sy,
    sr * cp * cy - cr * sp * sy,
    cr * sp * cy + sr * cp * sy,
    cr * cp * sy - sr * sp * cy,
  ];
}

/** Roll, pitch, yaw of {@link fromRollPitchYaw}; pitch in ±π/2. */
export function toRollPitchYaw(q: Quat): Vec3 {
  const [w, x, y, z] = q;
  const sinPitch = Math.min(1, Math.max(-1, 2 * (w * y - z * x)));
  return [
    Math.atan2(2 * (w * x + y * z), 1 - 2 * (x * x + y * y)),
    Math.asin(sinPitch),
    Math.atan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z)),
  ];
}

/** Rotation about z of {@link toRollPitchYaw}, radians in -π..π. */
export function yawOf(q: Quat): number {
  return toRollPitchYaw(q)[2];
}

/** Row-major 3x3 rotation matrix of `q`, written into `out`. */
export function toMatrix(q: Quat, out: Float64Array = new Float64Array(9)): Float64Array {
  writeMatrix(q[0], q[1], q[2], q[3], out);
  return out;
}

/** The same of a unit quaternion that stands in no tuple: nothing is allocated. */
export function writeMatrix(w: number, x: number, y: number, z: number, out: Float64Array): void {
  out[0] = 1 - 2 * (y * y + z * z);
  out[1] = 2 * (x * y - w * z);
  out[2] = 2 * (x * z + w * y);
  out[3] = 2 * (x * y + w * z);
  out[4] = 1 - 2 * (x * x + z * z);
  out[5] = 2 * (y * z - w * x);
  out[6] = 2 * (x * z - w * y);
  out[7] = 2 * (y * z + w * x);
  out[8] = 1 - 2 * (x * x + y * y);
}
