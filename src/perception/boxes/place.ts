import type { DepthMeasurement, Intrinsics, Vector3 } from '../../frame/index.ts';
import { upperMedianOf } from '../../geometry/index.ts';

/** Left, top, right and bottom, in shares of a picture's sides. */
export type BoxShares = readonly [left: number, top: number, right: number, bottom: number];

/** How far along an axis something is, m. */
export interface Along {
  readonly distance: number;
  readonly deviation: number;
}

/** Part of a box's sides, about its middle, in which its depth is looked at: at its edge is what is behind it. */
const INNER = 0.5;
/** Points in each direction. */
const GRID = 9;
/** Standard deviation of a normal distribution over the median deviation from its median. */
const NORMAL = 1.4826;

/** Median, and what a normal distribution's deviation would be; `undefined` for nothing. */
export function alongOf(found: readonly number[]): Along | undefined {
  if (found.length === 0) return undefined;
  const distance = upperMedianOf(found);
  return { distance, deviation: NORMAL * upperMedianOf(found.map((one) => Math.abs(one - distance))) };
}

/** What may be a thing's surface, in shares of the distance that it looks to be at: what is farther is behind it, what is nearer before it. */
const SURFACE = { least: 0.7, most: 1.2 };

/**
 * How far the surface of a thing is, by the depth picture that it is seen in.
 * @param look m, how far it looks to be: a thing may be thin, or hollow, and most of its box show what is behind it; `undefined`: any depth is its own
 * @returns `undefined` where nothing was measured
 */
export function depthIn(
  { width, height, scale, data }: Pick<DepthMeasurement, 'width' | 'height' | 'scale' | 'data'>,
  [left, top, right, bottom]: BoxShares,
  look?: number,
): Along | undefined {
  const [least, most] = look === undefined ? [0, Infinity] : [SURFACE.least * look, SURFACE.most * look];
  const found: number[] = [];
  const cell = (from: number, to: number, i: number, pixels: number): number =>
    Math.floor(pixels * ((from + to) / 2 + (to - from) * INNER * ((i + 0.5) / GRID - 0.5)));
  for (let i = 0; i < GRID; i += 1) {
    const y = cell(top, bottom, i, height);
    if (y < 0 || y >= height) continue;
    for (let j = 0; j < GRID; j += 1) {
      const x = cell(left, right, j, width);
      const count = x >= 0 && x < width ? data[y * width + x] : 0;
      const distance = count * scale;
      if (count > 0 && distance >= least && distance <= most) found.push(distance);
    }
  }
  return alongOf(found);
}

/** Width of a box on the wall at a distance, halved: a thing is taken to be as deep as it is wide, its middle so far behind the surface that depth tells, m. */
export function halfDepthOf([left, , right]: BoxShares, distance: number, width: number, { fx }: Intrinsics): number {
  return ((right - left) * width * distance) / fx / 2;
}

/** Where the middle of a box is, in optical axes (x right, y down, z forward), m. @param z along the axis, m */
export function middleIn(
  [left, top, right, bottom]: BoxShares,
  z: number,
  { width, height }: { readonly width: number; readonly height: number },
  { fx, fy, cx, cy }: Intrinsics,
): Vector3 {
  // Pixels are numbered by their middles.
  const u = (width * (left + right)) / 2 - 0.5;
  const v = (height * (top + bottom)) / 2 - 0.5;
  return [((u - cx) / fx) * z, ((v - cy) / fy) * z, z];
}
