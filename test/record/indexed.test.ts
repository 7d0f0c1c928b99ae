import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLog, type LogReader } from '../../src/record/index.ts';
import { sensorium } from '../support/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'sensorium-indexed-'));
const path = join(folder, 'whole.mcap');
const changed = join(folder, 'changed.mcap');
const FOOTER_BYTES = 8 + 20 + 9;

async function readThrough(log: LogReader): Promise<number> {
  let count = 0;
  for await (const batch of log.entries()) count += batch.length;
  return count;
}

const sorted = (log: LogReader) => [...log.channels].sort((a, b) => (a.topic < b.topic ? -1 : 1));

beforeAll(async () => {
  expect((await sensorium(['simulate', '--duration', '3s', '--seed', '7', '--out', path])).exitCode).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a recording that ended in order', () => {
  it('is known by its index as by a look over the whole of it, and its health once it has been read', async () => {
    const indexed = await openLog(path);
    const whole = await openLog(path, { whole: true });
    expect(whole.health.length).toBeGreaterThan(3);
    expect(sorted(indexed)).toEqual(sorted(whole));
    expect(indexed.range).toEqual(whole.range);
    expect(indexed.end).toEqual(whole.end);
    expect(indexed.warnings).toEqual(whole.warnings);
    expect(indexed.health).toEqual([]);
    expect(await readThrough(indexed)).toBe(whole.end?.inputs);
    expect(indexed.health).toEqual(whole.health);
    expect(indexed.warnings).toEqual([]);
  });

  it('whose index is damaged is looked over', async () => {
    const bytes = readFileSync(path);
    const flipped = Buffer.from(bytes);
    flipped[bytes.length - FOOTER_BYTES - 40] ^= 1;
    writeFileSync(changed, flipped);
    const log = await openLog(changed);
    expect(log.health.length).toBeGreaterThan(3);
    expect(log.end).toEqual((await openLog(path)).end);
  });

  it('in which a chunk is damaged tells so when it has been read', async () => {
    const flipped = readFileSync(path);
    flipped[flipped.length >> 1] ^= 1;
    writeFileSync(changed, flipped);
    const log = await openLog(changed);
    expect(log.warnings).toEqual([]);
    expect(await readThrough(log)).toBeLessThan(log.end?.inputs ?? 0);
    expect(log.warnings).toEqual([
      expect.stringMatching(/^damaged in 1 place/),
      expect.stringMatching(/holes?: inputs that did not reach the file/),
    ]);
  });
});
