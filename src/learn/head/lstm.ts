import { linearSteps } from './layers.ts';
import type { Ops } from './ops.ts';

/** A sequence that an LSTM reads. */
export interface Reading<T> {
  /** Its parameters are called after it. */
  readonly name: string;
  /** [B, steps, from]. */
  readonly x: T;
  readonly from: number;
  /** [B, steps, 1]: at a step that is masked the cell stays as it is. */
  readonly mask: T;
  /** From the last step to the first. */
  readonly isReversed: boolean;
}

/** Shuts an input gate and opens a forget gate as far as 32 bits can see. */
const SHUT = 30;

/**
 * Long short-term memories (Hochreiter and Schmidhuber 1997, with forget gates), all of the same size, each over a sequence of its own.
 * They go through their steps together: one matrix product a step for all, since many small operations take longer than few large ones.
 * @returns [B, steps, width] of each
 */
export function lstms<T>(ops: Ops<T>, readings: readonly Reading<T>[], steps: number, width: number): T[] {
  const many = readings.length;
  const masked = ops.constant(
    [4 * width],
    Float32Array.from({ length: 4 * width }, (_, i) => (i < width ? -SHUT : i < 2 * width ? SHUT : 0)),
  );
  const one = ops.constant([1], [1]);
  // Input, forget and output gate and what is to be stored, side by side, as far as the input alone decides.
  const inputs = readings.map(({ name, x, from, mask, isReversed }) => {
    const own = linearSteps(ops, x, `${name}.input`, steps, from, 4 * width);
    const gates = ops.add(own, ops.mul(ops.sub(one, mask), masked));
    return ops.reshape(isReversed ? reversed(ops, gates, steps) : gates, [-1, steps, 1, 4 * width]);
  });
  const limit = 1 / Math.sqrt(width);
  const weights = readings.map(({ name }) =>
    ops.reshape(ops.parameter(`${name}.recurrent`, [width, 4 * width], { kind: 'uniform', limit }), [
      1,
      width,
      4 * width,
    ]),
  );
  const recurrent = joined(ops, weights, 0);
  const perStep = ops.split(ops.transpose(joined(ops, inputs, 2), [1, 2, 0, 3]), 0, steps);
  const said: T[] = [];
  let state: { readonly cell: T; readonly hidden: T } | undefined;
  for (const input of perStep) {
    const own = ops.reshape(input, [many, -1, 4 * width]);
    const sum = state === undefined ? own : ops.add(own, ops.matMul(state.hidden, recurrent));
    const [enter, forget, leave, fresh] = ops.split(sum, 2, 4);
    const stored = ops.mul(ops.sigmoid(enter), ops.tanh(fresh));
    const cell: T = state === undefined ? stored : ops.add(ops.mul(ops.sigmoid(forget), state.cell), stored);
    const hidden: T = ops.mul(ops.sigmoid(leave), ops.tanh(cell));
    state = { cell, hidden };
    said.push(ops.reshape(hidden, [1, many, -1, width]));
  }
  const all = ops.split(ops.transpose(joined(ops, said, 0), [1, 2, 0, 3]), 0, many);
  return readings.map(({ isReversed }, i) => {
    const own = ops.reshape(all[i], [-1, steps, width]);
    return isReversed ? reversed(ops, own, steps) : own;
  });
}

/** The steps of [B, steps, width] from the last to the first. */
function reversed<T>(ops: Ops<T>, x: T, steps: number): T {
  return joined(ops, ops.split(x, 1, steps).toReversed(), 1);
}

function joined<T>(ops: Ops<T>, parts: readonly T[], axis: number): T {
  return parts.length === 1 ? parts[0] : ops.concat(parts, axis);
}
