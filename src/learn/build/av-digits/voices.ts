/** Added to a deviation: what hardly ever varies is not blown up. */
const LEAST = 0.1;

/**
 * Takes off each speaker's mean and deviation, number by number: as a listener who has got used to a voice. No label is looked at, but
 * a speaker must have been heard before: one clip alone would be nothing but zeros.
 * @param clips of each its numbers, all as many
 * @param speakers of each clip
 */
export function usedToVoices(clips: readonly Float32Array[], speakers: ArrayLike<number>): Float32Array[] {
  const scalings = new Map<number, { readonly mean: Float64Array; readonly deviation: Float64Array }>();
  for (const speaker of new Set(Array.from(speakers))) {
    const own = clips.filter((_, i) => speakers[i] === speaker);
    const mean = new Float64Array(own[0].length).map(
      (_, d) => own.reduce((sum, clip) => sum + clip[d], 0) / own.length,
    );
    const deviation = mean.map((middle, d) =>
      Math.sqrt(own.reduce((sum, clip) => sum + (clip[d] - middle) ** 2, 0) / own.length),
    );
    scalings.set(speaker, { mean, deviation });
  }
  return clips.map((clip, i) => {
    const found = scalings.get(speakers[i]);
    return clip.map((value, d) => (value - (found?.mean[d] ?? 0)) / (LEAST + (found?.deviation[d] ?? 1)));
  });
}
