import type { Encoded } from './encoder.ts';
import { scalar } from './layers.ts';
import type { Ops } from './ops.ts';

/** What fusion sees of a modality, no further out than what was learned. */
export interface Drawn<T> {
  /** [B, width]: as it was, or drawn in towards the mean. */
  readonly pooled: T;
  /** [B, 1]: by how many times the mean square of its features is above the reach; 0 within. */
  readonly beyond: T;
}

/**
 * Draws in what lies further out than nearly all that was learned: there a network is the surer the further out it is, whatever it is asked.
 * In training only networks that learn apart draw in, and so learn what noise then looks like (1 / {@link reachName} = 0: unlimited).
 */
export function drawIn<T>(ops: Ops<T>, { name, pooled, pooledWidth }: Encoded<T>): Drawn<T> {
  const inverse = ops.parameter(reachName(name), [1], { kind: 'constant', value: 0 });
  const one = scalar(ops, 1);
  const beyond = ops.relu(ops.sub(ops.mul(meanSquare(ops, pooled, pooledWidth), inverse), one));
  return { pooled: ops.div(pooled, ops.sqrt(ops.add(beyond, one))), beyond };
}

/** What a modality says, the flatter the further out it is; how much so is fitted afterwards ({@link retreatName} = 0: not at all). */
export function retreat<T>(ops: Ops<T>, said: T, beyond: T, slope: T): T {
  return ops.div(said, ops.add(scalar(ops, 1), ops.mul(beyond, slope)));
}

/** [B, 1]: mean square over the features of each sample. */
export function meanSquare<T>(ops: Ops<T>, features: T, width: number): T {
  return ops.mul(ops.sum(ops.mul(features, features), 1), scalar(ops, 1 / width));
}

/** Name of the parameter that has 1 / the mean square that nearly all samples stay below. */
export function reachName(modality: string): string {
  return `${modality}.reach`;
}

/** Name of the parameter by which a modality says less beyond its reach. */
export function retreatName(modality: string): string {
  return `${modality}.retreat`;
}
