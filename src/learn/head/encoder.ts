import type { Scaling } from '../dataset/scaling.ts';
import type { Convolution, HeadModality } from './description.ts';
import { linearSteps, maskedMax, maskedMean } from './layers.ts';
import type { Ops } from './ops.ts';

/** Features of one modality. */
export interface Encoded<T> {
  readonly name: string;
  /** [B, steps, width]; zeros where masked. */
  readonly features: T;
  readonly steps: number;
  readonly width: number;
  /** [B, steps, 1]. */
  readonly mask: T;
  /** [B, pooledWidth]: mean and greatest over time, or the one step that there is; zeros where absent. */
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
  { shift, scale }: Scaling,
  values: T,
  mask: T,
): Encoded<T> {
  const open = ops.reshape(mask, [-1, steps, 1]);
  const scaled = ops.mul(ops.sub(values, ops.constant([dims], shift)), ops.constant([dims], scale));
  let found: Sequence<T> = { features: ops.mul(scaled, open), mask: open, steps, width: dims };
  const layers = encoder.kind === 'convolution' ? encoder.layers : [];
  layers.forEach((layer, i) => (found = convolve(ops, found, `${name}.convolution${i}`, layer)));
  const { features, width } = found;
  const isSingle = found.steps === 1;
  return {
    name,
    ...found,
    pooled: isSingle
      ? ops.reshape(features, [-1, width])
      : ops.concat([maskedMean(ops, features, found.mask, width), maskedMax(ops, features, found.mask, width)], 1),
    pooledWidth: isSingle ? width : 2 * width,
    present: ops.reshape(ops.max(found.mask, 1), [-1, 1]),
  };
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

type Sequence<T> = Pick<Encoded<T>, 'features' | 'mask' | 'steps' | 'width'>;

/**
 * Steps of a convolution: what is left when the kernel has gone over a sequence.
 * @throws RangeError where the sequence is shorter than the kernel
 */
export function stepsAfter(steps: number, { kernel, stride }: Convolution): number {
  const left = Math.floor(steps / stride) - kernel / stride + 1;
  if (!Number.isInteger(left) || left < 1) {
    throw new RangeError(`a kernel of ${kernel} by ${stride} does not fit ${steps} steps`);
  }
  return left;
}

/**
 * Convolution over time as unfold and matrix product, since TensorFlow.js's WebAssembly cannot differentiate
 * convolutions: blocks of `stride` steps become one row, and as many neighbouring rows as the kernel has blocks stand
 * side by side.
 */
function convolve<T>(
  ops: Ops<T>,
  { features, mask, steps, width }: Sequence<T>,
  name: string,
  layer: Convolution,
): Sequence<T> {
  const left = stepsAfter(steps, layer);
  const unfold = (value: T, size: number): T => {
    const blocks = Math.floor(steps / layer.stride);
    const whole = blocks * layer.stride === steps ? value : ops.slice(value, 1, 0, blocks * layer.stride);
    const rows = ops.reshape(whole, [-1, blocks, layer.stride * size]);
    const shifts = Array.from({ length: layer.kernel / layer.stride }, (_, j) => ops.slice(rows, 1, j, j + left));
    return shifts.length === 1 ? shifts[0] : ops.concat(shifts, 2);
  };
  const open = ops.max(unfold(mask, 1), 2);
  const flat = linearSteps(ops, unfold(features, width), name, left, layer.kernel * width, layer.width);
  return { features: ops.mul(ops.relu(flat), open), mask: open, steps: left, width: layer.width };
}
