import { SensoriumError } from '../../contract/index.ts';

/** Most modalities whose Shapley values are computed: 2^6 = 64 answers of a head for each decision. */
export const MOST_SHAPLEY = 6;

/**
 * Exact Shapley values (Shapley 1953): how much each modality adds to a value, averaged over all orders in which they could have
 * come. They sum to the value with all less the value with none; modalities that do the same get the same, and one that never
 * changes anything gets 0.
 * @param values [2^M]: by set of modalities, bit m = modality m is present
 * @returns [M], in the unit of the values
 * @throws SensoriumError E_MODEL_INPUT unless there are 2^M values for M = 1..{@link MOST_SHAPLEY}
 */
export function shapleyValues(values: ArrayLike<number>): Float64Array {
  const many = Math.log2(values.length);
  if (!Number.isInteger(many) || many < 1 || many > MOST_SHAPLEY) {
    throw new SensoriumError(
      'E_MODEL_INPUT',
      `expected a value for each of the sets of 1..${MOST_SHAPLEY} modalities, got ${values.length}`,
      { path: 'shapley' },
    );
  }
  const weights = weightsOf(many);
  const shares = new Float64Array(many);
  for (let set = 0; set < values.length; set += 1) {
    const weight = weights[sizeOf(set)];
    for (let m = 0; m < many; m += 1) {
      const joined = set | (1 << m);
      if (joined !== set) shares[m] += weight * (values[joined] - values[set]);
    }
  }
  return shares;
}

/** By size s of the set that one more joins: s! (M - s - 1)! / M!, the share of orders in which just that set came before. */
function weightsOf(many: number): Float64Array {
  const weights = new Float64Array(many + 1);
  weights[0] = 1 / many;
  for (let size = 1; size < many; size += 1) weights[size] = (weights[size - 1] * size) / (many - size);
  return weights;
}

function sizeOf(set: number): number {
  let size = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) size += 1;
  return size;
}
