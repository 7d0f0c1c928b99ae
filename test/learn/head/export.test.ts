import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Model } from '../../../src/contract/index.ts';
import type { Batch } from '../../../src/learn/dataset/batch.ts';
import { initialise } from '../../../src/learn/head/initialise.ts';
import { decide, type Head } from '../../../src/learn/head/network.ts';
import { exportHead, maskName, portsOf } from '../../../src/learn/onnx/export.ts';
import { startEngine } from '../../../src/learn/tensorflow/engine.ts';
import { placed } from '../../../src/learn/train/place.ts';
import { loadModel } from '../../../src/inference/index.ts';
import { createRandom } from '../../../src/random/index.ts';
import { store, tinyManifest } from '../../support/models.ts';
import { KINDS, describeHead, headOf, inputsFor } from '../support/heads.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'sensorium-head-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function load(head: Head): Promise<Model> {
  const content = exportHead(head);
  store(folder, 'tiny', 'tiny.onnx', content);
  return loadModel(tinyManifest(content, portsOf(head.description)), folder);
}

function named({ values, masks }: Batch): Record<string, Batch['values'][string]> {
  return { ...values, ...Object.fromEntries(Object.entries(masks).map(([name, mask]) => [maskName(name), mask])) };
}

describe('heads as ONNX files', () => {
  it.each(KINDS)('%s: all outputs equal TensorFlow.js within 1e-5, whatever is missing', async (kind) => {
    const engine = await startEngine();
    const description = describeHead(kind);
    const head = headOf(description, initialise(description, createRandom(5)));
    const model = await load(head);
    const batch = inputsFor(description, 9);
    const computed = engine.compute(head.parameters, (ops) => ({ ...decide(ops, head, placed(ops, batch)) }));
    const run = await model.run(named(batch));
    for (const [name, { shape, data }] of Object.entries(computed)) {
      expect(run[name].shape).toEqual(shape);
      data.forEach((value, i) => expect(Math.abs(run[name].data[i] - value), `${name}[${i}]`).toBeLessThan(1e-5));
    }
    await model.close();
  });

  it.each(KINDS)(
    '%s: what is absent changes nothing, contributes nothing, and its numbers do not count',
    async (kind) => {
      const description = describeHead(kind);
      const head = headOf(description, initialise(description, createRandom(5)));
      const model = await load(head);
      const batch = inputsFor(description, 9);
      const before = await model.run(named(batch));
      const [lost] = description.modalities;
      const { steps, dims } = lost;
      // Sample 1 is without the first modality: other numbers there are not looked at.
      batch.values[lost.name].data.fill(77, steps * dims, 2 * steps * dims);
      const after = await model.run(named(batch));
      expect(after).toEqual(before);
      const contributions = after['contributions'].data;
      expect(contributions[description.modalities.length]).toBeCloseTo(0, 6);
      expect([...contributions].every((value) => value > -1e-6)).toBe(true);
      const anomalies = after['anomalies'].data;
      expect(anomalies[description.modalities.length]).toBe(0);
      expect([...anomalies].every((value) => value >= 0 && value <= 1)).toBe(true);
      await model.close();
    },
  );

  it.each(KINDS)('%s: probabilities sum to 1 and uncertainty lies in 0..1, also without any modality', async (kind) => {
    const description = describeHead(kind);
    const head = headOf(description, initialise(description, createRandom(5)));
    const model = await load(head);
    const { probabilities, uncertainty } = await model.run(named(inputsFor(description, 9)));
    for (let sample = 0; sample < 9; sample += 1) {
      const row = [...probabilities.data].slice(3 * sample, 3 * sample + 3);
      expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
      expect(uncertainty.data[sample]).toBeGreaterThanOrEqual(0);
      expect(uncertainty.data[sample]).toBeLessThan(1 + 1e-5);
    }
    await model.close();
  });
});
