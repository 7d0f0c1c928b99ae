import {
  compose as composeRotations,
  IDENTITY as NO_ROTATION,
  inverse as invertRotation,
  rotate,
  type Quat,
} from './quaternion.ts';
import { add, type Vec3 } from './vector.ts';

/** Rigid transform named by its direction: `T_base_imu` takes coordinates in imu to coordinates in base. */
export interface Transform {
  /** m. */
  readonly translation: Vec3;
  readonly rotation: Quat;
}

/** The transform that changes nothing. */
export const IDENTITY_TRANSFORM: Transform = { translation: [0, 0, 0], rotation: NO_ROTATION };

/** `T_a_b` and `T_b_c` to `T_a_c`. */
export function composeTransforms(ab: Transform, bc: Transform): Transform {
  return {
    translation: add(ab.translation, rotate(ab.rotation, bc.translation)),
    rotation: composeRotations(ab.rotation, bc.rotation),
  };
}

/** `T_a_b` to `T_b_a`. */
export function invertTransform(ab: Transform): Transform {
  const rotation = invertRotation(ab.rotation);
  const [x, y, z] = rotate(rotation, ab.translation);
  return { translation: [-x, -y, -z], rotation };
}

/** A point in b to the same point in a. */
export function transformPoint(ab: Transform, point: Vec3): Vec3 {
  return add(ab.translation, rotate(ab.rotation, point));
}
