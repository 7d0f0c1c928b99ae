import type { Intrinsics } from '../../../src/frame/index.ts';
import { textureTable, TEXEL_BITS, TEXELS, TEXELS_PER_METRE } from './texture.ts';

/** What is drawn on, and how: pixels row by row, and the camera's place at the moment. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly intrinsics: Intrinsics;
  /** Height of the camera, m. */
  readonly eye: number;
  /** Where it is, m, and cosine and sine of where it looks; set before each picture. */
  x: number;
  y: number;
  c: number;
  s: number;
  /** Red, green, blue, 0..255 before clamping; without pixels where no colour is wanted. */
  readonly colour: Float32Array;
  /** Distance along the optical axis, m; Infinity: the sky. */
  readonly depth: Float32Array;
  /** Number of the thing at each pixel, and of the last one that would be there; without pixels where not wanted. */
  readonly owner: Uint16Array;
  readonly mark: Uint16Array;
  /** Pixels that each thing would cover if nothing were before it. */
  readonly total: Map<number, number>;
  /** Distance of the wall that closes each column, m. */
  readonly wallDepth: Float32Array;
}

/** Nothing is drawn nearer than this, m. */
export const NEAREST = 0.05;
/** Beyond this distance patterns fade, since pixels get larger than texels, m. */
const SHARP = 4;

/** A pinhole camera without distortion, the picture's middle on its axis. */
export function intrinsicsOf(width: number, height: number, fieldOfView: number): Intrinsics {
  const fx = width / 2 / Math.tan(fieldOfView / 2);
  return { fx, fy: fx, cx: width / 2 - 0.5, cy: height / 2 - 0.5 };
}

/**
 * An empty canvas.
 * @param fieldOfView horizontal, rad
 */
export function createCanvas(
  width: number,
  height: number,
  fieldOfView: number,
  eye: number,
  colour: boolean,
  owners: boolean,
): Canvas {
  const pixels = width * height;
  return {
    width,
    height,
    intrinsics: intrinsicsOf(width, height, fieldOfView),
    eye,
    x: 0,
    y: 0,
    c: 1,
    s: 0,
    colour: new Float32Array(colour ? 3 * pixels : 0),
    depth: new Float32Array(pixels),
    owner: new Uint16Array(owners ? pixels : 0),
    mark: new Uint16Array(owners ? pixels : 0),
    total: new Map(),
    wallDepth: new Float32Array(width),
  };
}

/** Puts a colour, lit by `shade`, at a pixel. */
export function put({ colour }: Canvas, i: number, red: number, green: number, blue: number, shade: number): void {
  colour[3 * i] = red * shade;
  colour[3 * i + 1] = green * shade;
  colour[3 * i + 2] = blue * shade;
}

/** Brightness of a texture at a place on it (m), seen from a distance (m). */
export function texel(texture: number, along: number, up: number, distance: number): number {
  const a = (along * TEXELS_PER_METRE) & (TEXELS - 1);
  const b = (up * TEXELS_PER_METRE) & (TEXELS - 1);
  const value = textureTable()[(((texture << TEXEL_BITS) | b) << TEXEL_BITS) | a];
  return 1 + (value - 1) * fadeAt(distance);
}

/** Share of a pattern's contrast that is left at a distance (m). */
export function fadeAt(distance: number): number {
  return distance <= SHARP ? 1 : SHARP / distance;
}
