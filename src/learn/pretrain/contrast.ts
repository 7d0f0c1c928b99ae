import { logSoftmax, scalar } from '../head/layers.ts';
import type { Ops } from '../head/ops.ts';
import { SHARPNESS } from './embed.ts';

/** Where the sharpness begins, and the most it may be (Radford et al. 2021, section 2.5): a temperature of 0.07, and of 0.01. */
const [FIRST, MOST] = [Math.log(1 / 0.07), Math.log(100)];
/** Further below any similarity than a softmax in 32 bits can see. */
const FAR_BELOW = 1e4;

/** Which samples of a batch are compared. */
export interface Comparison {
  readonly samples: number;
  readonly isPresent: (sample: number, modality: number) => boolean;
  /** Whether two different samples have nothing in common, so that one may be told from the other. */
  readonly isApart: (a: number, b: number) => boolean;
}

/**
 * InfoNCE (van den Oord et al. 2018), symmetric and with a learned temperature as in CLIP (Radford et al. 2021, figure 3), mean over all pairs of
 * modalities: which of the batch's samples of the one modality is that of the other? Only samples that have both modalities, and are
 * apart from the one that is asked for, are choices.
 * @param embeddings [B, size] by modality, of length 1
 * @returns a single number; 0 where no sample has two modalities
 */
export function contrast<T>(ops: Ops<T>, embeddings: readonly T[], comparison: Comparison): T {
  const { samples } = comparison;
  const sharpness = ops.exp(ops.parameter(SHARPNESS, [1], { kind: 'constant', value: FIRST }));
  const terms: T[] = [];
  embeddings.forEach((a, first) => {
    embeddings.slice(first + 1).forEach((b, next) => {
      const { closed, asked, count } = choices(comparison, first, first + 1 + next);
      if (count === 0) return;
      const similar = ops.mul(ops.matMul(a, ops.transpose(b, [1, 0])), sharpness);
      const hidden = ops.constant([samples, samples], closed);
      const right = ops.constant([samples, samples], asked);
      for (const each of [similar, ops.transpose(similar, [1, 0])]) {
        terms.push(ops.mul(logSoftmax(ops, ops.add(each, hidden)), right));
      }
    });
  });
  if (terms.length === 0) return ops.mul(sharpness, scalar(ops, 0));
  const all = terms.reduce((sum, term) => ops.add(sum, term));
  return ops.mul(ops.reshape(ops.sum(ops.sum(all, 1), 0), [1]), scalar(ops, -1 / terms.length));
}

/** Keeps the sharpness within its bound, in place. */
export function boundSharpness(value: Float32Array): void {
  value[0] = Math.min(MOST, value[0]);
}

/** What is added to similarities [B, B], and what the logarithm of each choice counts. */
function choices(
  { samples, isPresent, isApart }: Comparison,
  a: number,
  b: number,
): { readonly closed: Float32Array; readonly asked: Float32Array; readonly count: number } {
  const hasBoth = Array.from({ length: samples }, (_, i) => isPresent(i, a) && isPresent(i, b));
  const count = hasBoth.filter(Boolean).length;
  const closed = new Float32Array(samples * samples);
  const asked = new Float32Array(samples * samples);
  for (let i = 0; i < samples; i += 1) {
    for (let j = 0; j < samples; j += 1) {
      if (i !== j && !(hasBoth[j] && isApart(i, j))) closed[i * samples + j] = -FAR_BELOW;
    }
    if (hasBoth[i]) asked[i * samples + i] = 1 / count;
  }
  return { closed, asked, count };
}
