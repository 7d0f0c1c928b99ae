import type { Convolution } from './description.ts';
import type { Ops } from './ops.ts';

/** Steps of one modality on their way through its encoder. */
export interface Sequence<T> {
  /** [B, steps, width]; zeros where masked. */
  readonly features: T;
  readonly steps: number;
  readonly width: number;
  /** [B, steps, 1]. */
  readonly mask: T;
}

/** What goes over a sequence. */
type Span = Pick<Convolution, 'kernel' | 'stride'>;

/**
 * Steps that are left when a kernel has gone over a sequence.
 * @throws RangeError where the sequence is shorter than the kernel
 */
export function stepsAfter(steps: number, { kernel, stride }: Span): number {
  const left = Math.floor(steps / stride) - kernel / stride + 1;
  if (!Number.isInteger(left) || left < 1) {
    throw new RangeError(`a kernel of ${kernel} by ${stride} does not fit ${steps} steps`);
  }
  return left;
}

/**
 * All that a kernel sees, place by place, side by side: blocks of `stride` steps become one row, and as many neighbouring rows as
 * the kernel has blocks are joined.
 * @returns rows [B, left, kernel * width], and whether anything is there [B, left, 1]
 */
export function unfold<T>(
  ops: Ops<T>,
  { features, mask, steps, width }: Sequence<T>,
  span: Span,
): { readonly rows: T; readonly mask: T; readonly left: number } {
  const { kernel, stride } = span;
  const left = stepsAfter(steps, span);
  const unfolded = (value: T, size: number): T => {
    const blocks = Math.floor(steps / stride);
    const whole = blocks * stride === steps ? value : ops.slice(value, 1, 0, blocks * stride);
    const rows = ops.reshape(whole, [-1, blocks, stride * size]);
    const shifts = Array.from({ length: kernel / stride }, (_, j) => ops.slice(rows, 1, j, j + left));
    return shifts.length === 1 ? shifts[0] : ops.concat(shifts, 2);
  };
  return { rows: unfolded(features, width), mask: ops.max(unfolded(mask, 1), 2), left };
}
