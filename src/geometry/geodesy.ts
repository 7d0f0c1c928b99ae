/**
 * Places on the Earth: WGS 84 (NIMA TR8350.2). Earth-fixed coordinates have x through the zero meridian and z through the
 * north pole, m; a tangent plane has x east, y north, z up.
 */
import type { Quat } from './quaternion.ts';
import { compose, fromRotationVector, inverse, rotate } from './quaternion.ts';
import { add, subtract, type Vec3 } from './vector.ts';

const EQUATOR = 6378137;
const FLATTENING = 1 / 298.257223563;
const E2 = FLATTENING * (2 - FLATTENING);
const RADIANS = Math.PI / 180;

/** Degrees and metres above the ellipsoid to Earth-fixed coordinates. */
export function toEarthFixed(latitude: number, longitude: number, altitude: number): Vec3 {
  const [phi, lambda] = [latitude * RADIANS, longitude * RADIANS];
  const s = Math.sin(phi);
  const normal = EQUATOR / Math.sqrt(1 - E2 * s * s);
  const across = (normal + altitude) * Math.cos(phi);
  return [across * Math.cos(lambda), across * Math.sin(lambda), (normal * (1 - E2) + altitude) * s];
}

/** A tangent plane: where it touches. */
export interface TangentPlane {
  /** Earth-fixed, m. */
  readonly origin: Vec3;
  /** Takes east, north, up to Earth-fixed axes. */
  readonly rotation: Quat;
}

/** The plane that touches at a place; degrees and m. */
export function tangentPlaneAt(latitude: number, longitude: number, altitude: number): TangentPlane {
  // East stands a quarter turn from the meridian; then north leans by the latitude towards the pole.
  const turned = fromRotationVector([0, 0, longitude * RADIANS + Math.PI / 2]);
  const leaned = fromRotationVector([Math.PI / 2 - latitude * RADIANS, 0, 0]);
  return { origin: toEarthFixed(latitude, longitude, altitude), rotation: compose(turned, leaned) };
}

/** Earth-fixed to east, north, up. */
export function toPlane({ origin, rotation }: TangentPlane, point: Vec3): Vec3 {
  return rotate(inverse(rotation), subtract(point, origin));
}

/** East, north, up to Earth-fixed. */
export function fromPlane({ origin, rotation }: TangentPlane, point: Vec3): Vec3 {
  return add(origin, rotate(rotation, point));
}

/** The plane that touches at a place in Earth-fixed coordinates, or beneath it (B. R. Bowring, Survey Review 23, 1976). */
export function tangentPlaneBelow(point: Vec3): TangentPlane {
  const [x, y, z] = point;
  const pole = EQUATOR * (1 - FLATTENING);
  const across = Math.hypot(x, y);
  const beta = Math.atan2(z * EQUATOR, across * pole);
  const latitude = Math.atan2(
    z + ((EQUATOR ** 2 - pole ** 2) / pole) * Math.sin(beta) ** 3,
    across - E2 * EQUATOR * Math.cos(beta) ** 3,
  );
  return { origin: point, rotation: tangentPlaneAt(latitude / RADIANS, Math.atan2(y, x) / RADIANS, 0).rotation };
}
