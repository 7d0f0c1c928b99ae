import type { Scalings } from '../dataset/scaling.ts';
import type { HeadModality } from '../head/description.ts';
import { encode } from '../head/encoder.ts';
import { linear, scalar } from '../head/layers.ts';
import type { NetworkInputs } from '../head/network.ts';
import type { Ops } from '../head/ops.ts';

/** Encoders that learn without labels. */
export interface EncodersDescription {
  readonly modalities: readonly HeadModality[];
  /** Numbers in a hidden layer, as of the head that is to begin with them. */
  readonly hidden: number;
  /** Numbers of an embedding. Fewer: moments are told apart less finely; more: what they have in common is less distilled. */
  readonly size: number;
}

/** What is added to a squared length, so that nothing is divided by zero. */
const TINY = 1e-12;

/**
 * Embeds each modality by itself, on the unit sphere: scaling, encoder and first layer of a late fusion head, by the same names, then a
 * linear projection, which is thrown away afterwards: what is right before it serves other tasks better (Chen et al. 2020, section 4.2).
 * @returns [B, size] by modality; of one that is absent it means nothing
 */
export function embedAll<T>(
  ops: Ops<T>,
  { modalities, hidden, size }: EncodersDescription,
  scalings: Scalings,
  { values, masks }: NetworkInputs<T>,
): T[] {
  return modalities.map((modality) => {
    const { name } = modality;
    const { pooled, pooledWidth } = encode(ops, modality, scalings[name], values[name], masks[name]);
    const inner = ops.dropout(ops.relu(linear(ops, pooled, `${name}.fc1`, pooledWidth, hidden)));
    const projected = linear(ops, inner, `${name}.embedding`, hidden, size);
    const length = ops.sqrt(ops.add(ops.sum(ops.mul(projected, projected), 1), scalar(ops, TINY)));
    return ops.div(projected, length);
  });
}

/** Whether a parameter belongs to an encoder, and not to what is thrown away. */
export function isKept(parameter: string): boolean {
  return parameter !== SHARPNESS && !/\.embedding\.(weight|bias)$/.test(parameter);
}

/** Name of the logarithm of what similarities are multiplied by. */
export const SHARPNESS = 'sharpness';
