import { describe, expect, it } from 'vitest';
import { joined, type LateKind } from '../../../src/learn/head/late.ts';
import { logSoftmax } from '../../../src/learn/head/layers.ts';
import { initialise } from '../../../src/learn/head/initialise.ts';
import { forward } from '../../../src/learn/head/network.ts';
import type { Ops } from '../../../src/learn/head/ops.ts';
import { startEngine } from '../../../src/learn/tensorflow/engine.ts';
import { describeHead as describeFor } from '../../../src/learn/train/describe.ts';
import { fitScaling } from '../../../src/learn/dataset/scaling.ts';
import { batchOf } from '../../../src/learn/dataset/batch.ts';
import { placed } from '../../../src/learn/train/place.ts';
import { createRandom } from '../../../src/random/index.ts';
import { vectors } from '../support/datasets.ts';

const dataset = vectors(24);
const batch = batchOf(
  dataset,
  [...dataset.labels.keys()],
  [
    { name: 'left', steps: 1 },
    { name: 'right', steps: 1 },
  ],
);

describe('heads that decide by what each modality says alone', () => {
  it.each<LateKind>(['late', 'late-attention', 'late-bayes'])('%s, apart: each learns by itself', async (kind) => {
    const engine = await startEngine();
    const description = describeFor(dataset, { kind, hidden: 8, layers: 2, apart: true });
    const parameters = initialise(description, createRandom(5));
    expect([...parameters.keys()]).toContain('left.hidden1.weight');
    const scalings = fitScaling(dataset);
    const moved = (of: <T>(ops: Ops<T>) => T): string[] => {
      const { gradients } = engine.differentiate(parameters, (ops) => {
        const all = of(ops);
        return ops.reshape(ops.sum(ops.sum(ops.mul(all, all), 1), 0), [1]);
      });
      return [...gradients].filter(([, gradient]) => gradient.some((value) => value !== 0)).map(([name]) => name);
    };
    const together = moved((ops) => forward(ops, description, scalings, placed(ops, batch)).logits);
    // How sharp they are together is fitted afterwards.
    expect(together.every((name) => /\.(trust\.(weight|bias)|sharpness)$/.test(name))).toBe(true);
    expect(together.some((name) => name.includes('.trust.'))).toBe(kind !== 'late');
    const alone = moved((ops) => forward(ops, description, scalings, placed(ops, batch)).single[0]);
    expect(alone).toContain('left.fc1.weight');
    expect(alone.every((name) => name.startsWith('left.'))).toBe(true);
  });

  it('are as sharp as they are many: one alone and what is in two minds stay as they are', async () => {
    const engine = await startEngine();
    const logs = [0.9, 0.05, 0.05, 0.05, 0.9, 0.05].map(Math.log);
    const toldBy = (present: readonly number[], sharpness: number): number[] =>
      Array.from(
        engine.compute(new Map(), (ops) => {
          const one = (value: number): ReturnType<typeof ops.constant> => ops.constant([1, 1], [value]);
          const voices = [logs.slice(0, 3), logs.slice(3), logs.slice(3)].map((said, m) => ({
            said: ops.constant([1, 3], said),
            beyond: one(0),
            trust: one(0),
            present: one(present[m]),
          }));
          const sharp = (): ReturnType<typeof ops.constant> => ops.constant([1], [sharpness]);
          return { probabilities: ops.exp(logSoftmax(ops, joined(ops, 'late', voices, 3, sharp))) };
        }).probabilities.data,
      );
    const close = (found: readonly number[], expected: readonly number[]): void =>
      found.forEach((value, c) => expect(value).toBeCloseTo(expected[c], 4));
    for (const sharpness of [-0.5, 0, 0.8, 1.5]) {
      close(toldBy([0, 1, 0], sharpness), [0.05, 0.9, 0.05]);
      close(toldBy([0, 0, 0], sharpness), [1 / 3, 1 / 3, 1 / 3]);
      const [one, other] = toldBy([1, 1, 0], sharpness);
      expect(one).toBeCloseTo(other, 5);
      // Two that agree: the odds of 18 to the power of 2^sharpness.
      const odds = 18 ** (2 ** sharpness);
      close(toldBy([0, 1, 1], sharpness), [1 / (odds + 2), odds / (odds + 2), 1 / (odds + 2)]);
    }
  });
});
