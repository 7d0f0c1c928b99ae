import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { longest } from '../../../src/learn/dataset/dataset.ts';
import { columnOf, readDataset } from '../../../src/learn/dataset/read.ts';
import { npyOf } from '../../numpy/support/npy.ts';
import { errorOf } from '../../support/code.ts';
import { describeWithData } from '../../support/requirements.ts';
import { sequences, vectors, writeDataset } from '../support/datasets.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'sensorium-dataset-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function put(name: string, content: string | Uint8Array): void {
  writeFileSync(join(folder, name), content);
}

describe('a data set', () => {
  it.each([vectors(12), sequences([0, 1, 1])])('comes back as it was written: $name', async (dataset) => {
    writeDataset(folder, dataset);
    expect(await readDataset(folder)).toEqual(dataset);
  });

  it('masks a step in which a number is none', async () => {
    writeDataset(folder, vectors(2));
    put('left.npy', npyOf([1, 2, 3, 4, 5, NaN, 7, 8, 9, 10, Infinity, 12, 13, 14, 15, 16], { shape: [2, 2, 4] }));
    const [left] = (await readDataset(folder)).modalities;
    expect([...left.mask]).toEqual([1, 0, 0, 1]);
    expect([...left.values.subarray(0, 8)]).toEqual([1, 2, 3, 4, 0, 0, 0, 0]);
  });

  it('may be of clips one behind another', async () => {
    put('dataset.json', JSON.stringify({ name: 'clips', classes: 2, modalities: { audio: { rateHz: 8000 } } }));
    put('labels.npy', npyOf([1, 0], { type: '|u1', shape: [2] }));
    put('signal.npy', npyOf([16384, -16384, 8192], { type: '<i2', shape: [3] }));
    put('offsets.npy', npyOf([0, 1, 3], { type: '<i4', shape: [3] }));
    const { modalities, classes } = await readDataset(folder);
    expect(classes).toEqual(['0', '1']);
    expect(modalities[0]).toMatchObject({ dims: 1, starts: Int32Array.of(0, 1, 3) });
    expect([...modalities[0].values]).toEqual([0.5, -0.5, 0.25]);
    put('offsets.npy', npyOf([0, 3, 3], { type: '<i4', shape: [3] }));
    expect((await errorOf(readDataset(folder))).message).toContain('expected rising numbers from 0 to 3');
  });

  const labels = (values: number[]): Uint8Array => npyOf(values, { type: '|u1', shape: [values.length] });
  it.each([
    ['dataset.json', '{', 'not JSON', 'E_FILE_FORMAT'],
    ['dataset.json', '[]', 'expected an object, got []', 'E_FILE_FORMAT'],
    ['dataset.json', '{"name":"x","classes":1,"modalities":{"a":{}}}', 'classes: expected a number', 'E_FILE_FORMAT'],
    ['dataset.json', '{"name":"x","classes":2,"modalities":{}}', 'modalities: expected at least one', 'E_FILE_FORMAT'],
    ['dataset.json', '{"name":"x","classes":2,"modalities":{"../a":{}}}', 'expected plain names', 'E_FILE_FORMAT'],
    [
      'dataset.json',
      '{"name":"x","classes":2,"modalities":{"a":{"rateHz":-1}}}',
      'modalities.a.rateHz: expected more than 0, got -1',
      'E_FILE_FORMAT',
    ],
    [
      'dataset.json',
      '{"name":"x","classes":2,"modalities":{"a":{}},"files":{"labels":"../labels.npy"}}',
      'files: expected names of files in this folder',
      'E_FILE_FORMAT',
    ],
    ['labels.npy', 'what', 'not an array of NumPy', 'E_FILE_FORMAT'],
    ['labels.npy', labels([0, 1, 2]), '12 samples for 3 labels', 'E_FILE_DAMAGED'],
    ['labels.npy', labels([0, 9]), 'expected labels 0..2, got 9', 'E_FILE_DAMAGED'],
    ['labels.npy', labels([]), 'no samples', 'E_FILE_DAMAGED'],
    ['left.npy', npyOf([1, 2, 3], { shape: [3] }), 'expected [samples, dims]', 'E_FILE_DAMAGED'],
    ['left.npy', npyOf([1, 2, 3, 4], { shape: [2, 2] }), '2 samples for 12 labels', 'E_FILE_DAMAGED'],
    ['left.npy', npyOf([1, 2], { shape: [1, 2] }).subarray(0, -3), 'cut short', 'E_FILE_DAMAGED'],
    ['group.npy', npyOf([0.5], { shape: [1] }), '1 numbers for 12 samples', 'E_FILE_DAMAGED'],
  ])('with a wrong %s (%j): one clear line', async (name, content, line, code) => {
    writeDataset(folder, vectors(12));
    put(name, content);
    const error = await errorOf(readDataset(folder));
    expect(error.message).toContain(line);
    expect(error).toMatchObject({ code });
    expect(error.message).toContain(folder);
  });

  it('says which file of folds is wrong', async () => {
    writeDataset(folder, vectors(12));
    put('fold.npy', npyOf([0, 1.5], { shape: [2] }));
    expect((await errorOf(columnOf(folder, 'fold.npy', 12))).message).toContain('2 numbers for 12 samples');
    expect((await errorOf(columnOf(folder, 'fold.npy'))).message).toContain('expected whole numbers, got 1.5');
    expect(await errorOf(columnOf(folder, 'none.npy'))).toMatchObject({ code: 'E_FILE_MISSING' });
  });
});

describeWithData('the data sets that there are', (data) => {
  it.each([
    ['handwritten', 2000, [1, 1, 1, 1, 1, 1], 2000],
    ['pie', 680, [1, 1, 1], 680],
    ['vulpi', 156, [250, 75], 18],
    ['mosi_train', 1447, [1, 1, 1], 62],
  ])('%s', async (name, samples, steps, groups) => {
    const dataset = await readDataset(join(data, 'learned', name));
    expect(dataset.labels).toHaveLength(samples);
    expect(dataset.modalities.map(longest)).toEqual(steps);
    expect(new Set(dataset.groups).size).toBe(groups);
  });
});
