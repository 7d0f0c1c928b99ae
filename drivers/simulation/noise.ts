import { createRandom } from './random.ts';

/** Numbers in the table: a power of two, and more than two of the longest row of a picture. */
export const NOISE_SIZE = 1 << 16;
/** Mask for an index into the table. */
export const NOISE_MASK = NOISE_SIZE - 1;

let made: Float32Array | undefined;

/**
 * Normally distributed numbers, mean 0 and deviation 1, made once: pictures and sound take them from a place that chance
 * decides row by row, which costs a tenth of drawing them one by one.
 */
export function noiseTable(): Float32Array {
  if (made === undefined) {
    const random = createRandom(0, 'noise');
    made = Float32Array.from({ length: NOISE_SIZE }, () => random.gaussian());
  }
  return made;
}
