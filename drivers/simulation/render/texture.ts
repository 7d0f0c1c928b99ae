import { createRandom } from '../random.ts';

/** Texels along a side, and the exponent of two that this is. */
export const TEXELS = 64;
export const TEXEL_BITS = 6;
/** Texels a metre. */
export const TEXELS_PER_METRE = 64;

/** A pattern: brightness at a texel, 1 where it does nothing. */
type Pattern = (x: number, y: number, noise: number) => number;

const plain: Pattern = (_x, _y, noise) => 1 + 0.04 * noise;
const stripes =
  (width: number, depth: number): Pattern =>
  (x, _y, noise) =>
    ((x / width) & 1 ? 1 : 1 - depth) + 0.03 * noise;
const checks =
  (width: number, depth: number): Pattern =>
  (x, y, noise) =>
    (((x / width) ^ (y / width)) & 1 ? 1 : 1 - depth) + 0.03 * noise;
const dots =
  (width: number, depth: number): Pattern =>
  (x, y, noise) =>
    ((x % width) - width / 2) ** 2 + ((y % width) - width / 2) ** 2 < (width * width) / 9
      ? 1 - depth
      : 1 + 0.03 * noise;
const wood =
  (width: number): Pattern =>
  (x, y, noise) =>
    0.9 + 0.1 * Math.sin((x + 2 * Math.sin((y * Math.PI) / 32)) * ((2 * Math.PI) / width)) + 0.06 * noise;
const bricks =
  (width: number, height: number): Pattern =>
  (x, y, noise) =>
    y % height < 1 || (x + ((y / height) & 1 ? width / 2 : 0)) % width < 1 ? 0.68 : 1 + 0.05 * noise;
const speckles: Pattern = (_x, _y, noise) => 1 + 0.16 * noise;

/**
 * Patterns by number. Objects: 0..7, of which the odd ones only in the test split; furniture 8 and 9 (test); people 10;
 * walls 11..13 and 14..15 (test); floors 16..17 and 18 (test).
 */
const PATTERNS: readonly Pattern[] = [
  plain,
  stripes(4, 0.35),
  dots(8, 0.4),
  checks(4, 0.35),
  stripes(8, 0.5),
  dots(4, 0.5),
  checks(8, 0.3),
  speckles,
  wood(16),
  wood(8),
  plain,
  plain,
  bricks(32, 16),
  stripes(16, 0.12),
  dots(16, 0.2),
  bricks(16, 16),
  checks(32, 0.2),
  wood(32),
  speckles,
];

let made: Float32Array | undefined;

/** Brightness of every texel of every pattern, pattern by pattern, row by row. Made once. */
export function textureTable(): Float32Array {
  return (made ??= createTextures());
}

function createTextures(): Float32Array {
  const random = createRandom(0, 'textures');
  const size = TEXELS * TEXELS;
  const all = new Float32Array(PATTERNS.length * size);
  PATTERNS.forEach((pattern, index) => {
    for (let i = 0; i < size; i += 1) {
      all[index * size + i] = pattern(i % TEXELS, Math.floor(i / TEXELS), 2 * random.uniform() - 1);
    }
  });
  return all;
}
