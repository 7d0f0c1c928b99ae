import type { Quaternion, Vector3 } from '../../src/frame/index.ts';
import { fromRollPitchYaw, inverse, rotate } from '../../src/geometry/index.ts';

/** Standard gravity, m/s² (CGPM 1901): what devices mean by g. */
export const G = 9.80665;
export const DEGREE = Math.PI / 180;

/** Turns to and fro about the vertical: amplitude, rad, and rad/s of its phase. */
const SWING = 0.8;
const PACE = 1.3;
/** Field of the earth in the middle of Europe: east, north, up, T. */
const EARTH: Vector3 = [0.7e-6, 20e-6, -44e-6];

/** What an emulated inertial unit is exposed to. */
export interface Motion {
  readonly orientation: Quaternion;
  /** rad. */
  readonly yaw: number;
  readonly angularVelocity: Vector3;
  readonly linearAcceleration: Vector3;
  /** T. */
  readonly field: Vector3;
}

/** On a level table that turns to and fro. */
export function motionAt(seconds: number): Motion {
  const yaw = SWING * Math.sin(PACE * seconds);
  const orientation = fromRollPitchYaw(0, 0, yaw);
  return {
    orientation,
    yaw,
    angularVelocity: [0, 0, SWING * PACE * Math.cos(PACE * seconds)],
    linearAcceleration: [0, 0, G],
    field: rotate(inverse(orientation), EARTH),
  };
}
