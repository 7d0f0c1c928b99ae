import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ARCHITECTURES, type AblationReport } from '../../src/learn/index.ts';
import type { TrainingReport } from '../../src/learn/report.ts';
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
      ...['perSeed', 'mean', 'low', 'high', 'ece', 'nll', 'auroc', 'recallPerClass', 'perGroup', 'perStress'],
      ...['perSubset', 'contribution', 'params', 'msPerDecision'],
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

  it('tells under several stresses what it tells under each', async () => {
    const args = ['eval', 'fusion', '--train', data, '--head', 'late', '--protocol', 'folds:fold', '--epochs', '2'];
    const asked = async (stress: string): Promise<Record<string, unknown>> => {
      const { stdout } = await sensorium([...args, '--stress', stress, '--json']);
      return JSON.parse(stdout) as Record<string, unknown>;
    };
    const noise = 'noise:left:0.5';
    const [both, alone] = [await asked(`missing:0.5,${noise}`), await asked(noise)];
    const further = both['perStress'] as Record<string, Record<string, unknown>>;
    expect(Object.keys(further)).toEqual([noise]);
    for (const [name, value] of Object.entries(further[noise])) expect(value).toEqual(alone[name]);
    expect(both['mean']).not.toEqual(alone['mean']);
    expect(alone['perStress']).toEqual({});
  });

  it('tells of all heads beside one another', async () => {
    const args = ['eval', 'fusion', '--train', data, '--head', 'all', '--protocol', 'folds:fold', '--epochs', '1'];
    const { exitCode, stdout, stderr } = await sensorium([...args, '--json']);
    expect([exitCode, stderr]).toEqual([0, '']);
    const found = JSON.parse(stdout) as Record<string, { params: number; perSubset: object }>;
    const kinds = Object.keys(ARCHITECTURES).filter((kind) => !/^context|lstm$/.test(kind));
    expect(Object.keys(found)).toEqual(kinds);
    for (const { params, perSubset } of Object.values(found)) {
      expect(params).toBeGreaterThan(1000);
      expect(Object.keys(perSubset)).toEqual(['none', 'left', 'right', 'left+right']);
    }
  });

  it('learns from some modalities alone where these are wanted', async () => {
    const args = [
      '--train',
      data,
      '--head',
      'early',
      '--protocol',
      'folds:fold',
      '--epochs',
      '4',
      '--modalities',
      'right',
    ];
    const { exitCode, stdout } = await sensorium(['eval', 'fusion', ...args, '--json']);
    expect(exitCode).toBe(0);
    expect(Object.keys((JSON.parse(stdout) as { perSubset: object }).perSubset)).toEqual(['none', 'right']);
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
    [['--modalities', 'left,up'], '--modalities: expected some of left, right, got "up" (E_USAGE)'],
    [['--head', 'early', '--layers', '2'], '--layers: early has no layers (E_USAGE)'],
    [['--head', 'transformer', '--heads', '5'], '--heads: expected a divisor of the width 64, got 5 (E_USAGE)'],
    [['--head', 'all', '--hidden', '8'], '--hidden: is of one head, not of all (E_USAGE)'],
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
    const report = JSON.parse(stdout) as TrainingReport & { folds: NonNullable<TrainingReport['folds']> };
    expect(report).toEqual(JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')));
    expect(report.selection.epochs).toBeLessThanOrEqual(4);
    const words = readFileSync(join(out, 'report.md'), 'utf8');
    expect(words).toContain(`${report.folds.evaluation.mean.toFixed(2)} %`);
    const pictures = [...words.matchAll(/!\[[^\]]*\]\(([^)]*)\)/g)].map(([, file]) => file);
    expect(pictures).toEqual(['curves.svg', 'reliability.svg', 'confusion.svg']);
    for (const file of pictures) expect(readFileSync(join(out, file), 'utf8')).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
    expect(report.folds.confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(120);
    expect(report.history.filter(({ run, runs }) => run === runs)).toHaveLength(report.selection.epochs);
    expect(readFileSync(join(out, 'head.onnx')).length).toBeGreaterThan(10_000);
  });
});

describe('sensorium train --int8', () => {
  it('writes a smaller network that decides as well', async () => {
    const args = [
      'train',
      data,
      '--head',
      'late',
      '--hidden',
      '4096',
      '--hold-out',
      'fold:1',
      '--epochs',
      '8',
      '--json',
    ];
    const judgedOf = async (name: string, more: readonly string[]): Promise<[bytes: number, accuracy: number]> => {
      const out = join(folder, name);
      const { stdout } = await sensorium([...args, ...more, '--out', out]);
      const { file } = JSON.parse(stdout) as TrainingReport;
      expect(readFileSync(join(out, 'head.onnx'))).toHaveLength(file.bytes);
      const ablated = await sensorium(['ablate', data, '--model', out, '--noise', '1', '--json']);
      return [file.bytes, (JSON.parse(ablated.stdout) as AblationReport).perSubset['left+right'].accuracy];
    };
    const [bytes, accuracy] = await judgedOf('float', []);
    const [fewer, same] = await judgedOf('int8', ['--int8']);
    expect(fewer).toBeLessThan(0.7 * bytes);
    expect(Math.abs(same - accuracy)).toBeLessThan(5);
  });
});

describe('sensorium ablate', () => {
  const held = ['--hold-out', 'fold:1', '--hidden', '24', '--epochs', '60'];
  let model: string;
  beforeAll(async () => {
    model = join(folder, 'half');
    const { stderr, exitCode } = await sensorium(['train', data, '--head', 'late', ...held, '--out', model]);
    expect([exitCode, stderr]).toEqual([0, '']);
  });

  it('judges a head with every set of modalities and noise on each, by what it has not seen', async () => {
    const out = join(folder, 'ablation');
    const args = ['ablate', data, '--model', model, '--noise', '0.5,5', '--out', out, '--json'];
    const { exitCode, stdout, stderr } = await sensorium(args);
    expect([exitCode, stderr]).toEqual([0, '']);
    const report = JSON.parse(stdout) as AblationReport;
    expect(report).toEqual(JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')));
    expect(report).toMatchObject({ fold: { file: 'fold', fold: 1 }, isSeen: false, decisions: 60 });
    expect(report.architecture).toEqual({ kind: 'late', hidden: 24, layers: 1 });
    expect(Object.keys(report.perSubset)).toEqual(['none', 'left', 'right', 'left+right']);
    expect(report.perSubset['left+right'].accuracy).toBeGreaterThan(90);
    expect(report.noise['left'].map(({ sigma }) => sigma)).toEqual([0.5, 5]);
    expect(readFileSync(join(out, 'report.md'), 'utf8')).toContain('| left+right |');
    expect(readFileSync(join(out, 'ablation.svg'), 'utf8')).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
    const [head, ...lines] = readFileSync(join(out, 'contributions.csv'), 'utf8').trimEnd().split('\n');
    expect(head).toBe('index,label,decided,p,left,right');
    expect(lines).toHaveLength(60);
    for (const line of lines) {
      const [, , , p, left, right] = line.split(',').map(Number);
      expect(left + right).toBeCloseTo(p - 1 / 3, 4);
    }
  });

  it('says where a head may have learned what it is judged by', async () => {
    const { exitCode, stdout } = await sensorium(['ablate', data, '--model', model, '--fold', 'fold:0']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('60 decisions about vectors of fold 0 of fold; the head may have learned from them');
    expect(stdout).toContain('noise on  sigma  accuracy %');
  });

  it.each([
    [['--model', '/nowhere'], 66, '/nowhere: the file cannot be read (E_MODEL_MISSING)'],
    [['--fold', 'fold:7'], 64, 'fold.npy: no sample has fold 7 (E_USAGE)'],
    [['--fold', 'fold'], 64, '--fold: expected <file>:<fold>, such as run_fold:0, got "fold" (E_USAGE)'],
    [['--noise', '0'], 64, 'expected up to 20 numbers above 0, such as 0.5,1,2 (E_USAGE)'],
  ])('refuses %j in one line', async (args, code, line) => {
    const ending = await sensorium(['ablate', data, '--model', model, ...args]);
    expect(ending.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(ending.stderr.trimEnd().endsWith(line)).toBe(true);
    expect(ending.exitCode).toBe(code);
  });
});
