import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { npyOf } from '../numpy/support/npy.ts';
import { sensorium } from '../support/program.ts';
import { vectors, writeDataset } from '../learn/support/datasets.ts';

let folder: string;
let data: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sensorium-learn-'));
  data = join(folder, 'vectors');
  writeDataset(data, vectors(120));
  const folds = Array.from({ length: 120 }, (_, i) => Math.floor(i / 12) % 2);
  writeFileSync(join(data, 'fold.npy'), npyOf(folds, { type: '|u1', shape: [120] }));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('sensorium eval fusion', () => {
  it('tells figures that every decision bears out', async () => {
    const csv = join(folder, 'decisions.csv');
    const args = ['--train', data, '--head', 'late', '--protocol', 'folds:fold', '--seeds', '2', '--epochs', '8'];
    const { exitCode, stdout } = await sensorium(['eval', 'fusion', ...args, '--predictions', csv, '--json']);
    expect(exitCode).toBe(0);
    const report = JSON.parse(stdout) as Record<string, unknown> & { perSeed: number[]; mean: number };
    expect(Object.keys(report)).toEqual([
      ...['perSeed', 'mean', 'low', 'high', 'ece', 'nll', 'auroc', 'recallPerClass', 'perGroup', 'perSubset'],
      ...['contribution', 'params', 'msPerDecision'],
    ]);
    expect(Object.keys(report['perSubset'] as object)).toEqual(['none', 'left', 'right', 'left+right']);
    const { left, right } = report['contribution'] as Record<string, number>;
    // Both together take the probability from a third to nearly 1.
    expect(left + right).toBeGreaterThan(40);
    expect(left + right).toBeLessThan(100);
    const [head, ...lines] = readFileSync(csv, 'utf8').trimEnd().split('\n');
    expect(head).toBe('seed,fold,index,group,label,p0,p1,p2');
    const rows = lines.map((line) => line.split(',').map(Number));
    expect(rows).toHaveLength(240);
    const accuracies = [1, 2].map((seed) => {
      const own = rows.filter(([of]) => of === seed);
      const right = own.filter(([, , , , label, ...p]) => p.indexOf(Math.max(...p)) === label);
      return (100 * right.length) / own.length;
    });
    accuracies.forEach((accuracy, i) => expect(report.perSeed[i]).toBeCloseTo(accuracy, 2));
    expect(report.mean).toBeCloseTo((accuracies[0] + accuracies[1]) / 2, 2);
  });

  it('judges another data set of the same kind, and no other', async () => {
    const [other, strange] = [join(folder, 'other'), join(folder, 'strange')];
    writeDataset(other, vectors(30, 9));
    writeDataset(strange, { ...vectors(30, 9), classes: ['x', 'y', 'z'] });
    const args = ['eval', 'fusion', '--train', data, '--head', 'late', '--protocol', 'test', '--epochs', '8', '--json'];
    const { exitCode, stdout } = await sensorium([...args, '--test', other]);
    expect(exitCode).toBe(0);
    expect((JSON.parse(stdout) as { mean: number }).mean).toBeGreaterThan(90);
    const refused = await sensorium([...args, '--test', strange]);
    expect(refused.exitCode).toBe(65);
    expect(refused.stderr).toContain('expected the classes and modalities of the training set');
  });

  it.each([
    [['--protocol', 'fold'], '--protocol: expected random80, folds:<file>, groups:<K> or test, got "fold" (E_USAGE)'],
    [['--stress', 'missing:up'], '--stress: expected a modality of left, right, got "missing:up" (E_USAGE)'],
    [['--protocol', 'test'], 'expected --protocol test together with --test <dataset> (E_USAGE)'],
  ])('refuses %j in one line', async (args, line) => {
    const { exitCode, stderr } = await sensorium(['eval', 'fusion', '--train', data, ...args]);
    expect(stderr.trimEnd()).toBe(line);
    expect(exitCode).toBe(64);
  });
});

describe('sensorium train', () => {
  it('writes a network and what it is worth', async () => {
    const out = join(folder, 'out');
    const args = ['train', data, '--head', 'early', '--folds', 'fold', '--seed', '3', '--epochs', '4', '--out', out];
    const { exitCode, stdout } = await sensorium([...args, '--json']);
    expect(exitCode).toBe(0);
    const report = JSON.parse(stdout) as { folds: { evaluation: { mean: number } }; selection: { epochs: number } };
    expect(report).toEqual(JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')));
    expect(report.selection.epochs).toBeLessThanOrEqual(4);
    expect(readFileSync(join(out, 'report.md'), 'utf8')).toContain(`${report.folds.evaluation.mean.toFixed(2)} %`);
    expect(readFileSync(join(out, 'head.onnx')).length).toBeGreaterThan(10_000);
  });
});
