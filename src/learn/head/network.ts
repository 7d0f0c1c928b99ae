import type { FloatTensor } from '../../fusion/heads/index.ts';
import type { Scalings } from '../dataset/scaling.ts';
import { anomalyOf, inCompany } from './anomaly.ts';
import { isConversational, type HeadDescription } from './description.ts';
import { encode, withheld, type Encoded } from './encoder.ts';
import { fuse } from './fuse.ts';
import type { Fused } from './fused.ts';
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
  /** [B, modalities], 0..1: how likely each contradicts the others ({@link anomalyOf}). 0 for one that is absent or alone. */
  readonly anomalies: T;
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
  const decidedBy = (isIn: (modality: number) => boolean): T => {
    const some = encoded.map((one, i) => (isIn(i) ? one : withheld(ops, one)));
    return fuse(ops, architecture, some, classes.length).logits;
  };
  const without = encoded.map((_, m) => decidedBy((i) => i !== m));
  const contributions = without.map((others) =>
    ops.sum(ops.mul(probabilities, ops.sub(all, logProbabilities(others))), 1),
  );
  const counts = inCompany(
    ops,
    encoded.map(({ present, mask }) => (isConversational(architecture) ? ops.reshape(mask, [-1, 1]) : present)),
  );
  // Uncalibrated: the temperature is right for all modalities together, and would hide how sure a single one is.
  const anomalies = without.map((others, m) => {
    const alone = decidedBy((i) => i === m);
    return anomalyOf(ops, logSoftmax(ops, alone), logSoftmax(ops, others), counts[m], classes.length);
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
    contributions: shaped(sideBySide(ops, contributions), encoded.length),
    anomalies: shaped(sideBySide(ops, anomalies), encoded.length),
  };
}

function sideBySide<T>(ops: Ops<T>, columns: readonly T[]): T {
  return columns.length === 1 ? columns[0] : ops.concat(columns, 1);
}
