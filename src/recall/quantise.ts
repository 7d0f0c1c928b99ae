/** What 1 is, in whole numbers of 16 bits. */
const UNIT = 32_767;

/** What the product of a vector with itself is. */
export const SQUARE = UNIT * UNIT;

/** A vector of length 1 as the kernel takes it. */
export function quantised(vector: Float32Array): Int16Array {
  let square = 0;
  for (let i = 0; i < vector.length; i += 1) square += vector[i] * vector[i];
  const factor = UNIT / Math.max(1, Math.sqrt(square));
  const whole = new Int16Array(vector.length);
  for (let i = 0; i < vector.length; i += 1) whole[i] = Math.round(vector[i] * factor);
  return whole;
}

/** By how much the product of two such vectors can differ from their cosine: half a unit in each number of both (Cauchy and Schwarz). */
export function roundingOf(dims: number): number {
  return Math.sqrt(dims) / UNIT;
}
