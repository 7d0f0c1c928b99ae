import { below, normal, type Random } from '../../random/index.ts';
import type { Batch } from '../dataset/batch.ts';
import type { Scalings } from '../dataset/scaling.ts';
import type { TrainingOptions } from './options.ts';

/**
 * Draws which modalities of a sample a head gets to see in training: each is withheld with the same probability, one always stays.
 * @returns asked by sample and modality
 */
export function drawPresence(
  samples: number,
  modalities: number,
  share: number,
  random: Random,
): (sample: number, modality: number) => boolean {
  const present = new Uint8Array(samples * modalities);
  for (let sample = 0; sample < samples; sample += 1) {
    const row = present.subarray(sample * modalities, (sample + 1) * modalities);
    for (let m = 0; m < modalities; m += 1) row[m] = random() < share ? 0 : 1;
    if (!row.includes(1)) row[below(random, modalities)] = 1;
  }
  return (sample, modality) => present[sample * modalities + modality] === 1;
}

/** Adds noise to some modalities of some samples, in place. */
export function addNoise(
  { values, masks }: Batch,
  scalings: Scalings,
  { noise, noiseShare }: Pick<TrainingOptions, 'noise' | 'noiseShare'>,
  random: Random,
): void {
  if (noise === 0 || noiseShare === 0) return;
  for (const [name, { shape, data }] of Object.entries(values)) {
    const [samples, steps, dims] = shape;
    const { unit } = scalings[name];
    for (let sample = 0; sample < samples; sample += 1) {
      if (random() >= noiseShare) continue;
      const sigma = noise * random();
      for (let step = 0; step < steps; step += 1) {
        if (masks[name].data[sample * steps + step] === 0) continue;
        const from = (sample * steps + step) * dims;
        for (let d = 0; d < dims; d += 1) data[from + d] += sigma * unit[d] * normal(random);
      }
    }
  }
}
