import type { Architecture } from './description.ts';
import type { Encoded } from './encoder.ts';
import type { Fused } from './fused.ts';
import { perceptron, scalar } from './layers.ts';
import type { Ops } from './ops.ts';

/** One network a modality gives evidence for each class; it is averaged, or joined by the rule of Dempster and Shafer. */
export function evidential<T>(
  ops: Ops<T>,
  { hidden, joined }: Extract<Architecture, { readonly kind: 'evidential' }>,
  encoded: readonly Encoded<T>[],
  classes: number,
): Fused<T> {
  const evidence = encoded.map(({ name, pooled, pooledWidth, present }) =>
    ops.mul(ops.softplus(perceptron(ops, pooled, name, [pooledWidth, hidden, classes])), present),
  );
  const one = scalar(ops, 1);
  const logits = (of: T): T => ops.log(ops.add(of, one));
  let all: T;
  if (joined === 'dempster') all = evidence.reduce((a, b) => dempster(ops, a, b, classes));
  else {
    const count = encoded.map(({ present }) => present).reduce((sum, present) => ops.add(sum, present));
    const sum = evidence.reduce((total, next) => ops.add(total, next));
    all = ops.div(sum, ops.add(count, scalar(ops, 1e-6)));
  }
  return { logits: logits(all), single: evidence.map(logits) };
}

/**
 * Dempster's rule for two opinions of belief in single classes and uncertainty (Han et al. 2021, definition 4), from
 * evidence to evidence. No evidence changes nothing.
 */
function dempster<T>(ops: Ops<T>, a: T, b: T, classes: number): T {
  const many = scalar(ops, classes);
  const opinion = (evidence: T): { readonly belief: T; readonly doubt: T } => {
    const strength = ops.add(ops.sum(evidence, 1), many);
    return { belief: ops.div(evidence, strength), doubt: ops.div(many, strength) };
  };
  const [first, second] = [opinion(a), opinion(b)];
  const agreed = ops.mul(first.belief, second.belief);
  const belief = ops.add(agreed, ops.add(ops.mul(first.belief, second.doubt), ops.mul(second.belief, first.doubt)));
  // Evidence is belief over doubt: the part that conflict takes away from both cancels out.
  return ops.div(ops.mul(belief, many), ops.mul(first.doubt, second.doubt));
}
