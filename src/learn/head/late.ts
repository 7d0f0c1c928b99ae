import type { Architecture } from './description.ts';
import type { Encoded } from './encoder.ts';
import { drawIn, retreat, retreatName } from './far.ts';
import type { Fused, Voice } from './fused.ts';
import { linear, logSoftmax, maskedSoftmax, scalar } from './layers.ts';
import type { Ops } from './ops.ts';
import { logCount, sharpened, SHARPNESS, type Opinion } from './sharpen.ts';

/** Keeps the logarithm of a probability of zero within 32 bits. */
const LEAST = 1e-7;
/** Where the doubt about a modality begins: `sigmoid(-3)` is one in twenty. */
const DOUBT = -3;

/** Heads that decide by what each modality says alone. */
export type LateKind = 'late' | 'late-attention' | 'late-bayes';

/**
 * One network a modality; their decisions are joined. Apart, what is said together teaches how far each is to be believed and nothing
 * else: a network that learns together with others is believed too much when it sees noise.
 */
export function late<T>(
  ops: Ops<T>,
  { kind, hidden, layers, apart: isApart = false }: Extract<Architecture, { readonly kind: LateKind }>,
  encoded: readonly Encoded<T>[],
  classes: number,
): Fused<T> {
  const drawn = encoded.map((one) => drawIn(ops, one));
  const taught = (x: T): T => (isApart ? ops.detach(x) : x);
  const inner = encoded.map(({ name, pooledWidth }, m) => {
    let x = drawn[m].pooled;
    for (let layer = 0; layer < layers; layer += 1) {
      const from = layer === 0 ? pooledWidth : hidden;
      x = ops.dropout(ops.relu(linear(ops, x, hiddenLayer(name, layer), from, hidden)));
    }
    return x;
  });
  const single = encoded.map(({ name, present }, m) => {
    const said = ops.mul(linear(ops, inner[m], decidingLayer(name), hidden, classes), present);
    return retreat(ops, said, drawn[m].beyond, ops.parameter(retreatName(name), [1], { kind: 'constant', value: 0 }));
  });
  const voices = encoded.map(({ name, present }, m) => ({
    said: taught(single[m]),
    beyond: drawn[m].beyond,
    trust:
      kind === 'late' ? ops.mul(present, scalar(ops, 0)) : linear(ops, taught(inner[m]), `${name}.trust`, hidden, 1),
    present,
  }));
  const sharpness = (): T => ops.parameter(SHARPNESS, [1], { kind: 'constant', value: 0 });
  return { logits: joined(ops, kind, voices, classes, sharpness), single, voices };
}

/** Name of a hidden layer, from 0; the first is that of pre-trained encoders too. */
function hiddenLayer(modality: string, layer: number): string {
  return layer === 0 ? `${modality}.fc1` : `${modality}.hidden${layer}`;
}

/** Name of the layer that gives a modality's logits. */
export function decidingLayer(modality: string): string {
  return `${modality}.fc2`;
}

/** What modalities say together, as logits [B, classes]. @param sharpness [1], see {@link sharpened}; not of `late-bayes` */
export function joined<T>(
  ops: Ops<T>,
  kind: LateKind,
  voices: readonly Voice<T>[],
  classes: number,
  sharpness: () => T,
): T {
  if (kind === 'late-bayes') return evidenceOf(ops, voices, classes);
  return sharpened(ops, opinionOf(ops, voices, classes), sharpness());
}

/** The mean of the probabilities of those that are present, weighed by a softmax of their trust. */
export function opinionOf<T>(ops: Ops<T>, voices: readonly Voice<T>[], classes: number): Opinion<T> {
  const sideBySide = (of: (voice: Voice<T>) => T): T => ops.concat(voices.map(of), 1);
  const weights = maskedSoftmax(
    ops,
    sideBySide(({ trust }) => trust),
    sideBySide(({ present }) => present),
    1,
  );
  const ones = ops.constant([classes], new Float32Array(classes).fill(1));
  const shares = voices.map(({ said }, m) =>
    ops.mul(maskedSoftmax(ops, said, ones, 1), ops.slice(weights, 1, m, m + 1)),
  );
  const mean = shares.reduce((sum, share) => ops.add(sum, share));
  return { mean: ops.log(ops.add(mean, scalar(ops, LEAST))), count: logCount(ops, weights) };
}

/**
 * Bayes' rule for modalities that are independent given the class, each of which tells of something else with a probability e
 * that it says itself: the sum of `log(e + (1 - e) C p)`, C p being how much likelier a class is than before. One that is
 * sure and wrong can speak against a class by no more than `log e`: it is outvoted, where a mere product would let it veto.
 */
function evidenceOf<T>(ops: Ops<T>, voices: readonly Voice<T>[], classes: number): T {
  return voices
    .map(({ said, trust, present }) => {
      const doubt = ops.sub(scalar(ops, DOUBT), trust);
      // sigmoid(x) = exp(-softplus(-x)), which is finite both ways.
      const negative = (x: T): T => ops.mul(x, scalar(ops, -1));
      const lies = ops.exp(negative(ops.softplus(negative(doubt))));
      const tells = ops.mul(ops.exp(negative(ops.softplus(doubt))), scalar(ops, classes));
      const likelier = ops.add(lies, ops.mul(tells, ops.exp(logSoftmax(ops, said))));
      return ops.mul(ops.log(ops.add(likelier, scalar(ops, LEAST))), present);
    })
    .reduce((sum, evidence) => ops.add(sum, evidence));
}
