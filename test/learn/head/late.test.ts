import { describe, expect, it } from 'vitest';
import type { LateKind } from '../../../src/learn/head/late.ts';
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
});
