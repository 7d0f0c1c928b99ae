import { beforeAll, describe, expect, it } from 'vitest';
import { floatTensor } from '../../../src/fusion/heads/index.ts';
import { initialise } from '../../../src/learn/head/initialise.ts';
import type { Ops } from '../../../src/learn/head/ops.ts';
import { startEngine, type Engine } from '../../../src/learn/tensorflow/engine.ts';
import { createRandom } from '../../../src/random/index.ts';
import { KINDS, describeHead, inputsFor, lossOf } from '../support/heads.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});

/** One operation of two parameters, [2, 3] and [3]: every number of the result counts differently. */
const OPERATIONS: Readonly<Record<string, <T>(ops: Ops<T>, a: T, b: T) => T>> = {
  add: (ops, a, b) => ops.add(a, b),
  sub: (ops, a, b) => ops.sub(b, a),
  mul: (ops, a, b) => ops.mul(a, b),
  div: (ops, a, b) => ops.div(a, b),
  'div by what is larger': (ops, a, b) => ops.div(b, a),
  exp: (ops, a) => ops.exp(a),
  log: (ops, a) => ops.log(a),
  sqrt: (ops, a) => ops.sqrt(a),
  relu: (ops, a, b) => ops.relu(ops.sub(a, b)),
  softplus: (ops, a) => ops.softplus(a),
  sigmoid: (ops, a, b) => ops.sigmoid(ops.mul(a, b)),
  tanh: (ops, a, b) => ops.tanh(ops.mul(a, b)),
  matMul: (ops, a) => ops.matMul(a, ops.reshape(ops.mul(a, a), [3, 2])),
  'matMul in batches': (ops, a) => ops.matMul(ops.reshape(a, [2, 1, 3]), ops.reshape(ops.exp(a), [2, 3, 1])),
  transpose: (ops, a) => ops.transpose(ops.reshape(a, [1, 2, 3]), [2, 0, 1]),
  concat: (ops, a) => ops.concat([a, ops.mul(a, a)], 1),
  slice: (ops, a) => ops.slice(a, 1, 1, 3),
  split: (ops, a) => {
    const [first, , last] = ops.split(a, 1, 3);
    return ops.mul(first, last);
  },
  sum: (ops, a) => ops.sum(a, 1),
  max: (ops, a) => ops.max(a, 1),
};

function total<T>(ops: Ops<T>, x: T): T {
  const flat = ops.reshape(ops.mul(x, x), [-1, 1]);
  return ops.reshape(ops.sum(ops.softplus(flat), 0), [1]);
}

describe('derivatives agree with differences', () => {
  it.each(Object.entries(OPERATIONS))('%s', (_name, operation) => {
    const parameters = new Map([
      ['a', floatTensor([2, 3], Float32Array.of(0.9, 0.3, 1.7, 0.5, 1.2, 0.8))],
      ['b', floatTensor([3], Float32Array.of(0.6, 1.1, 0.4))],
    ]);
    const program = <T>(ops: Ops<T>): T => {
      const init = { kind: 'constant', value: 0 } as const;
      return total(ops, operation(ops, ops.parameter('a', [2, 3], init), ops.parameter('b', [3], init)));
    };
    const { gradients } = engine.differentiate(parameters, program);
    for (const [name, { data }] of parameters) {
      data.forEach((value, i) => {
        const at = (shift: number): number => {
          data[i] = value + shift;
          const { loss } = engine.differentiate(parameters, program);
          data[i] = value;
          return loss;
        };
        const step = 2e-3;
        const difference = (at(step) - at(-step)) / (2 * step);
        const error = Math.abs((gradients.get(name)?.[i] ?? NaN) - difference);
        expect(error).toBeLessThan(5e-3 * (1 + Math.abs(difference)));
      });
    }
  });

  it.each(KINDS)('of a whole head: %s', (kind) => {
    const description = describeHead(kind);
    const parameters = initialise(description, createRandom(3));
    const program = lossOf(description, inputsFor(description, 6));
    const { gradients } = engine.differentiate(parameters, program);
    // Along the gradient itself: 32-bit differences of single weights drown in rounding.
    const square = [...gradients.values()].reduce((sum, one) => sum + one.reduce((s, g) => s + g * g, 0), 0);
    expect(square).toBeGreaterThan(0);
    const along = (step: number): number => {
      const moved = new Map(
        [...parameters].map(([name, { shape, data }]) => {
          const gradient = gradients.get(name) ?? new Float32Array(data.length);
          return [
            name,
            floatTensor(
              shape,
              data.map((value, i) => value + step * gradient[i]),
            ),
          ];
        }),
      );
      return engine.differentiate(moved, program).loss;
    };
    const step = 1e-4 / Math.sqrt(square);
    const slope = (along(step) - along(-step)) / (2 * step);
    expect(Math.abs(slope / square - 1)).toBeLessThan(0.01);
  });
});
