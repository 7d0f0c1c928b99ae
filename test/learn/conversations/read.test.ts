import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { conversationsOf, longestConversation } from '../../../src/learn/dataset/conversation.ts';
import { take } from '../../../src/learn/dataset/dataset.ts';
import { readDataset } from '../../../src/learn/dataset/read.ts';
import { conversations } from '../support/conversations.ts';
import { vectors, writeDataset } from '../support/datasets.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'sensorium-conversations-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe('data sets of conversations', () => {
  it('are those that name a group and a place in it', async () => {
    const dataset = conversations(5);
    writeDataset(folder, dataset);
    const found = await readDataset(folder);
    expect(found.isConversation).toBe(true);
    expect(found.order).toEqual(dataset.order);
    const rows = conversationsOf(found, longestConversation(found));
    expect(rows).toHaveLength(5);
    expect(rows.flat().toSorted((a, b) => a - b)).toEqual([...found.labels.keys()]);
    for (const own of rows) {
      expect(new Set(own.map((row) => found.groups[row])).size).toBe(1);
      expect(own.map((row) => found.order[row])).toEqual([...own.keys()]);
    }
    writeDataset(folder, vectors(12));
    expect((await readDataset(folder)).isConversation).toBe(undefined);
  });

  it('in which two samples are at one place are damaged', async () => {
    const dataset = conversations(5);
    writeDataset(folder, { ...dataset, order: dataset.order.map((place) => place >> 1) });
    await expect(readDataset(folder)).rejects.toThrow(
      /order\.npy: group \d+ has two samples at place \d+ \(E_FILE_DAMAGED\)$/,
    );
  });

  it('have long ones in pieces of which the last is whole', () => {
    const dataset = conversations(8);
    const all = conversationsOf(dataset, 100);
    const long = all.find((rows) => rows.length > 5) ?? [];
    const pieces = conversationsOf(take(dataset, long), 5);
    expect(pieces.map((rows) => rows.length)).toEqual([5, 5]);
    expect(pieces[1].at(-1)).toBe(long.length - 1);
  });
});
