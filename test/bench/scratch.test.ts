import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { scratchFolder } from '../../src/bench/scratch.ts';

const folder = mkdtempSync(join(tmpdir(), 'sensorium-scratch-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the folder of a bench', () => {
  it('is a new one, and those that were left a week ago are gone, nothing else', () => {
    const now = Date.UTC(2026, 0, 31);
    const made = (name: string, daysAgo: number): string => {
      const path = join(folder, name);
      mkdirSync(path);
      writeFileSync(join(path, 'bench.mcap'), '');
      utimesSync(path, now / 1000, now / 1000 - daysAgo * 86_400);
      return path;
    };
    const [left, running, strange] = [
      made('sensorium-bench-a', 8),
      made('sensorium-bench-b', 6),
      made('sensorium-memory-c', 8),
    ];
    const fresh = scratchFolder(folder, now);
    expect([left, running, strange, fresh].map((path) => existsSync(path))).toEqual([false, true, true, true]);
    expect(scratchFolder(folder, now)).not.toBe(fresh);
  });
});
