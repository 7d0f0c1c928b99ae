import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ablateHead } from '../../../src/learn/ablation/ablate.ts';
import { ablationInMarkdown } from '../../../src/learn/ablation/markdown.ts';
import { ablationPicture } from '../../../src/learn/ablation/picture.ts';
import { samplesOf } from '../../../src/learn/evaluate/samples.ts';
import { exportHead } from '../../../src/learn/onnx/export.ts';
import { startEngine } from '../../../src/learn/tensorflow/engine.ts';
import { describeHead } from '../../../src/learn/train/describe.ts';
import { fitHead } from '../../../src/learn/train/fit.ts';
import { TRAINING } from '../../../src/learn/train/options.ts';
import { vectors, writeDataset } from '../support/datasets.ts';

let folder: string;
let model: string;
let other: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sensorium-ablate-'));
  [model, other] = [join(folder, 'head.onnx'), join(folder, 'other')];
  const dataset = vectors(120);
  const description = describeHead(dataset, { kind: 'late', hidden: 16, layers: 1 });
  const options = { ...TRAINING, epochs: 12, batchSize: 32, rate: 1e-2, partsUsed: 1 };
  const rows = [...dataset.labels.keys()];
  const { head } = await fitHead(await startEngine(), description, samplesOf(dataset, 'single'), rows, options, 1);
  writeFileSync(model, exportHead(head, { dataset: 'vectors', samples: 120 }));
  writeDataset(other, vectors(90, 9));
});
afterAll(() => rmSync(folder, { recursive: true }));

const request = { fold: undefined, sigmas: [0.01, 20], seed: 1 };

describe('ablation', () => {
  it('tells what a modality is worth', async () => {
    const told: number[] = [];
    const { report } = await ablateHead({ dataset: other, model, ...request }, (done, all) => {
      told.push(done / all);
    });
    expect(told).toHaveLength(8);
    expect(told.at(-1)).toBe(1);
    expect(report).toMatchObject({ decisions: 90, isSeen: false, modalities: ['left', 'right'] });
    const { none, left, right, 'left+right': both } = report.perSubset;
    // Three classes, each as often as the others: without any modality one of them is always said.
    expect(none.accuracy).toBeCloseTo(100 / 3, 2);
    expect(Math.max(left.accuracy, right.accuracy)).toBeLessThanOrEqual(both.accuracy + 2);
    expect(Math.min(left.accuracy, right.accuracy)).toBeGreaterThan(70);
    // As many of each class: then the two are the same.
    expect(both.balanced).toBeCloseTo(both.accuracy, 1);
    expect(Object.keys(both.perClass)).toEqual(report.classes);
    expect(both.low).toBeLessThanOrEqual(both.accuracy);
    const [small, large] = report.noise['right'];
    expect(Math.abs(small.accuracy - both.accuracy)).toBeLessThan(3);
    // What is twenty deviations off what was learned is drawn in and says little: the other one is as good as alone.
    expect(large.accuracy).toBeGreaterThan(left.accuracy - 5);
    expect(report.contribution['left']).toBeGreaterThan(10);
  });

  it('is the same with the same seed', async () => {
    const ablate = (seed: number) => ablateHead({ dataset: other, model, ...request, seed });
    const [first, again, another] = [await ablate(1), await ablate(1), await ablate(2)];
    expect(again).toEqual(first);
    expect(another.report.noise).not.toEqual(first.report.noise);
    expect(another.report.perSubset).toEqual(first.report.perSubset);
  });

  it('knows a data set that the head was learned from', async () => {
    const own = join(folder, 'own');
    writeDataset(own, vectors(120));
    const { report } = await ablateHead({ dataset: own, model, ...request });
    expect(report.isSeen).toBe(true);
    expect(ablationInMarkdown(report, 'x.svg')).toContain('the head may have learned from them');
  });

  it('refuses a head for other classes or modalities', async () => {
    const set = vectors(30);
    const wrong: [string, typeof set, string][] = [
      ['classes', { ...set, classes: ['x', 'y', 'z'] }, 'it decides between a, b, c; vectors has x, y, z'],
      ['fewer', { ...set, modalities: [set.modalities[0]] }, 'it takes right, which vectors has not'],
      [
        'wider',
        { ...set, modalities: [set.modalities[0], { ...set.modalities[0], name: 'right' }] },
        'it takes 6 numbers of right, vectors has 4',
      ],
    ];
    for (const [name, dataset, what] of wrong) {
      const strange = join(folder, name);
      writeDataset(strange, dataset);
      await expect(ablateHead({ dataset: strange, model, ...request })).rejects.toMatchObject({
        code: 'E_MODEL_SHAPE',
        path: model,
        what,
      });
    }
  });

  it('draws a line for each modality and a bar for each set, whatever they are called', async () => {
    const { report } = await ablateHead({ dataset: other, model, ...request });
    const named = { ...report, noise: { '<a&b>': report.noise['left'], right: report.noise['right'] } };
    const picture = ablationPicture(named);
    expect(picture.match(/<polyline/g)).toHaveLength(2);
    expect(picture.match(/fill-opacity/g)).toHaveLength(4);
    expect(picture).toContain('&lt;a&amp;b>');
    for (const label of ['none', 'left', 'right', 'all']) expect(picture).toContain(`>${label}</text>`);
    expect(picture).not.toContain('NaN');
  });
});
