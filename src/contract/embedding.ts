/*
 * Embeddings as they travel, are recorded and are kept: vectors of length 1 as whole numbers of 16 bits, 1 being 32767. What that
 * loses of a cosine is less than 0.0001; two bytes a number are half of what floats need.
 */

/** What 1 is. */
export const UNIT = 32_767;

/** Numbers of an embedding at most. */
export const MOST_DIMS = 8192;

/** @param embedding of length 1 */
export function embeddingOf(embedding: Float32Array): Int16Array {
  return Int16Array.from(embedding, (value) => Math.round(value * UNIT));
}

/** As text: base64 of the numbers, the low byte first. */
export function packEmbedding(embedding: Int16Array): string {
  const bytes = Buffer.alloc(2 * embedding.length);
  embedding.forEach((value, i) => bytes.writeInt16LE(value, 2 * i));
  return bytes.toString('base64');
}

/** @returns `undefined` for a text that no embedding packs to */
export function unpackEmbedding(text: string): Int16Array | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length > 3 * MOST_DIMS) return undefined;
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length % 2 !== 0) return undefined;
  return Int16Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(2 * i));
}

/** Cosine of two embeddings of the same encoder. */
export function similarityOf(one: Int16Array, other: Int16Array): number {
  let sum = 0;
  for (let i = 0; i < one.length; i += 1) sum += one[i] * other[i];
  return sum / (UNIT * UNIT);
}
