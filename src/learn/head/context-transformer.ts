import type { Architecture } from './description.ts';
import type { Encoded } from './encoder.ts';
import { encoderLayer } from './encoder-layer.ts';
import { layerNorm, linear, linearSteps } from './layers.ts';
import type { Ops } from './ops.ts';
import { anyPresent, type Spoken } from './utterances.ts';

type Sizes = Extract<Architecture, { readonly kind: 'context-transformer' }>;

/**
 * Fusion of each utterance, then attention over utterances: modalities are projected and decide by themselves; their sum over those
 * that are present goes through encoder layers, in which utterances attend to one another, and is added to what they say by themselves.
 * @returns a decision for each utterance
 */
export function contextTransformer<T>(
  ops: Ops<T>,
  { width, heads, layers, hidden, causal }: Sizes,
  encoded: readonly Encoded<T>[],
  classes: number,
): Spoken<T> {
  const [{ steps }] = encoded;
  const parts = encoded.map(({ name, features, width: from, mask }) =>
    ops.mul(ops.relu(linearSteps(ops, ops.dropout(features), `${name}.projection`, steps, from, width)), mask),
  );
  const rows = (x: T): T => ops.reshape(x, [-1, width]);
  const single = encoded.map(({ name, mask }, m) =>
    ops.mul(linear(ops, rows(ops.dropout(parts[m])), `${name}.decision`, width, classes), ops.reshape(mask, [-1, 1])),
  );
  const open = ops.reshape(anyPresent(ops, encoded), [-1, steps]);
  let x = ops.dropout(parts.reduce((sum, part) => ops.add(sum, part)));
  for (let layer = 0; layer < layers; layer += 1) {
    x = encoderLayer(ops, x, open, `layer${layer}`, { steps, width, heads, hidden, order: { causal } });
  }
  const context = linear(ops, layerNorm(ops, rows(x), 'norm', 2, width), 'decision', width, classes);
  return { logits: single.reduce((sum, logits) => ops.add(sum, logits), context), single };
}
