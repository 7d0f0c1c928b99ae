import type { Dataset, Modality } from './dataset.ts';

/** `(x - shift) * scale`, channel by channel. */
export interface Scaling {
  /** [dims]. */
  readonly shift: Float32Array;
  readonly scale: Float32Array;
}

/** By the name of the modality. */
export type Scalings = Readonly<Record<string, Scaling>>;

/** A channel that varies less than this, in its own units, says nothing: it is left as large as it is. */
const LEAST_SPREAD = 1e-6;

/**
 * Fits scaling to a training set: single vectors to 0..1 between their least and greatest (what the papers on such views
 * do), sequences, also those of the utterances of conversations, to mean 0 and standard deviation 1.
 */
export function fitScaling({ modalities, isConversation }: Dataset): Scalings {
  return Object.fromEntries(
    modalities.map((modality) => {
      const { starts, mask } = modality;
      return [modality.name, fit(modality, isConversation !== true && starts.length - 1 === mask.length)];
    }),
  );
}

function fit({ dims, values, mask }: Modality, isVectors: boolean): Scaling {
  const shift = new Float32Array(dims);
  const scale = new Float32Array(dims);
  for (let d = 0; d < dims; d += 1) {
    let [count, sum, squares, least, greatest] = [0, 0, 0, Infinity, -Infinity];
    for (let step = 0; step < mask.length; step += 1) {
      if (mask[step] === 0) continue;
      const value = values[step * dims + d];
      count += 1;
      sum += value;
      squares += value * value;
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
    }
    if (count === 0) [count, least, greatest] = [1, 0, 0];
    const mean = sum / count;
    const spread = isVectors ? greatest - least : Math.sqrt(Math.max(0, squares / count - mean * mean));
    shift[d] = isVectors ? least : mean;
    scale[d] = spread > LEAST_SPREAD ? 1 / spread : 1;
  }
  return { shift, scale };
}
