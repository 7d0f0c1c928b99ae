import { contextualLstm } from './bc-lstm.ts';
import { contextTransformer } from './context-transformer.ts';
import type { Architecture } from './description.ts';
import type { Encoded } from './encoder.ts';
import { encoderLayer } from './encoder-layer.ts';
import { evidential } from './evidential.ts';
import type { Fused } from './fused.ts';
import { late } from './late.ts';
import { attention, layerNorm, linear, linearSteps, maskedMean, scalar } from './layers.ts';
import type { Ops } from './ops.ts';

/** Joins modalities as the architecture says; of conversations there is a row for each utterance, padding included. */
export function fuse<T>(
  ops: Ops<T>,
  architecture: Architecture,
  encoded: readonly Encoded<T>[],
  classes: number,
): Fused<T> {
  switch (architecture.kind) {
    case 'early':
      return sideBySide(ops, encoded, 'early', architecture.hidden, classes);
    case 'late':
    case 'late-attention':
    case 'late-bayes':
      return late(ops, architecture, encoded, classes);
    case 'evidential':
      return evidential(ops, architecture, encoded, classes);
    case 'cross-attention':
      return crossAttention(ops, architecture, encoded, classes);
    case 'transformer':
      return { logits: transformer(ops, architecture, encoded, classes), single: [] };
    case 'context-transformer':
      return contextTransformer(ops, architecture, encoded, classes);
    case 'bc-lstm':
      return contextualLstm(ops, architecture.hidden, encoded, classes);
  }
}

type Of<K extends Architecture['kind']> = Extract<Architecture, { readonly kind: K }>;

function sideBySide<T>(
  ops: Ops<T>,
  parts: readonly Pick<Encoded<T>, 'pooled' | 'pooledWidth'>[],
  name: string,
  hidden: number,
  classes: number,
): Fused<T> {
  const width = parts.reduce((sum, { pooledWidth }) => sum + pooledWidth, 0);
  const joined =
    parts.length === 1
      ? parts[0].pooled
      : ops.concat(
          parts.map(({ pooled }) => pooled),
          1,
        );
  const inner = ops.relu(linear(ops, joined, `${name}.fc1`, width, hidden));
  const logits = linear(ops, ops.dropout(inner), `${name}.fc2`, hidden, classes);
  return { logits, single: [], hidden: inner };
}

function crossAttention<T>(
  ops: Ops<T>,
  { width, heads, hidden }: Of<'cross-attention'>,
  encoded: readonly Encoded<T>[],
  classes: number,
): Fused<T> {
  const tokens = encoded.map((one) => tokensOf(ops, one, width));
  const parts = encoded.map(({ name, steps, mask, present }, m) => {
    const others = encoded.length === 1 ? [0] : encoded.map((_, i) => i).filter((i) => i !== m);
    const keys = others.reduce((sum, i) => sum + encoded[i].steps, 0);
    const memory = join(
      ops,
      others.map((i) => tokens[i]),
    );
    const open = ops.reshape(
      join(
        ops,
        others.map((i) => encoded[i].mask),
      ),
      [-1, keys],
    );
    const heard = attention(ops, tokens[m], memory, open, `${name}.cross`, { queries: steps, keys, width, heads });
    const pooled = maskedMean(ops, ops.add(tokens[m], heard), mask, width);
    return { pooled: ops.mul(pooled, present), pooledWidth: width };
  });
  return sideBySide(ops, parts, 'decision', hidden, classes);
}

function transformer<T>(
  ops: Ops<T>,
  { width, heads, layers, hidden }: Of<'transformer'>,
  encoded: readonly Encoded<T>[],
  classes: number,
): T {
  const tokens = join(
    ops,
    encoded.map((one) => tokensOf(ops, one, width)),
  );
  const masks = join(
    ops,
    encoded.map(({ mask }) => mask),
  );
  // One step more that asks all others for the decision; as many of it as there are samples.
  const init = { kind: 'uniform', limit: 0.02 } as const;
  const none = ops.mul(ops.slice(tokens, 1, 0, 1), scalar(ops, 0));
  const question = ops.add(none, ops.parameter('question', [1, 1, width], init));
  const always = ops.add(ops.mul(ops.slice(masks, 1, 0, 1), scalar(ops, 0)), scalar(ops, 1));
  const steps = 1 + encoded.reduce((sum, one) => sum + one.steps, 0);
  const open = ops.reshape(ops.concat([always, masks], 1), [-1, steps]);
  let x = ops.concat([question, tokens], 1);
  for (let layer = 0; layer < layers; layer += 1) {
    x = encoderLayer(ops, x, open, `layer${layer}`, { steps, width, heads, hidden });
  }
  const answer = ops.reshape(ops.slice(x, 1, 0, 1), [-1, width]);
  return linear(ops, layerNorm(ops, answer, 'norm', 2, width), 'decision', width, classes);
}

/** [B, steps, width] of a modality, with what kind it is of, and when each step is. */
function tokensOf<T>(ops: Ops<T>, { name, features, steps, width: from }: Encoded<T>, width: number): T {
  const init = { kind: 'uniform', limit: 0.02 } as const;
  const projected = linearSteps(ops, features, `${name}.projection`, steps, from, width);
  const typed = ops.add(projected, ops.parameter(`${name}.type`, [width], init));
  return steps === 1 ? typed : ops.add(typed, ops.parameter(`${name}.time`, [steps, width], init));
}

function join<T>(ops: Ops<T>, parts: readonly T[]): T {
  return parts.length === 1 ? parts[0] : ops.concat(parts, 1);
}
