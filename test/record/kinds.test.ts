import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Input } from '../../src/contract/index.ts';
import { openLog } from '../../src/record/index.ts';
import { recordKinds } from './support/kinds.ts';

const folder = mkdtempSync(join(tmpdir(), 'sensorium-kinds-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('gives back every kind of measurement as it was recorded', async () => {
  const path = join(folder, 'kinds.mcap');
  const inputs = await recordKinds(path);
  const log = await openLog(path);
  const read: Input[] = [];
  for await (const batch of log.entries()) for (const entry of batch) read.push(entry as Input);
  expect(log.warnings).toEqual([]);
  expect(read).toEqual(inputs);
});
