import { below, normal, type Random } from '../../random/index.ts';
import { quantised, VectorLists } from '../../recall/index.ts';

/** Nearest that one is blended with. */
const NEIGHBOURS = 8;
/** Length of the noise, in shares of the distance of the two that are blended. */
const NOISE = 0.1;

/**
 * More embeddings than there are pictures: points between one of a picture and one of its 8 nearest, with noise of a tenth of their distance, of
 * length 1. They lie where embeddings lie, and near one another.
 */
export function createDensifier(real: readonly Float32Array[], random: Random): () => Float32Array {
  const lists = new VectorLists(real[0].length);
  real.forEach((one, i) => lists.add(i, quantised(one)));
  const near = real.map((one) => lists.search(quantised(one), NEIGHBOURS + 1).map(({ id }) => id));
  return () => {
    const first = below(random, real.length);
    const others = near[first].filter((id) => id !== first);
    const [a, b] = [real[first], real[others[below(random, others.length)] ?? first]];
    const share = random();
    const apart = Math.hypot(...a.map((value, i) => value - b[i]));
    const noise = (NOISE * apart) / Math.sqrt(a.length);
    return unit(a.map((value, i) => value + share * (b[i] - value) + noise * normal(random)));
  };
}

function unit(values: Float32Array): Float32Array {
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}
