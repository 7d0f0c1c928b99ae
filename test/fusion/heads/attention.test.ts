import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  earlyFusion,
  encoderLayer,
  floatTensor,
  scaledDotProductAttention,
  type FloatTensor,
} from '../../../src/fusion/heads/index.ts';

const size = fc.integer({ min: 1, max: 4 });

function tensorOf(shape: readonly number[], value: (i: number) => number): FloatTensor {
  const count = shape.reduce((product, side) => product * side, 1);
  return floatTensor(
    shape,
    Float32Array.from({ length: count }, (_, i) => value(i)),
  );
}

describe('scaled dot-product attention', () => {
  it('gives zeros, not NaN, to a query that may attend nothing, and leaves the others alone', () => {
    const q = tensorOf([1, 2, 3], (i) => i - 2);
    const kv = tensorOf([1, 4, 3], (i) => Math.sin(i));
    const mask = tensorOf([1, 2, 4], (i) => (i < 4 ? 0 : 1));
    const masked = scaledDotProductAttention(q, kv, kv, mask);
    const open = scaledDotProductAttention(q, kv, kv);
    expect([...masked.context.data.subarray(0, 3)]).toEqual([0, 0, 0]);
    expect([...masked.probabilities.data.subarray(0, 4)]).toEqual([0, 0, 0, 0]);
    expect(masked.context.data.subarray(3)).toEqual(open.context.data.subarray(3));
  });

  it('stands scores of any size', () => {
    const q = tensorOf([1, 1, 2], () => 1e18);
    const kv = tensorOf([1, 3, 2], (i) => (i < 2 ? 1e18 : -1e18));
    const { context, probabilities } = scaledDotProductAttention(q, kv, kv);
    expect([...probabilities.data]).toEqual([1, 0, 0]);
    expect([...context.data].every(Number.isFinite)).toBe(true);
  });

  it('weighs what may be attended by numbers that sum to 1, and nothing else', () => {
    fc.assert(
      fc.property(size, size, size, size, fc.infiniteStream(fc.boolean()), (batch, queries, keys, width, opens) => {
        const mask = tensorOf([batch, queries, keys], () => Number(opens.next().value));
        const q = tensorOf([batch, queries, width], (i) => Math.cos(7 * i));
        const kv = tensorOf([batch, keys, width], (i) => Math.sin(5 * i));
        const { probabilities } = scaledDotProductAttention(q, kv, kv, mask);
        for (let row = 0; row < batch * queries; row += 1) {
          const open = mask.data.subarray(row * keys, (row + 1) * keys);
          const weights = probabilities.data.subarray(row * keys, (row + 1) * keys);
          const sum = weights.reduce((all, weight) => all + weight, 0);
          expect(sum).toBeCloseTo(open.includes(1) ? 1 : 0, 6);
          weights.forEach((weight, j) => expect(weight > 0).toBe(open[j] === 1));
        }
      }),
    );
  });

  it('takes one mask for all queries', () => {
    const q = tensorOf([2, 3, 2], (i) => i / 5);
    const kv = tensorOf([2, 4, 2], (i) => Math.sin(i));
    const row = [1, 0, 1, 1, 0, 0, 1, 0];
    const short = tensorOf([2, 1, 4], (i) => row[i]);
    const long = tensorOf([2, 3, 4], (i) => row[4 * Math.floor(i / 12) + (i % 4)]);
    expect(scaledDotProductAttention(q, kv, kv, short)).toEqual(scaledDotProductAttention(q, kv, kv, long));
  });
});

describe('wrong shapes are told in one line', () => {
  const zeros = (...shape: number[]): FloatTensor => tensorOf(shape, () => 0);
  const layer = { weight: zeros(4, 5), bias: zeros(4) };

  it.each([
    ['rank', () => scaledDotProductAttention(zeros(2, 3), zeros(2, 3, 4), zeros(2, 3, 4)), 'query: expected a tensor'],
    ['keys', () => scaledDotProductAttention(zeros(2, 3, 4), zeros(2, 3, 5), zeros(2, 3, 4)), 'key: expected a tensor'],
    [
      'values',
      () => scaledDotProductAttention(zeros(2, 3, 4), zeros(2, 6, 4), zeros(2, 5, 4)),
      'value: expected a tensor [2, 6, -1], got [2, 5, 4] of 40 numbers (E_MODEL_INPUT)',
    ],
    [
      'mask',
      () => scaledDotProductAttention(zeros(2, 3, 4), zeros(2, 6, 4), zeros(2, 6, 4), zeros(2, 6, 3)),
      'mask: expected a tensor [2, 3, 6]',
    ],
    [
      'count',
      () => scaledDotProductAttention(floatTensor([1, 1, 2], new Float32Array(3)), zeros(1, 1, 2), zeros(1, 1, 2)),
      'query: expected a tensor [-1, -1, -1], got [1, 1, 2] of 3 numbers',
    ],
    ['no embeddings', () => earlyFusion([], { fc1: layer, fc2: layer }), 'embeddings: expected at least one'],
    ['embeddings', () => earlyFusion([zeros(2, 5), zeros(3, 5)], { fc1: layer, fc2: layer }), 'embeddings.1: expected'],
    ['weights', () => earlyFusion([zeros(2, 6)], { fc1: layer, fc2: layer }), 'fc1.weight: expected a tensor [4, 6]'],
    [
      'heads',
      () =>
        encoderLayer(
          zeros(1, 2, 4),
          zeros(1, 2),
          { inProjection: layer, outProjection: layer, linear1: layer, linear2: layer, norm1: layer, norm2: layer },
          3,
        ),
      'heads: expected a divisor of the width 4, got 3',
    ],
  ])('%s', (_name, action, line) => {
    expect(action).toThrow(expect.objectContaining({ code: 'E_MODEL_INPUT' }) as Error);
    expect(action).toThrow(line);
  });
});
