import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../src/learn/dataset/dataset.ts';
import { maskAnomalies } from '../../../src/learn/evaluate/mask-anomalies.ts';
import { samplesOf } from '../../../src/learn/evaluate/samples.ts';
import { startEngine } from '../../../src/learn/tensorflow/engine.ts';
import { describeHead } from '../../../src/learn/train/describe.ts';
import { fitHead } from '../../../src/learn/train/fit.ts';
import { TRAINING } from '../../../src/learn/train/options.ts';
import { vectors } from '../support/datasets.ts';

/** A third modality that says as much as the first. */
function three(count: number, seed: number): Dataset {
  const dataset = vectors(count, seed);
  const [third] = vectors(count, seed + 1).modalities;
  return { ...dataset, modalities: [...dataset.modalities, { ...third, name: 'third' }] };
}

/** Sample i's first modality is that of sample i + 1, of the next class, in every other sample. */
function lying(dataset: Dataset): Dataset {
  const [first, ...rest] = dataset.modalities;
  const { dims } = first;
  const values = first.values.slice();
  for (let i = 0; i + 1 < dataset.labels.length; i += 2) {
    values.set(first.values.subarray((i + 1) * dims, (i + 2) * dims), i * dims);
  }
  return { ...dataset, modalities: [{ ...first, values }, ...rest] };
}

describe('masking what contradicts the others', () => {
  it('takes away the modality that lies, and no other; of two none', async () => {
    const engine = await startEngine();
    const dataset = three(240, 1);
    const training = { ...TRAINING, epochs: 20, batchSize: 32, rate: 1e-2, partsUsed: 1 };
    const description = describeHead(dataset, { kind: 'late-bayes', hidden: 32, layers: 1 });
    const rows = [...dataset.labels.keys()];
    const { head } = await fitHead(engine, description, samplesOf(dataset, 'single'), rows, training, 7);
    const test = lying(three(120, 50));
    const masked = maskAnomalies(engine, head, test, () => true, 0.5);
    const samples = [...test.labels.keys()].slice(0, -1);
    const share = (modality: number, isOdd: number): number => {
      const some = samples.filter((i) => i % 2 === isOdd);
      return some.filter((i) => !masked(i, modality)).length / some.length;
    };
    expect(share(0, 0)).toBeGreaterThan(0.8);
    expect(share(0, 1)).toBeLessThan(0.1);
    for (const other of [1, 2]) expect(share(other, 0)).toBeLessThan(0.1);
    const ofTwo = maskAnomalies(engine, head, test, (_, modality) => modality < 2, 0.5);
    for (const i of samples) expect([ofTwo(i, 0), ofTwo(i, 1), ofTwo(i, 2)]).toEqual([true, true, false]);
  });
});
