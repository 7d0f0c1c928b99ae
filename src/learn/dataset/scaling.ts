import type { Dataset, Modality } from './dataset.ts';
import { nearestAgreement } from './nearest.ts';

/** `(x - shift) * scale`, channel by channel. */
export interface Scaling {
  /** [dims]. */
  readonly shift: Float32Array;
  readonly scale: Float32Array;
  /** [dims]: what noise is told in: the training standard deviation of a sequence's channel, the training range of a vector's. */
  readonly unit: Float32Array;
}

/** By the name of the modality. */
export type Scalings = Readonly<Record<string, Scaling>>;

/** A channel that varies less than this, in its own units, says nothing: it is left as large as it is. */
const LEAST_SPREAD = 1e-6;
/** Share of its range that is added to a vector's deviation, so that a channel which is nearly always the same is not blown up. */
const RANGE_SHARE = 0.05;

/**
 * Fits scaling to a training set. Sequences, also those of the utterances of conversations: each channel to mean 0 and deviation 1. Single vectors: the mean becomes 0, and
 * either each channel's deviation 1 (features of different units), or the deviation of the whole vector (a histogram, a
 * picture, principal components: what varies little there says little). The one is taken under which nearest neighbours of the
 * training set agree more in their labels.
 */
export function fitScaling(dataset: Dataset): Scalings {
  return Object.fromEntries(dataset.modalities.map((modality) => [modality.name, fit(modality, dataset)]));
}

function fit(modality: Modality, dataset: Dataset): Scaling {
  const channels = channelsOf(modality);
  const shift = Float32Array.from(channels, ({ mean }) => mean);
  const from = (of: (channel: Channel) => number): Float32Array => Float32Array.from(channels, of);
  const bounded = (spread: number): number => (spread > LEAST_SPREAD ? spread : 1);
  const isVectors = dataset.isConversation !== true && modality.starts.length - 1 === modality.mask.length;
  if (!isVectors) {
    return {
      shift,
      scale: from(({ deviation }) => 1 / bounded(deviation)),
      unit: from((one) => bounded(one.deviation)),
    };
  }
  const unit = from(({ range }) => bounded(range));
  const single = from(({ deviation, range }) => 1 / bounded(deviation + RANGE_SHARE * range));
  const variance = channels.reduce((sum, { deviation }) => sum + deviation * deviation, 0) / channels.length;
  const common = new Float32Array(channels.length).fill(1 / bounded(Math.sqrt(variance)));
  const agreement = (scale: Float32Array): number => nearestAgreement(modality, scale, dataset);
  return { shift, scale: agreement(common) > agreement(single) ? common : single, unit };
}

interface Channel {
  readonly mean: number;
  readonly deviation: number;
  readonly range: number;
}

function channelsOf({ dims, values, mask }: Modality): Channel[] {
  return Array.from({ length: dims }, (_, d) => {
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
    if (count === 0) return { mean: 0, deviation: 0, range: 0 };
    const mean = sum / count;
    return { mean, deviation: Math.sqrt(Math.max(0, squares / count - mean * mean)), range: greatest - least };
  });
}
