/*
 * Embeddings as they travel, are recorded and are kept: vectors of length 1 in single precision, as text. Half of the bytes would do for
 * encoders whose pictures differ, and not for one that has all of them lie close together.
 */

/** Numbers of an embedding at most. */
export const MOST_DIMS = 8192;

/** As text: base64 of the numbers in single precision, the low byte first. @param embedding of length 1 */
export function packEmbedding(embedding: Float32Array): string {
  const bytes = Buffer.alloc(4 * embedding.length);
  embedding.forEach((value, i) => bytes.writeFloatLE(value, 4 * i));
  return bytes.toString('base64');
}

/** @returns `undefined` for a text that no embedding packs to */
export function unpackEmbedding(text: string): Float32Array | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length > 6 * MOST_DIMS) return undefined;
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length % 4 !== 0) return undefined;
  const embedding = Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
  return embedding.every((value) => Math.abs(value) <= 1.001) ? embedding : undefined;
}

/** Cosine of two embeddings of the same encoder. */
export function similarityOf(one: Float32Array, other: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < one.length; i += 1) sum += one[i] * other[i];
  return sum;
}
