import type { SeenThing } from '../../contract/index.ts';

/** Cosine of two embeddings of length 1. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i] * b[i];
  return sum;
}

/** Place of the largest. */
export function largest(values: readonly number[]): number {
  return values.reduce((best, value, i) => (value > values[best] ? i : best), 0);
}

/** A world of the bootstrap: the stills of a pair hold much the same. */
export function pairOf(still: number): string {
  return String(Math.floor(still / 2));
}

/** A box in shares of a picture's sides. @param box pixels */
export function sharesOf(
  [left, top, right, bottom]: readonly [number, number, number, number],
  { width, height }: { readonly width: number; readonly height: number },
): SeenThing['box'] {
  return [left / width, top / height, right / width, bottom / height];
}
