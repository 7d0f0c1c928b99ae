import { LEAST_SHARE, LEAST_VISIBLE } from '../contract/index.ts';
import type { OdometryMeasurement, SceneMeasurement, SceneObject, Stamp, Vector3 } from '../frame/index.ts';
import { yawOf } from '../geometry/index.ts';

/** The truth about one moment: the scene, and where the robot is, m and rad in `map`. */
export interface Moment {
  readonly at: Stamp;
  readonly scene: SceneMeasurement;
  readonly robot: { readonly x: number; readonly y: number; readonly yaw: number };
}

/** A camera whose pictures the truth speaks of: its stream, and pixels. */
export interface Watcher {
  readonly stream: string;
  readonly width: number;
  readonly height: number;
}

export function momentOf(at: Stamp, scene: SceneMeasurement, { pose }: OdometryMeasurement): Moment | undefined {
  if (pose === undefined) return undefined;
  return { at, scene, robot: { x: pose.position[0], y: pose.position[1], yaw: yawOf(pose.orientation) } };
}

/** A place in the robot's axes, m: forward, left, up. */
export function relativeTo({ x, y, yaw }: Moment['robot'], [px, py, pz]: Vector3): Vector3 {
  const [forward, left] = turned(px - x, py - y, -yaw);
  return [forward, left, pz];
}

/** A way in the plane, turned. */
export function turned(x: number, y: number, angle: number): [number, number] {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return [c * x - s * y, s * x + c * y];
}

/** What a camera's picture shows of something: share of the picture, and share of it that nothing hides. */
export function shareOf(
  { boxes }: SceneObject,
  { stream, width, height }: Watcher,
): { share: number; visible: number } {
  const seen = boxes[stream];
  if (seen === undefined) return { share: 0, visible: 0 };
  const [left, top, right, bottom] = seen.box;
  const pixels = seen.pixels ?? (right - left) * (bottom - top) * seen.visible;
  return { share: pixels / (width * height), visible: seen.visible };
}

/** Whether something counts as seen: see `src/contract/still.ts`. */
export function isSeen(object: SceneObject, watcher: Watcher): boolean {
  const { share, visible } = shareOf(object, watcher);
  return share >= LEAST_SHARE && visible >= LEAST_VISIBLE;
}

/** To a tenth of a mm, or a tenth of a thousandth. */
export function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

export function triple([x, y, z]: Vector3): [number, number, number] {
  return [rounded(x), rounded(y), rounded(z)];
}
