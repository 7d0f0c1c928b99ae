import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fitScaling } from '../../../src/learn/dataset/scaling.ts';
import { foldOf, parseFold, parseProtocol, splitsOf } from '../../../src/learn/evaluate/protocol.ts';
import { parseStress, stressed } from '../../../src/learn/evaluate/stress.ts';
import { createRandom } from '../../../src/random/index.ts';
import { npyOf } from '../../numpy/support/npy.ts';
import { sequences, vectors } from '../support/datasets.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'sensorium-protocol-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe('protocols', () => {
  it('by folds take the file, with or without its ending', async () => {
    writeFileSync(join(folder, 'fold.npy'), npyOf([0, 0, 1], { type: '|u1', shape: [3] }));
    const dataset = vectors(3);
    const splits = await splitsOf(dataset, folder, parseProtocol('folds:fold'), 1);
    expect(splits.map(({ test }) => test)).toEqual([[0, 1], [2]]);
    expect(await splitsOf(dataset, folder, parseProtocol('folds:fold.npy'), 2)).toEqual(splits);
  });

  it('by groups keep these whole', async () => {
    const dataset = vectors(48);
    const splits = await splitsOf(dataset, folder, parseProtocol('groups:3'), 1);
    expect(splits).toHaveLength(3);
    for (const { train, test } of splits) {
      const judged = new Set(test.map((row) => dataset.groups[row]));
      expect(train.some((row) => judged.has(dataset.groups[row]))).toBe(false);
    }
  });

  it.each(['random', 'random80:2', 'folds', 'folds:', 'groups:1', 'groups:x', 'test:3', ''])('%j is none', (text) => {
    expect(() => parseProtocol(text)).toThrow(/--protocol: expected random80.*\(E_USAGE\)$/);
  });
});

describe('a fold that is held out', () => {
  it('is judged, the rest learned from', async () => {
    writeFileSync(join(folder, 'fold.npy'), npyOf([0, 2, 0, 1], { type: '|u1', shape: [4] }));
    const dataset = vectors(4);
    const fold = parseFold('fold:0', '--fold');
    expect(fold).toEqual({ file: 'fold', fold: 0 });
    expect(await foldOf(dataset, folder, fold)).toEqual({ train: [1, 3], test: [0, 2] });
    expect(await foldOf(dataset, folder, undefined)).toEqual({ train: [0, 1, 2, 3], test: [] });
    const none = foldOf(dataset, folder, { file: 'fold.npy', fold: 5 });
    await expect(none).rejects.toThrow(/fold\.npy: no sample has fold 5 \(E_USAGE\)$/);
    await expect(foldOf(vectors(3), folder, fold)).rejects.toThrow(/4 numbers for 3 samples \(E_FILE_DAMAGED\)$/);
    writeFileSync(join(folder, 'fold.npy'), npyOf([0, 0], { type: '|u1', shape: [2] }));
    await expect(foldOf(vectors(2), folder, fold)).rejects.toThrow(/every sample has fold 0 \(E_USAGE\)$/);
  });

  it.each(['fold', 'fold:', ':1', 'fold:a', 'fold:1.5', ''])('%j is none', (text) => {
    expect(() => parseFold(text, '--fold')).toThrow(/^--fold: expected <file>:<fold>.*\(E_USAGE\)$/);
  });
});

describe('stress', () => {
  const dataset = vectors(300, 1, 0.01);
  const scalings = fitScaling(dataset);
  const under = (text: string, seed = 1) => stressed(dataset, parseStress(text, dataset), scalings, createRandom(seed));
  const distance = (spoiled: typeof dataset, m: number, row: number): number => {
    const { dims, values } = dataset.modalities[m];
    return Math.hypot(
      ...Array.from({ length: dims }, (_, d) => spoiled.modalities[m].values[row * dims + d] - values[row * dims + d]),
    );
  };

  it('of conflict lets 40 % of the samples have one modality of the next class, and 10 % noise in some', () => {
    const { dataset: spoiled } = under('conflict');
    expect(dataset.labels).toEqual(spoiled.labels);
    const touched = [...dataset.labels.keys()].filter((row) => [0, 1].some((m) => distance(spoiled, m, row) > 0));
    // Both at once hits 4 % of the samples.
    expect(touched.length / 300).toBeGreaterThan(0.4);
    expect(touched.length / 300).toBeLessThan(0.5);
    const whole = touched.filter((row) => [0, 1].every((m) => distance(spoiled, m, row) > 0));
    expect(whole.length).toBeLessThan(0.05 * 300);
    // One that lies is as the next class is, to the numbers of one of its samples.
    const [row, m] = [touched[0], [0, 1].find((one) => distance(spoiled, one, touched[0]) > 0) ?? 0];
    const { dims, values } = dataset.modalities[m];
    const said = spoiled.modalities[m].values.subarray(row * dims, (row + 1) * dims);
    const source = [...dataset.labels.keys()].find((other) =>
      said.every((value, d) => value === values[other * dims + d]),
    );
    expect(source === undefined || dataset.labels[source] === (dataset.labels[row] + 1) % 3).toBe(true);
  });

  it('of noise is as large as it says, in training ranges of vectors', () => {
    const { dataset: spoiled } = under('noise:right:0.5');
    const { dims, values } = dataset.modalities[1];
    const { unit } = scalings['right'];
    const steps = spoiled.modalities[1].values.map((value, at) => (value - values[at]) / unit[at % dims]);
    expect(Math.sqrt(steps.reduce((sum, step) => sum + step * step, 0) / steps.length)).toBeCloseTo(0.5, 1);
    expect(spoiled.modalities[0]).toBe(dataset.modalities[0]);
  });

  it('of missing modalities leaves one at least, or takes the one that is named', () => {
    const { isPresent } = under('missing:0.5');
    const rows = [...dataset.labels.keys()];
    expect(rows.every((row) => isPresent(row, 0) || isPresent(row, 1))).toBe(true);
    expect(rows.some((row) => !isPresent(row, 0))).toBe(true);
    const gone = under('missing:right').isPresent;
    expect([gone(3, 0), gone(3, 1)]).toEqual([true, false]);
  });

  it('may be several at once', () => {
    const { dataset: spoiled, isPresent } = under('missing:left+noise:right:0.5');
    expect([isPresent(0, 0), isPresent(0, 1)]).toEqual([false, true]);
    expect(spoiled.modalities).toEqual(under('noise:right:0.5').dataset.modalities);
    expect(() => parseStress('none+x', dataset)).toThrow(/^--stress: expected .*, got "x" \(E_USAGE\)$/);
  });

  it('is the same with the same seed', () => {
    expect(under('conflict-hard', 5).dataset).toEqual(under('conflict-hard', 5).dataset);
    expect(under('conflict-hard', 5).dataset).not.toEqual(under('conflict-hard', 6).dataset);
  });

  it('keeps sequences of another length whole', () => {
    const recordings = sequences([0, 1, 0, 1]);
    const stress = parseStress('conflict', recordings);
    const { modalities } = stressed(recordings, stress, fitScaling(recordings), createRandom(1)).dataset;
    expect(modalities.map(({ starts }) => starts)).toEqual(recordings.modalities.map(({ starts }) => starts));
  });

  it.each(['x', 'missing:2', 'missing:nobody', 'noise:right', 'noise:right:-1', 'noise:nobody:1', 'missing:'])(
    '%j is none',
    (text) => {
      expect(() => parseStress(text, dataset)).toThrow(/^--stress: expected .*\(E_USAGE\)$/);
    },
  );
});
