import type { Scaling } from '../dataset/scaling.ts';
import type { Convolution, HeadModality } from './description.ts';
import { linearSteps, maskedMax, maskedMean } from './layers.ts';
import type { Ops } from './ops.ts';
import { unfold, type Sequence } from './sequence.ts';
import { spectrum } from './spectrum.ts';
import { statistics, statisticsWidth } from './statistics.ts';

/** Features of one modality. */
export interface Encoded<T> extends Sequence<T> {
  readonly name: string;
  /** [B, pooledWidth]: mean and greatest over time, or the one step that there is, and statistics of the whole; zeros where absent. */
  readonly pooled: T;
  readonly pooledWidth: number;
  /** [B, 1]: 1 = at least one step is there. */
  readonly present: T;
}

/**
 * Scales a modality, runs its encoder and pools over time.
 * @param values [B, T, D] as measured
 * @param mask [B, T]
 */
export function encode<T>(
  ops: Ops<T>,
  { name, dims, steps, encoder }: HeadModality,
  scaling: Scaling,
  values: T,
  mask: T,
): Encoded<T> {
  const { shift, scale } = scaling;
  const open = ops.reshape(mask, [-1, steps, 1]);
  const scaled = ops.mul(ops.sub(values, ops.constant([dims], shift)), ops.constant([dims], scale));
  const whole: Sequence<T> = { features: ops.mul(scaled, open), mask: open, steps, width: dims };
  const hasStatistics = encoder.kind === 'spectrum' && encoder.statistics === true;
  let found = whole;
  if (encoder.kind === 'spectrum') found = spectrum(ops, whole, encoder);
  if (encoder.kind === 'statistics') found = asOneStep(ops, statistics(ops, whole, scaling), whole);
  const layers = 'layers' in encoder ? encoder.layers : [];
  layers.forEach((layer, i) => (found = convolve(ops, found, `${name}.convolution${i}`, layer)));
  const { features, width } = found;
  const isSingle = found.steps === 1;
  const pooled = isSingle
    ? [ops.reshape(features, [-1, width])]
    : [maskedMean(ops, features, found.mask, width), maskedMax(ops, features, found.mask, width)];
  if (hasStatistics) pooled.push(statistics(ops, whole, scaling));
  return {
    name,
    ...found,
    pooled: pooled.length === 1 ? pooled[0] : ops.concat(pooled, 1),
    pooledWidth: (isSingle ? 1 : 2) * width + (hasStatistics ? statisticsWidth(dims) : 0),
    present: ops.reshape(ops.max(found.mask, 1), [-1, 1]),
  };
}

function asOneStep<T>(ops: Ops<T>, features: T, { mask, width: dims }: Sequence<T>): Sequence<T> {
  const width = statisticsWidth(dims);
  return { features: ops.reshape(features, [-1, 1, width]), mask: ops.max(mask, 1), steps: 1, width };
}

/** The same modality, as if it was absent. */
export function withheld<T>(ops: Ops<T>, encoded: Encoded<T>): Encoded<T> {
  const none = (value: T): T => ops.mul(value, ops.constant([1], [0]));
  return {
    ...encoded,
    features: none(encoded.features),
    mask: none(encoded.mask),
    pooled: none(encoded.pooled),
    present: none(encoded.present),
  };
}

/**
 * Convolution over time as unfold and matrix product, since TensorFlow.js's WebAssembly cannot differentiate
 * convolutions.
 */
function convolve<T>(ops: Ops<T>, sequence: Sequence<T>, name: string, layer: Convolution): Sequence<T> {
  const { rows, mask, left } = unfold(ops, sequence, layer);
  const flat = linearSteps(ops, rows, name, left, layer.kernel * sequence.width, layer.width);
  return { features: ops.mul(ops.relu(flat), mask), mask, steps: left, width: layer.width };
}
