import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Model, Tensors } from '../../../src/contract/index.ts';
import { loadModel } from '../../../src/inference/index.ts';
import type { Batch } from '../../../src/learn/dataset/batch.ts';
import { decide, type Head } from '../../../src/learn/head/network.ts';
import { exportHead, maskName, portsOf } from '../../../src/learn/onnx/export.ts';
import { startEngine } from '../../../src/learn/tensorflow/engine.ts';
import { placed } from '../../../src/learn/train/place.ts';
import { store, tinyManifest } from '../../support/models.ts';
import { CONVERSATIONAL, describeConversations, newHead } from '../support/conversations.ts';
import { inputsFor } from '../support/heads.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'sensorium-conversation-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function load(head: Head): Promise<Model> {
  const content = exportHead(head);
  store(folder, 'tiny', 'tiny.onnx', content);
  return loadModel(tinyManifest(content, portsOf(head.description)), folder);
}

function named({ values, masks }: Batch): Tensors {
  return { ...values, ...Object.fromEntries(Object.entries(masks).map(([name, mask]) => [maskName(name), mask])) };
}

/** Logits of one utterance: [6 utterances, 3 classes] of a single conversation. */
function at(tensors: Tensors, utterance: number): number[] {
  return [...(tensors['logits'].data as Float32Array)].slice(3 * utterance, 3 * utterance + 3);
}

const VARIANTS = [...CONVERSATIONAL.map((kind) => [kind, false] as const), ['context-transformer', true] as const];

describe('heads of conversations as ONNX files', () => {
  it.each(VARIANTS)(
    '%s, causal %s: all outputs equal TensorFlow.js within 1e-5, whatever is missing',
    async (kind, causal) => {
      const engine = await startEngine();
      const head = newHead(describeConversations(kind, causal));
      const model = await load(head);
      const batch = inputsFor(head.description, 5);
      const computed = engine.compute(head.parameters, (ops) => ({ ...decide(ops, head, placed(ops, batch)) }));
      const run = await model.run(named(batch));
      expect(run['probabilities'].shape).toEqual([5, 6, 3]);
      expect(run['contributions'].shape).toEqual([5, 6, 2]);
      for (const [name, { shape, data }] of Object.entries(computed)) {
        expect(run[name].shape).toEqual(shape);
        data.forEach((value, i) =>
          expect(Math.abs(Number(run[name].data[i]) - value), `${name}[${i}]`).toBeLessThan(1e-5),
        );
      }
      await model.close();
    },
  );

  it.each(VARIANTS)(
    '%s, causal %s: padding changes nothing, and what comes later only where it may',
    async (kind, causal) => {
      const head = newHead(describeConversations(kind, causal));
      const model = await load(head);
      const batch = inputsFor(head.description, 1);
      for (const { name } of head.description.modalities) batch.masks[name].data.set([1, 1, 1, 1, 0, 0]);
      const before = await model.run(named(batch));
      // Utterances 4 and 5 are padding.
      batch.values['voice'].data.fill(50, 4 * 5);
      expect(await model.run(named(batch))).toEqual(before);
      batch.values['voice'].data.fill(3, 3 * 5, 4 * 5);
      const after = await model.run(named(batch));
      expect(at(after, 3)).not.toEqual(at(before, 3));
      if (causal) expect(at(after, 2)).toEqual(at(before, 2));
      else expect(at(after, 2)).not.toEqual(at(before, 2));
      await model.close();
    },
  );
});
