import type { FloatTensor } from '../../fusion/heads/index.ts';
import type { Scalings } from '../dataset/scaling.ts';
import { isConversational, type HeadDescription } from './description.ts';
import { encode, withheld, type Encoded } from './encoder.ts';
import { fuse, type Fused } from './fuse.ts';
import { logSoftmax, scalar } from './layers.ts';
import type { Ops } from './ops.ts';

/** A trained head. */
export interface Head {
  readonly description: HeadDescription;
  readonly scalings: Scalings;
  /** By name. */
  readonly parameters: ReadonlyMap<string, FloatTensor>;
  /** Logits are divided by it before they become probabilities. */
  readonly temperature: number;
}

/** What a network is given: by the name of the modality. */
export interface NetworkInputs<T> {
  /** [B, T, D]. */
  readonly values: Readonly<Record<string, T>>;
  /** [B, T]. */
  readonly masks: Readonly<Record<string, T>>;
}

/** Scales and encodes all modalities. */
export function encodeAll<T>(
  ops: Ops<T>,
  { modalities }: HeadDescription,
  scalings: Scalings,
  { values, masks }: NetworkInputs<T>,
): Encoded<T>[] {
  return modalities.map((modality) =>
    encode(ops, modality, scalings[modality.name], values[modality.name], masks[modality.name]),
  );
}

/** What training sees of a head. */
export function forward<T>(
  ops: Ops<T>,
  description: HeadDescription,
  scalings: Scalings,
  inputs: NetworkInputs<T>,
): Fused<T> {
  const encoded = encodeAll(ops, description, scalings, inputs);
  return fuse(ops, description.architecture, encoded, description.classes.length);
}

/** What a head gives: names of its outputs. Of conversations [B, utterances, …]; what stands at padding means nothing. */
export interface HeadOutputs<T> {
  /** [B, classes], before calibration. */
  readonly logits: T;
  /** [B, classes], calibrated. */
  readonly probabilities: T;
  /** [B, 1], 0..1: entropy of the probabilities over its greatest; of an evidential head classes over Dirichlet strength. */
  readonly uncertainty: T;
  /**
   * [B, modalities], nats: how much the decision is another one without this modality (Kullback-Leibler divergence of the
   * probabilities with it from those without it). 0 for one that is absent.
   */
  readonly contributions: T;
}

/** Everything that a head tells at run time. */
export function decide<T>(ops: Ops<T>, head: Head, inputs: NetworkInputs<T>): HeadOutputs<T> {
  const { description, scalings, temperature } = head;
  const { architecture, classes } = description;
  const encoded = encodeAll(ops, description, scalings, inputs);
  const { logits } = fuse(ops, architecture, encoded, classes.length);
  const logProbabilities = (of: T): T => logSoftmax(ops, ops.mul(of, scalar(ops, 1 / temperature)));
  const all = logProbabilities(logits);
  const probabilities = ops.exp(all);
  const contributions = encoded.map((_, m) => {
    const others = encoded.map((one, i) => (i === m ? withheld(ops, one) : one));
    const without = logProbabilities(fuse(ops, architecture, others, classes.length).logits);
    return ops.sum(ops.mul(probabilities, ops.sub(all, without)), 1);
  });
  const shaped = (x: T, width: number): T =>
    isConversational(architecture) ? ops.reshape(x, [-1, encoded[0].steps, width]) : x;
  const entropy = ops.mul(ops.sum(ops.mul(probabilities, all), 1), scalar(ops, -1 / Math.log(classes.length)));
  return {
    logits: shaped(logits, classes.length),
    probabilities: shaped(probabilities, classes.length),
    uncertainty: shaped(
      architecture.kind === 'evidential' ? ops.div(scalar(ops, classes.length), ops.sum(ops.exp(logits), 1)) : entropy,
      1,
    ),
    contributions: shaped(contributions.length === 1 ? contributions[0] : ops.concat(contributions, 1), encoded.length),
  };
}
