import { below, type Random } from '../../random/index.ts';
import type { FloatTensor } from '../../fusion/heads/index.ts';
import type { Batch } from '../dataset/batch.ts';

/** With this many samples of a class, every second one is mixed; with many more, hardly any is: what is not known by heart needs none. */
const FEW = 10;

/** Share of the samples that are mixed in training: the fewer there are of a class, the more. */
export function mixedShare(samples: number, classes: number): number {
  return 1 / (1 + (samples / classes / FEW) ** 2);
}

/**
 * Mixes some samples of a batch with others, in place: what they are and what is said of them (mixup, Zhang et al. 2018). Where
 * a class has few samples, a head otherwise learns these by heart. A modality that one of the two lacks stays as it is, and is
 * of what it was. For single vectors only: two recordings laid over one another are like nothing that a sensor gives.
 * @param names of the modalities
 * @param hot labels of each sample [B, classes]
 * @param own the same of each modality alone
 * @param share of the samples, 0..1
 */
export function mixSome(
  { values, masks }: Batch,
  names: readonly string[],
  hot: FloatTensor,
  own: readonly FloatTensor[],
  share: number,
  random: Random,
): void {
  const count = hot.shape[0];
  const partners = Int32Array.from({ length: count }, () => below(random, count));
  const kept = Float32Array.from({ length: count }, () => (random() < share ? 0.5 + 0.5 * random() : 1));
  mixRows(hot, partners, kept);
  names.forEach((name, m) => {
    const isPresent = masks[name].data;
    const here = kept.map((part, row) => (isPresent[row] === 1 && isPresent[partners[row]] === 1 ? part : 1));
    mixRows(values[name], partners, here);
    mixRows(own[m], partners, here);
  });
}

/** Each row becomes so much of itself, and of its partner's the rest. */
function mixRows({ data, shape }: FloatTensor, partners: Int32Array, kept: Float32Array): void {
  const width = data.length / shape[0];
  const before = data.slice();
  kept.forEach((part, row) => {
    if (part === 1) return;
    for (let d = 0; d < width; d += 1) {
      data[row * width + d] = part * before[row * width + d] + (1 - part) * before[partners[row] * width + d];
    }
  });
}
