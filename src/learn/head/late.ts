import type { Architecture } from './description.ts';
import type { Encoded } from './encoder.ts';
import type { Fused } from './fused.ts';
import { linear, logSoftmax, maskedSoftmax, scalar } from './layers.ts';
import type { Ops } from './ops.ts';

/** Keeps the logarithm of a probability of zero within 32 bits. */
const LEAST = 1e-7;
/** Where the doubt about a modality begins: `sigmoid(-3)` is one in twenty. */
const DOUBT = -3;

/** One network a modality; their decisions are joined. */
export function late<T>(
  ops: Ops<T>,
  { kind, hidden }: Extract<Architecture, { readonly kind: 'late' | 'late-product' | 'late-attention' | 'late-bayes' }>,
  encoded: readonly Encoded<T>[],
  classes: number,
): Fused<T> {
  const inner = encoded.map(({ name, pooled, pooledWidth }) =>
    ops.dropout(ops.relu(linear(ops, pooled, `${name}.fc1`, pooledWidth, hidden))),
  );
  const single = encoded.map(({ name, present }, m) =>
    ops.mul(linear(ops, inner[m], `${name}.fc2`, hidden, classes), present),
  );
  if (kind === 'late-product') return { logits: single.reduce((sum, logits) => ops.add(sum, logits)), single };
  const trust = (m: number): T => linear(ops, inner[m], `${encoded[m].name}.trust`, hidden, 1);
  const logits =
    kind === 'late-bayes'
      ? evidenceOf(ops, encoded, single, trust, classes)
      : meanOf(ops, encoded, single, kind === 'late' ? undefined : trust, classes);
  return { logits, single };
}

/** Logarithm of the mean of the probabilities of those that are present, weighed by a softmax of their trust. */
function meanOf<T>(
  ops: Ops<T>,
  encoded: readonly Encoded<T>[],
  single: readonly T[],
  trust: ((modality: number) => T) | undefined,
  classes: number,
): T {
  const present = ops.concat(
    encoded.map((one) => one.present),
    1,
  );
  const scores =
    trust === undefined
      ? ops.mul(present, scalar(ops, 0))
      : ops.concat(
          encoded.map((_, m) => trust(m)),
          1,
        );
  const weights = maskedSoftmax(ops, scores, present, 1);
  const ones = ops.constant([classes], new Float32Array(classes).fill(1));
  const shares = single.map((logits, m) =>
    ops.mul(maskedSoftmax(ops, logits, ones, 1), ops.slice(weights, 1, m, m + 1)),
  );
  const mean = shares.reduce((sum, share) => ops.add(sum, share));
  return ops.log(ops.add(mean, scalar(ops, LEAST)));
}

/**
 * Bayes' rule for modalities that are independent given the class, each of which tells of something else with a probability e
 * that it says itself: the sum of `log(e + (1 - e) C p)`, C p being how much likelier a class is than before. One that is
 * sure and wrong can speak against a class by no more than `log e`: it is outvoted, where a mere product would let it veto.
 */
function evidenceOf<T>(
  ops: Ops<T>,
  encoded: readonly Encoded<T>[],
  single: readonly T[],
  trust: (modality: number) => T,
  classes: number,
): T {
  return single
    .map((logits, m) => {
      const doubt = ops.sub(scalar(ops, DOUBT), trust(m));
      // sigmoid(x) = exp(-softplus(-x)), which is finite both ways.
      const negative = (x: T): T => ops.mul(x, scalar(ops, -1));
      const lies = ops.exp(negative(ops.softplus(negative(doubt))));
      const tells = ops.mul(ops.exp(negative(ops.softplus(doubt))), scalar(ops, classes));
      const likelier = ops.add(lies, ops.mul(tells, ops.exp(logSoftmax(ops, logits))));
      return ops.mul(ops.log(ops.add(likelier, scalar(ops, LEAST))), encoded[m].present);
    })
    .reduce((sum, evidence) => ops.add(sum, evidence));
}
