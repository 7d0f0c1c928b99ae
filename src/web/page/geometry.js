/**
 * The little geometry that the page draws with. No document, no canvas: plain functions of numbers.
 *
 * @typedef {{ x: number, y: number, z: number }} Vector
 * @typedef {{ x: number, y: number, z: number, w: number }} Quaternion
 * @typedef {{ x: number, y: number, yaw: number }} Planar a position in m and a heading in rad
 */

/**
 * Heading: how far the x axis is turned about z, rad.
 * @param {Quaternion} q unit length
 */
export function yawOf({ x, y, z, w }) {
  return Math.atan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z));
}

/**
 * A point, turned.
 * @param {Quaternion} q unit length
 * @param {Vector} v
 * @returns {Vector}
 */
export function rotate({ x, y, z, w }, v) {
  const tx = 2 * (y * v.z - z * v.y);
  const ty = 2 * (z * v.x - x * v.z);
  const tz = 2 * (x * v.y - y * v.x);
  return {
    x: v.x + w * tx + y * tz - z * ty,
    y: v.y + w * ty + z * tx - x * tz,
    z: v.z + w * tz + x * ty - y * tx,
  };
}

/**
 * A point of the robot's own coordinates in those that the pose is given in.
 * @param {Planar} pose
 * @param {number} x m
 * @param {number} y m
 * @returns {[number, number]}
 */
export function placed({ x: px, y: py, yaw }, x, y) {
  const [c, s] = [Math.cos(yaw), Math.sin(yaw)];
  return [px + c * x - s * y, py + s * x + c * y];
}

/** Square of the radius that holds 95 % of a normal distribution in the plane: a quantile of chi², two degrees. */
const CHI2_95 = 5.991;

/**
 * The ellipse around a position that holds it with 95 % probability.
 * @param {readonly number[]} covariance row-major 6x6 in the order x y z rx ry rz
 * @returns {{ major: number, minor: number, angle: number }} half axes in m, and how the major one is turned, rad
 */
export function ellipseOf(covariance) {
  const [xx, xy, yy] = [covariance[0], covariance[1], covariance[7]];
  const middle = (xx + yy) / 2;
  const half = Math.hypot((xx - yy) / 2, xy);
  return {
    major: Math.sqrt(Math.max(0, CHI2_95 * (middle + half))),
    minor: Math.sqrt(Math.max(0, CHI2_95 * (middle - half))),
    angle: Math.atan2(2 * xy, xx - yy) / 2,
  };
}

/**
 * Between two poses, the short way round.
 * @param {Planar} a
 * @param {Planar} b
 * @param {number} share 0 is `a`, 1 is `b`
 * @returns {Planar}
 */
export function between(a, b, share) {
  const turn = Math.atan2(Math.sin(b.yaw - a.yaw), Math.cos(b.yaw - a.yaw));
  return { x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y), yaw: a.yaw + share * turn };
}

/**
 * Where the robot was at a moment: between the poses before and after, or the nearest one that is known.
 * @param {readonly { at: number, pose: Planar }[]} history in order of time, `at` in s
 * @param {number} at s
 * @returns {Planar | undefined}
 */
export function poseAt(history, at) {
  const after = history.findIndex((one) => one.at >= at);
  if (after === -1) return history.at(-1)?.pose;
  if (after === 0) return history[0].pose;
  const [a, b] = [history[after - 1], history[after]];
  return between(a.pose, b.pose, (at - a.at) / (b.at - a.at));
}
