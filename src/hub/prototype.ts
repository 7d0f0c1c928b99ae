/**
 * What several examples have in common: the mean of their embeddings, of length 1. It stands for a class that is taught by
 * examples, with no weight changed (prototypes, Snell et al. 2017).
 * @param examples embeddings of length 1, at least one
 */
export function prototypeOf(examples: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(examples[0].length);
  for (const one of examples) for (let i = 0; i < sum.length; i += 1) sum[i] += one[i];
  return unitOf(sum);
}

/** The same direction, of length 1. */
export function unitOf(values: Float32Array): Float32Array {
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}
