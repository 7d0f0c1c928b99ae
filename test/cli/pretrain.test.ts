import { mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { moments, vectors, writeDataset } from '../learn/support/datasets.ts';
import { npyOf } from '../numpy/support/npy.ts';
import { sensorium } from '../support/program.ts';

let folder: string;
let data: string;
let encoders: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sensorium-pretrain-'));
  data = join(folder, 'vectors');
  encoders = join(folder, 'encoders');
  writeDataset(data, vectors(120));
  const folds = Array.from({ length: 120 }, (_, i) => Math.floor(i / 12) % 2);
  writeFileSync(join(data, 'fold.npy'), npyOf(folds, { type: '|u1', shape: [120] }));
  const args = ['pretrain', data, '--hidden', '24', '--hold-out', 'fold:1', '--epochs', '4', '--out', encoders];
  const { exitCode, stderr } = await sensorium(args);
  expect([exitCode, stderr]).toEqual([0, '']);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('sensorium pretrain', () => {
  it('learns from samples without labels, and tells how well it finds what is held out', async () => {
    const bare = join(folder, 'bare');
    writeDataset(bare, moments(128));
    unlinkSync(join(bare, 'labels.npy'));
    const said = JSON.parse(readFileSync(join(bare, 'dataset.json'), 'utf8')) as Record<string, unknown>;
    writeFileSync(join(bare, 'dataset.json'), JSON.stringify({ ...said, classes: undefined }));
    writeFileSync(
      join(bare, 'fold.npy'),
      npyOf(
        Array.from({ length: 128 }, (_, i) => Number(i < 28)),
        { type: '|u1', shape: [128] },
      ),
    );
    const out = join(folder, 'bare-encoders');
    const args = ['pretrain', bare, '--hold-out', 'fold:1', '--epochs', '30', '--hidden', '32', '--out', out, '--json'];
    const { exitCode, stdout, stderr } = await sensorium(args);
    expect([exitCode, stderr]).toEqual([0, '']);
    const report = JSON.parse(stdout) as { recall: { at5: number; chance5: number; gallery: number } };
    expect(report).toEqual(JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')));
    expect(report).toMatchObject({ samples: 100, heldOut: { file: 'fold', fold: 1 } });
    expect(report.recall.gallery).toBe(28);
    expect(report.recall.at5).toBeGreaterThan(3 * report.recall.chance5);
    const refused = await sensorium(['train', bare, '--out', out]);
    expect(refused.stderr).toContain('classes: expected a number or names, at least two');
  });

  it('gives encoders that a head begins with', async () => {
    const out = join(folder, 'head');
    const args = ['train', data, '--head', 'late', '--hidden', '24', '--epochs', '4', '--hold-out', 'fold:1'];
    const { exitCode, stderr } = await sensorium([...args, '--encoders', encoders, '--frozen', '--out', out]);
    expect([exitCode, stderr]).toEqual([0, '']);
    const judged = await sensorium(['ablate', data, '--model', out, '--json']);
    expect(JSON.parse(judged.stdout)).toMatchObject({ decisions: 60, isSeen: false });
  });

  it.each([
    [['--frozen'], '--frozen: expected --encoders (E_USAGE)'],
    [
      ['--encoders', 'ENCODERS', '--hold-out', 'fold:0'],
      '--encoders: the encoders have seen what is held out: give sensorium pretrain the same --hold-out (E_USAGE)',
    ],
    [['--encoders', 'ENCODERS', '--folds', 'fold'], 'sensorium eval pretraining learns them anew for each (E_USAGE)'],
    [['--encoders', 'ENCODERS', '--modalities', 'left'], 'the head takes left 1 x 4 (E_MODEL_SHAPE)'],
    [['--encoders', 'ENCODERS', '--head', 'late'], 'expected a late or evidential head of 24 hidden (E_USAGE)'],
    [['--encoders', '/nowhere'], '/nowhere/encoders.json: the file cannot be read (E_MODEL_MISSING)'],
  ])('is refused by train: %j', async (args, line) => {
    const given = args.map((one) => (one === 'ENCODERS' ? encoders : one));
    const { exitCode, stderr } = await sensorium(['train', data, '--out', join(folder, 'refused'), ...given]);
    expect(exitCode).not.toBe(0);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr.trimEnd().endsWith(line)).toBe(true);
  });
});

describe('sensorium eval pretraining', () => {
  it('compares heads with few labels, begun in three ways', async () => {
    const args = ['eval', 'pretraining', '--train', data, '--head', 'late', '--protocol', 'folds:fold'];
    const few = ['--labels', '0.1,0.5', '--pretrain-epochs', '2', '--epochs', '3'];
    const { exitCode, stdout, stderr } = await sensorium([...args, ...few, '--json']);
    expect([exitCode, stderr]).toEqual([0, '']);
    const { recall, labels } = JSON.parse(stdout) as {
      recall: { gallery: number; pairs: object };
      labels: { share: number; labelled: number; scratch: { mean: number }; tuned: { mean: number; gain: object } }[];
    };
    expect(recall.gallery).toBe(60);
    expect(Object.keys(recall.pairs)).toEqual(['left->right', 'right->left']);
    expect(labels.map(({ share, labelled }) => [share, labelled])).toEqual([
      [0.1, 6],
      [0.5, 30],
    ]);
    for (const { scratch, tuned } of labels) {
      expect(tuned.gain).toMatchObject({ mean: expect.closeTo(tuned.mean - scratch.mean, 2) as number });
    }
  });

  it.each([
    [['--protocol', 'test'], '--protocol: expected random80, folds:<file> or groups:<K> (E_USAGE)'],
    [['--head', 'early'], 'expected a late or evidential head of 512 hidden (E_USAGE)'],
    [['--labels', '0'], 'expected up to 20 numbers above 0, at most 1, such as 0.01,0.1 (E_USAGE)'],
  ])('refuses %j in one line', async (args, line) => {
    const { exitCode, stderr } = await sensorium(['eval', 'pretraining', '--train', data, ...args]);
    expect(exitCode).toBe(64);
    expect(stderr.trimEnd().endsWith(line)).toBe(true);
  });
});
