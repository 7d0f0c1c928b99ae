import { beforeAll, describe, expect, it } from 'vitest';
import { floatTensor } from '../../../src/fusion/heads/index.ts';
import { take } from '../../../src/learn/dataset/dataset.ts';
import { samplesOf } from '../../../src/learn/evaluate/samples.ts';
import { ARCHITECTURES } from '../../../src/learn/head/description.ts';
import { accuracyOf } from '../../../src/learn/measure/metrics.ts';
import { probabilitiesOf } from '../../../src/learn/measure/temperature.ts';
import { startEngine, type Engine } from '../../../src/learn/tensorflow/engine.ts';
import { AdamW } from '../../../src/learn/train/adamw.ts';
import { ParameterMean } from '../../../src/learn/train/average.ts';
import { describeHead } from '../../../src/learn/train/describe.ts';
import { fitHead, type FitReport } from '../../../src/learn/train/fit.ts';
import { digamma, logGamma } from '../../../src/learn/train/gamma.ts';
import { TRAINING } from '../../../src/learn/train/options.ts';
import { predict } from '../../../src/learn/train/predict.ts';
import { drawPresence } from '../../../src/learn/train/spoil.ts';
import { createRandom } from '../../../src/random/index.ts';
import { vectors } from '../support/datasets.ts';
import { KINDS } from '../support/heads.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});

const SHORT = { ...TRAINING, epochs: 20, batchSize: 32, rate: 1e-2, partsUsed: 1 };

describe('training', () => {
  it.each(KINDS)('teaches a head what it has not seen, also with a modality gone: %s', async (kind) => {
    const dataset = vectors(240);
    const samples = samplesOf(dataset, 'single');
    const rows = [...dataset.labels.keys()];
    const architecture = { ...ARCHITECTURES[kind], hidden: 32 };
    const description = describeHead(dataset, architecture);
    const told: FitReport[] = [];
    const { head, selection } = await fitHead(engine, description, samples, rows, SHORT, 7, (report) => {
      told.push(report);
    });
    expect(selection.epochs).toBeGreaterThan(0);
    expect(selection.heldOut).toBe(48);
    expect(told.at(-1)).toMatchObject({ run: 2, runs: 2, epoch: selection.epochs, epochs: selection.epochs });
    const test = vectors(120, 99);
    const accuracy = (isPresent?: (sample: number, modality: number) => boolean): number =>
      accuracyOf({
        labels: test.labels,
        classes: 3,
        probabilities: probabilitiesOf(predict(engine, head, test, isPresent), 3, head.temperature),
      });
    expect(accuracy()).toBeGreaterThan(0.95);
    expect(accuracy((_, modality) => modality === 0)).toBeGreaterThan(0.7);
    expect(accuracy((_, modality) => modality === 1)).toBeGreaterThan(0.7);
  });

  it('gives the same head with the same seed, and another with another', async () => {
    const dataset = vectors(60);
    const samples = samplesOf(dataset, 'single');
    const rows = [...dataset.labels.keys()];
    const description = describeHead(dataset, { kind: 'late', hidden: 8, layers: 1 });
    const fit = (seed: number) => fitHead(engine, description, samples, rows, { ...SHORT, epochs: 3 }, seed);
    const [first, again, other] = [await fit(1), await fit(1), await fit(2)];
    expect(again).toEqual(first);
    expect(other.head.parameters).not.toEqual(first.head.parameters);
  });

  it('fits scaling, stopping and temperature to training samples alone', async () => {
    const dataset = vectors(60);
    const rows = Array.from({ length: 48 }, (_, i) => i);
    const description = describeHead(dataset, { kind: 'early', hidden: 8 });
    const fit = (data: typeof dataset) =>
      fitHead(engine, description, samplesOf(data, 'single'), rows, { ...SHORT, epochs: 3 }, 1);
    const first = await fit(dataset);
    const changed = {
      ...dataset,
      labels: dataset.labels.map((label, row) => (row < 48 ? label : 2 - label)),
      modalities: dataset.modalities.map((one) => ({
        ...one,
        values: one.values.map((value, at) => (at < 48 * one.dims ? value : 1000)),
      })),
    };
    expect(await fit(changed)).toEqual(first);
    expect(await fit(take(dataset, rows))).toEqual(first);
  });
});

describe('what training is made of', () => {
  it('AdamW goes down, and shrinks matrices without a gradient', () => {
    const x = floatTensor([1], Float32Array.of(3));
    const w = floatTensor([1, 1], Float32Array.of(3));
    const optimizer = new AdamW(0.5);
    for (let step = 0; step < 400; step += 1) {
      const gradients = new Map([
        ['x', Float32Array.of(2 * (x.data[0] - 1))],
        ['w', Float32Array.of(0)],
      ]);
      optimizer.step(
        new Map([
          ['x', x],
          ['w', w],
        ]),
        gradients,
        0.02,
      );
    }
    expect(x.data[0]).toBeCloseTo(1, 2);
    expect(w.data[0]).toBeCloseTo(3 * (1 - 0.02 * 0.5) ** 400, 4);
  });

  it('the mean of parameters follows them, and is steadier', () => {
    const random = createRandom(1);
    const x = floatTensor([1], Float32Array.of(50));
    const mean = new ParameterMean(new Map([['x', x]]));
    const tail: number[] = [];
    for (let step = 0; step < 600; step += 1) {
      x.data[0] = 2 + 2 * random();
      mean.add(new Map([['x', x]]));
      if (step >= 400) tail.push(mean.parameters.get('x')?.data[0] ?? NaN);
    }
    expect(Math.min(...tail)).toBeGreaterThan(2.7);
    expect(Math.max(...tail)).toBeLessThan(3.3);
    expect(x.data).not.toBe(mean.parameters.get('x')?.data);
  });

  it('always leaves one modality', () => {
    const isPresent = drawPresence(200, 3, 0.9, createRandom(1));
    const counts = Array.from({ length: 200 }, (_, i) => [0, 1, 2].filter((m) => isPresent(i, m)).length);
    expect(Math.min(...counts)).toBe(1);
    expect(Math.max(...counts)).toBeGreaterThan(1);
  });

  it('digamma and the logarithm of gamma are those of tables', () => {
    const x = [1, 1.5, 2, 5, 100];
    const found = engine.compute(new Map(), (ops) => ({
      psi: digamma(ops, ops.constant([1, 5], x), 5),
      gamma: logGamma(ops, ops.constant([1, 5], x), 5),
    }));
    const psi = [-0.5772157, 0.03648998, 0.42278434, 1.50611767, 4.60016185];
    const gamma = [0, -0.12078224, 0, Math.log(24), 359.13420537];
    psi.forEach((value, i) => expect(found['psi'].data[i]).toBeCloseTo(value, 5));
    gamma.forEach((value, i) => expect(Math.abs(found['gamma'].data[i] - value)).toBeLessThan(1e-5 * (1 + value)));
  });
});
