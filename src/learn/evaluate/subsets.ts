import { MOST_SHAPLEY, shapleyValues } from '../../fusion/heads/index.ts';

/** Whether a head gets to see a modality of a sample; by their indices. */
export type IsPresent = (sample: number, modality: number) => boolean;

/** What a head says of all samples with some modalities, the others being masked. */
export interface Subset {
  /** Bit m = modality m is present. */
  readonly set: number;
  /** `none`, `imu`, `imu+drive`. */
  readonly name: string;
  /** [samples, classes]. */
  readonly probabilities: Float32Array;
}

/**
 * Asks a head with every set of modalities, rising; with more than six of them only with none, one, all but one, and all.
 * @param ask gives probabilities [samples, classes]
 * @param names of the modalities
 */
export async function askSubsets(
  ask: (isPresent: IsPresent) => Float32Array | Promise<Float32Array>,
  names: readonly string[],
): Promise<Subset[]> {
  const subsets: Subset[] = [];
  for (const set of setsOf(names.length)) {
    const isIn = (modality: number): boolean => (set & (1 << modality)) !== 0;
    const name = set === 0 ? 'none' : names.filter((_, m) => isIn(m)).join('+');
    subsets.push({ set, name, probabilities: await ask((_, modality) => isIn(modality)) });
  }
  return subsets;
}

/** The sets that are asked: bit m = modality m is present. */
export function setsOf(many: number): number[] {
  if (many <= MOST_SHAPLEY) return Array.from({ length: 2 ** many }, (_, set) => set);
  const all = 2 ** many - 1;
  const singles = Array.from({ length: many }, (_, m) => 1 << m);
  return [0, ...singles, ...singles.map((one) => all ^ one), all];
}

/**
 * Shapley values of each decision, for the probability of the class that is decided with all modalities. Without any of them that
 * probability is taken as 1 / classes: no head is trained with nothing at all.
 * @param subsets as {@link askSubsets} gives them
 * @returns [samples, modalities], probability; `undefined` where there are too many modalities
 */
export function shapleyPerDecision(
  subsets: readonly Subset[],
  modalities: number,
  classes: number,
): Float64Array | undefined {
  if (modalities > MOST_SHAPLEY) return undefined;
  const all = subsets[subsets.length - 1].probabilities;
  const shares = new Float64Array((all.length / classes) * modalities);
  const values = new Float64Array(subsets.length);
  for (let from = 0, sample = 0; from < all.length; from += classes, sample += 1) {
    const row = all.subarray(from, from + classes);
    const decided = row.indexOf(Math.max(...row));
    for (const { set, probabilities } of subsets) values[set] = probabilities[from + decided];
    values[0] = 1 / classes;
    shares.set(shapleyValues(values), sample * modalities);
  }
  return shares;
}
