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
 * a class has few samples, a head otherwise learns these by heart. A modality that one of the two lacks stays as it is. For
 * single vectors only: two recordings laid over one another are like nothing that a sensor gives.
 * @param hots labels of each sample [B, classes], of the decision and of each modality alone
 * @param share of the samples, 0..1
 */
export function mixSome({ values, masks }: Batch, hots: readonly FloatTensor[], share: number, random: Random): void {
  const count = hots[0].shape[0];
  const partners = Int32Array.from({ length: count }, () => below(random, count));
  const kept = Float32Array.from({ length: count }, () => (random() < share ? 0.5 + 0.5 * random() : 1));
  for (const [name, { data, shape }] of Object.entries(values)) {
    const isPresent = masks[name].data;
    mixRows(data, shape[2], (row) => (isPresent[row] === 1 && isPresent[partners[row]] === 1 ? kept[row] : 1));
  }
  for (const { data, shape } of hots) mixRows(data, shape[1], (row) => kept[row]);

  function mixRows(data: Float32Array, width: number, share: (row: number) => number): void {
    const before = data.slice();
    for (let row = 0; row < count; row += 1) {
      const own = share(row);
      if (own === 1) continue;
      for (let d = 0; d < width; d += 1) {
        data[row * width + d] = own * before[row * width + d] + (1 - own) * before[partners[row] * width + d];
      }
    }
  }
}
