import { attention, layerNorm, linearSteps, type AttentionSizes } from './layers.ts';
import type { Ops } from './ops.ts';

/** Sizes of an encoder's layer. */
export interface LayerSizes extends Pick<AttentionSizes, 'width' | 'heads' | 'order'> {
  readonly steps: number;
  /** Numbers between its two linear layers. */
  readonly hidden: number;
}

/**
 * A pre-norm encoder layer (Xiong et al. 2020): steps attend to each other, then each goes through two linear layers.
 * @param x [B, steps, width]
 * @param open [B, steps]: 1 = may be attended
 */
export function encoderLayer<T>(ops: Ops<T>, x: T, open: T, name: string, sizes: LayerSizes): T {
  const { steps, width, hidden } = sizes;
  const normed = layerNorm(ops, x, `${name}.norm1`, 3, width);
  const heard = attention(ops, normed, normed, open, `${name}.attention`, { ...sizes, queries: steps, keys: steps });
  const attended = ops.add(x, ops.dropout(heard));
  const inner = layerNorm(ops, attended, `${name}.norm2`, 3, width);
  const raised = ops.relu(linearSteps(ops, inner, `${name}.linear1`, steps, width, hidden));
  return ops.add(attended, ops.dropout(linearSteps(ops, raised, `${name}.linear2`, steps, hidden, width)));
}
