import { below, type Random } from '../../random/index.ts';
import type { Batch } from '../dataset/batch.ts';

/** With fewer modalities than this nobody can know which one of them lies. */
const FEWEST = 3;

/**
 * Lets one modality of some samples tell of another sample of the batch, in place: a sensor that looks at something else. What is
 * absent stays so.
 * @param names of the modalities
 * @param share of the samples
 * @returns for each modality which sample of the batch each one's data are of
 */
export function letLie(
  { values, masks }: Batch,
  names: readonly string[],
  share: number,
  random: Random,
): readonly Int32Array[] {
  const count = masks[names[0]].shape[0];
  const sources = names.map(() => Int32Array.from({ length: count }, (_, i) => i));
  if (share === 0 || names.length < FEWEST) return sources;
  const isPresent = (modality: number, sample: number): boolean => {
    const { data, shape } = masks[names[modality]];
    return data.subarray(sample * shape[1], (sample + 1) * shape[1]).includes(1);
  };
  for (let sample = 0; sample < count; sample += 1) {
    if (random() >= share) continue;
    const [modality, other] = [below(random, names.length), below(random, count)];
    if (isPresent(modality, sample) && isPresent(modality, other)) sources[modality][sample] = other;
  }
  names.forEach((name, m) => {
    for (const { data, shape } of [values[name], masks[name]]) {
      const size = shape.slice(1).reduce((product, side) => product * side, 1);
      const before = data.slice();
      sources[m].forEach((from, to) => {
        if (from !== to) data.set(before.subarray(from * size, (from + 1) * size), to * size);
      });
    }
  });
  return sources;
}
