import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drivers } from '../../drivers/index.ts';
import { writeGoals } from '../../src/cli/goals.ts';
import { openGoals } from '../../src/stills/index.ts';
import { goalPhrasings } from '../../src/words/index.ts';
import { errorOf } from '../support/code.ts';

const folder = mkdtempSync(join(tmpdir(), 'sensorium-'));
const [one, two] = ['one', 'two'].map((name) => join(folder, name, 'goals'));
const context = { drivers, err: () => undefined };
const options = { goals: 4, seed: 3, split: 'test' } as const;

beforeAll(async () => {
  for (const out of [one, two]) await writeGoals({ ...options, out }, context);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('sensorium simulate --goals', () => {
  it('writes a set, the same bytes again, and not over one that is there', async () => {
    const files = readdirSync(one).sort();
    expect(files).toEqual(['dataset.json', 'goals.jsonl', 'picture.npy', 'states.npy']);
    for (const file of files) expect(readFileSync(join(two, file)).equals(readFileSync(join(one, file)))).toBe(true);
    expect(await errorOf(writeGoals({ ...options, out: one }, context))).toMatchObject({ code: 'E_FILE_EXISTS' });
  });

  it('is read by the folder itself and by that of its worlds', async () => {
    for (const path of [one, join(folder, 'one')]) {
      const set = await openGoals(path);
      expect(set).toMatchObject({ folder: one, seed: 3, split: 'test' });
      expect(set.goals.map(({ goal }) => goal)).toEqual([0, 1, 2, 3]);
      for (const { goal, text, things } of set.goals) {
        for (const { label, colour } of things) expect(text).toContain(`${colour} ${label}`);
        const last = set.states(goal)[11];
        expect(last).toMatchObject({ width: 64, height: 64, format: 'rgb8', rowStride: 192 });
        const off = set.picture(goal).data.reduce((sum, value, i) => sum + Math.abs(value - last.data[i]), 0);
        expect(off / last.data.length).toBeLessThan(3);
      }
      set.close();
    }
  });

  it('says what is wrong with a set', async () => {
    expect(await errorOf(openGoals(folder))).toMatchObject({ code: 'E_FILE_MISSING' });
    writeFileSync(join(two, 'goals.jsonl'), '');
    expect(await errorOf(openGoals(two))).toMatchObject({ code: 'E_FILE_DAMAGED' });
    writeFileSync(join(two, 'dataset.json'), '{"task":"vision-language"}');
    const { code, message } = await errorOf(openGoals(two));
    expect(code).toBe('E_FILE_FORMAT');
    expect(message).toContain('expected task goals, got "vision-language"');
  });
});

describe('ways to say a goal', () => {
  it('are others in the test split, and name every thing', () => {
    for (const count of [1, 2, 3]) {
      const [train, test] = [goalPhrasings(count, 'train'), goalPhrasings(count, 'test')];
      expect(test.length).toBeGreaterThan(1);
      expect(train.filter((phrasing) => test.includes(phrasing))).toEqual([]);
      for (const phrasing of [...train, ...test]) {
        expect(['{a}', '{b}', '{c}'].filter((gap) => phrasing.includes(gap)).length).toBe(count);
      }
    }
  });
});
