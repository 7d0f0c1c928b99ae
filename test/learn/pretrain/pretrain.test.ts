import { describe, expect, it } from 'vitest';
import { samplesOf } from '../../../src/learn/evaluate/samples.ts';
import { ARCHITECTURES } from '../../../src/learn/head/description.ts';
import { isKept } from '../../../src/learn/pretrain/embed.ts';
import { drawLabelled } from '../../../src/learn/pretrain/labelled.ts';
import { describeEncoders } from '../../../src/learn/pretrain/pretrain-dataset.ts';
import { PRETRAINING, pretrain, type Pretrained } from '../../../src/learn/pretrain/pretrain.ts';
import { embeddingsOf, recallsOf } from '../../../src/learn/pretrain/recall.ts';
import { startWith } from '../../../src/learn/pretrain/start-with.ts';
import type { Dataset } from '../../../src/learn/dataset/dataset.ts';
import { startEngine } from '../../../src/learn/tensorflow/engine.ts';
import { describeHead } from '../../../src/learn/train/describe.ts';
import { TRAINING } from '../../../src/learn/train/options.ts';
import { trainHead } from '../../../src/learn/train/train.ts';
import { createRandom } from '../../../src/random/index.ts';
import { moments, sequences, vectors } from '../support/datasets.ts';

async function learn(dataset: Dataset, epochs: number): Promise<Pretrained> {
  const samples = samplesOf(dataset, 'single');
  const rows = [...dataset.labels.keys()];
  const options = { ...PRETRAINING, epochs, rate: 1e-2, batchSize: 64 };
  return pretrain(await startEngine(), describeEncoders(samples, 32, 8), samples, rows, options, 1);
}

describe('pretrain', () => {
  it('learns to find the same moment, also of what it has not seen', async () => {
    const encoders = await learn(moments(256), 12);
    const found = recallsOf(embeddingsOf(await startEngine(), encoders, moments(100, 2)), ['left', 'right']);
    expect(found).toMatchObject({ gallery: 100, chance1: 1, chance5: 5 });
    expect(found.at1).toBeGreaterThan(50);
    expect(found.at5).toBeGreaterThan(85);
  });

  it('looks at no label, and all chance comes from the seed', async () => {
    const dataset = vectors(48);
    const [one, other] = [await learn(dataset, 2), await learn({ ...dataset, labels: new Int32Array(48) }, 2)];
    expect(other.parameters).toEqual(one.parameters);
    expect(other.scalings).toEqual(one.scalings);
  });

  it('cannot tell the moments of a single recording apart, unless an order says how far they are from one another', async () => {
    const dataset = { ...moments(64), groups: new Int32Array(64) };
    const [before, after] = [await learn(dataset, 0), await learn(dataset, 1)];
    const only = (encoders: Pretrained): number => encoders.parameters.get('sharpness')?.data[0] ?? NaN;
    expect(only(after)).toBe(only(before));
    const ordered = await learn({ ...dataset, isConversation: true }, 1);
    expect(only(ordered)).not.toBe(only(before));
  });

  it('learns from windows that are cut out of samples', async () => {
    const encoders = await learn(sequences([0, 1, 0, 1, 0, 1]), 1);
    expect([...encoders.parameters.keys()].filter(isKept)).toContain('fast.fc1.weight');
    for (const { data } of encoders.parameters.values()) expect(data.every(Number.isFinite)).toBe(true);
  });

  it('wants two modalities', () => {
    const dataset = moments(8);
    const single = samplesOf({ ...dataset, modalities: dataset.modalities.slice(0, 1) }, 'single');
    expect(() => describeEncoders(single, 32, 8)).toThrow('expected at least two modalities, got left alone');
  });
});

describe('a head that begins with encoders', () => {
  const options = { ...TRAINING, epochs: 1 };

  it('has them, and leaves them alone where they are frozen', async () => {
    const engine = await startEngine();
    const dataset = vectors(96);
    const encoders = await learn(dataset, 1);
    const head = describeHead(dataset, { kind: 'late', hidden: 32, layers: 1 });
    const kept = [...encoders.parameters.keys()].filter(isKept);
    expect(kept).toEqual(['left.fc1.weight', 'left.fc1.bias', 'right.fc1.weight', 'right.fc1.bias']);
    const trained = async (isFrozen: boolean): Promise<number[]> => {
      const start = startWith(encoders, head, isFrozen, 'encoders');
      const { trained: found } = await trainHead(engine, head, dataset, { ...options, start }, 1, { epochs: 1 });
      expect(found.scalings).toEqual(encoders.scalings);
      return kept.map((name) => {
        const [now, before] = [found.parameters.get(name)?.data ?? [], encoders.parameters.get(name)?.data ?? []];
        return Math.max(...Array.from(now, (value, i) => Math.abs(value - before[i])));
      });
    };
    for (const moved of await trained(true)) expect(moved).toBeLessThan(1e-6);
    for (const moved of await trained(false)) {
      expect(moved).toBeGreaterThan(1e-6);
      expect(moved).toBeLessThan(0.05);
    }
  });

  it.each(['late', 'late-attention', 'late-bayes', 'evidential'] as const)('may be %s', async (kind) => {
    const dataset = vectors(24);
    const encoders = await learn(dataset, 0);
    const head = describeHead(dataset, { ...ARCHITECTURES[kind], hidden: 32 });
    expect(startWith(encoders, head, false, 'encoders').parameters.size).toBe(4);
  });

  it('is refused where they are for something else', async () => {
    const encoders = await learn(vectors(24), 0);
    const other = describeHead(sequences([0, 1]), ARCHITECTURES.late);
    expect(() => startWith(encoders, other, false, 'encoders')).toThrow(
      'they take left 1 x 4, right 1 x 6; the head takes fast 100 x 1, slow 50 x 1',
    );
    const early = describeHead(vectors(24), ARCHITECTURES.early);
    expect(() => startWith(encoders, early, false, 'encoders')).toThrow(
      'early has nothing that these encoders could be: expected a late or evidential head of 32 hidden',
    );
  });
});

describe('drawLabelled', () => {
  it('draws the share of every class, and one of each at least', () => {
    const dataset = vectors(300);
    const rows = [...dataset.labels.keys()].filter((row) => row < 270);
    const drawn = drawLabelled(dataset, rows, 0.1, createRandom(1));
    expect(drawn).toHaveLength(27);
    expect(drawn.every((row) => row < 270)).toBe(true);
    const few = drawLabelled(dataset, rows, 0.001, createRandom(1));
    expect(few.map((row) => dataset.labels[row]).sort()).toEqual([0, 1, 2]);
  });
});
