import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readDataset } from '../../../src/learn/dataset/read.ts';
import { writeDataset } from '../../../src/learn/dataset/write.ts';
import { conversations } from '../support/conversations.ts';
import { vectors } from '../support/datasets.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'sensorium-write-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe('a data set that is written', () => {
  it.each([conversations(4), vectors(12)])('is read as it was: $name', async (dataset) => {
    await writeDataset(folder, dataset, { seed: 3 });
    const found = await readDataset(folder);
    expect(found.modalities).toEqual(dataset.modalities);
    expect([found.labels, found.groups, found.order]).toEqual([dataset.labels, dataset.groups, dataset.order]);
    expect(found.isConversation).toBe(dataset.isConversation);
    expect(JSON.parse(readFileSync(join(folder, 'dataset.json'), 'utf8'))).toMatchObject({ seed: 3 });
  });

  it('has shorter sequences filled up and masked', async () => {
    const dataset = vectors(3);
    const [left, right] = dataset.modalities;
    // 12 numbers: sequences of 1, 2 and 3 steps.
    const longer = { ...left, dims: 2, starts: Int32Array.of(0, 1, 3, 6), mask: new Uint8Array(6).fill(1) };
    await writeDataset(folder, { ...dataset, modalities: [longer, right] });
    const [found] = (await readDataset(folder)).modalities;
    expect([...found.starts]).toEqual([0, 3, 6, 9]);
    expect([...found.mask]).toEqual([1, 0, 0, 1, 1, 0, 1, 1, 1]);
    expect([...found.values.subarray(6, 10)]).toEqual([...longer.values.subarray(2, 6)]);
  });

  it('cannot be where a file is', async () => {
    await writeDataset(folder, vectors(3));
    const there = join(folder, 'labels.npy', 'x');
    await expect(writeDataset(there, vectors(3))).rejects.toThrow(/cannot be made: not a directory \(E_FILE_WRITE\)$/);
  });
});
