/** Triangular filters over the bins of a spectrum, kept sparse: a band weighs the bins from `first` on. */
export interface MelBank {
  readonly bands: number;
  readonly first: Int32Array;
  /** Where a band's weights begin in {@link weights}; `bands + 1` of them. */
  readonly starts: Int32Array;
  readonly weights: Float64Array;
}

/** Frequency (Hz) in mel after HTK: 2595 log10(1 + f / 700). */
export function melOf(hertz: number): number {
  return 2595 * Math.log10(1 + hertz / 700);
}

/**
 * Filters whose edges are equally far apart in mel and whose slopes are straight in mel, peak 1, bin 0 left out: those of
 * TensorFlow's `linear_to_mel_weight_matrix`, which YAMNet and its relatives were trained with.
 * @param bins bins of the spectrum, 0 Hz to half the sample rate
 */
export function createMelBank(
  bins: number,
  sampleRate: number,
  bands: number,
  minHertz: number,
  maxHertz: number,
): MelBank {
  const [low, high] = [melOf(minHertz), melOf(maxHertz)];
  const edge = (index: number): number => low + ((high - low) * index) / (bands + 1);
  const mel = Float64Array.from({ length: bins }, (_, bin) => melOf((bin * sampleRate) / 2 / (bins - 1)));
  const first = new Int32Array(bands);
  const starts = new Int32Array(bands + 1);
  const weights: number[] = [];
  for (let band = 0; band < bands; band += 1) {
    const [lower, centre, upper] = [edge(band), edge(band + 1), edge(band + 2)];
    starts[band] = weights.length;
    for (let bin = 1; bin < bins; bin += 1) {
      const weight = Math.min((mel[bin] - lower) / (centre - lower), (upper - mel[bin]) / (upper - centre));
      if (weight <= 0) continue;
      if (weights.length === starts[band]) first[band] = bin;
      weights.push(weight);
    }
  }
  starts[bands] = weights.length;
  return { bands, first, starts, weights: Float64Array.from(weights) };
}
