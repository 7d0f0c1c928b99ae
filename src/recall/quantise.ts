/** What 1 is, in whole numbers of 16 bits. */
const UNIT = 32_767;

/** What the product of a vector with itself is. */
export const SQUARE = UNIT * UNIT;

/** A vector of length 1 as the kernel takes it; products are then right to 0.0001 or so. */
export function quantised(vector: Float32Array): Int16Array {
  const length = Math.max(1, Math.hypot(...vector));
  return Int16Array.from(vector, (value) => Math.round((value / length) * UNIT));
}
