import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readDescription } from '../../src/learn/dataset/description.ts';
import { readNpy } from '../../src/numpy/read.ts';
import { sensorium } from '../support/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'sensorium-'));
afterAll(() => rmSync(folder, { recursive: true }));

const FILES = [
  'captions.jsonl',
  'dataset.json',
  'depth.npy',
  'picture.npy',
  'questions.jsonl',
  'sound.npy',
  'stills.jsonl',
];

function linesOf(path: string): Record<string, unknown>[] {
  const text = readFileSync(path, 'utf8').trim();
  return text.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('sensorium simulate --stills', () => {
  it('writes a set, the same bytes by one job and by two', async () => {
    const common = ['simulate', '--stills', '101', '--seed', '3', '--split', 'test'];
    const [one, two] = ['one', 'two'].map((name) => join(folder, name, 'set'));
    const endings = [
      await sensorium([...common, '--jobs', '1', '--out', one]),
      await sensorium([...common, '--jobs', '2', '--out', two, '--json']),
    ];
    expect(endings.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    expect(JSON.parse(endings[1].stdout)).toMatchObject({ folder: two, stills: 101, seed: 3, split: 'test' });
    expect(readdirSync(two).sort()).toEqual(FILES);
    for (const file of FILES)
      expect(readFileSync(join(two, file)).equals(readFileSync(join(one, file))), file).toBe(true);
    const shapes = await Promise.all(['picture', 'depth', 'sound'].map((name) => readNpy(join(one, `${name}.npy`))));
    expect(shapes.map(({ shape, type }) => [type, ...shape])).toEqual([
      ['|u1', 101, 120, 160, 3],
      ['<u2', 101, 120, 160],
      ['<i2', 101, 16_000, 4],
    ]);
    const description = await readDescription(one);
    expect(description.classes.length).toBeGreaterThanOrEqual(60);
    expect(Object.keys(description.files).sort()).toEqual([
      'captions',
      'depth',
      'picture',
      'questions',
      'sound',
      'stills',
    ]);
    expect(linesOf(join(one, 'stills.jsonl')).map(({ still }) => still)).toEqual([...Array(101).keys()]);
    for (const file of ['captions.jsonl', 'questions.jsonl']) {
      expect(new Set(linesOf(join(one, file)).map(({ still }) => still)).size).toBe(101);
    }
    const again = await sensorium([...common, '--out', one]);
    expect(again.exitCode).toBe(73);
    expect(again.stderr).toContain('E_FILE_EXISTS');
  });

  it('leaves sound out, and says what is wrong with a command line', async () => {
    const out = join(folder, 'quiet');
    const ending = await sensorium(['simulate', '--stills', '3', '--no-sound', '--out', out]);
    expect(ending.stdout).toMatch(/3 stills in [\d.]+ s \(\d+ a second\)/);
    expect(readdirSync(out).sort()).toEqual(FILES.filter((file) => file !== 'sound.npy'));
    const both = await sensorium(['simulate', '--stills', '3', '--worlds', '3', '--out', out]);
    expect(both.stderr).toMatch(/--stills: expected either worlds, stills or goals \(E_USAGE\)/);
    const invented = await sensorium(['simulate', '--stills', '3', '--invented', '--split', 'test', '--out', out]);
    expect(invented.stderr).toMatch(/--invented: only of the train split.*\(E_USAGE\)/);
    const strange = await sensorium(['simulate', '--stills', '3', '--invented', '--further', '--out', out]);
    expect(strange.stderr).toMatch(/--further: expected either --invented or --further \(E_USAGE\)/);
    const seed = await sensorium(['simulate', '--stills', '3', '--seed', 'x', '--out', out]);
    expect(seed.stderr).toMatch(/--seed: expected a whole number, got NaN \(E_USAGE\)/);
  });
});
