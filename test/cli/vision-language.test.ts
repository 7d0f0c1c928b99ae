import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStills } from '../../src/stills/index.ts';
import { microModel } from '../hub/support.ts';
import { codeOf, errorOf } from '../support/code.ts';
import { sensorium } from '../support/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'sensorium-words-'));
const data = join(folder, 'worlds');
const STILLS = 150;
beforeAll(async () => {
  const args = [
    'simulate',
    '--stills',
    String(STILLS),
    '--seed',
    '8',
    '--split',
    'test',
    '--out',
    join(data, 'stills'),
  ];
  expect((await sensorium([...args, '--jobs', '2'])).exitCode).toBe(0);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

interface Report {
  readonly task: string;
  readonly value: number;
  readonly baseline: number;
  readonly low: number;
  readonly high: number;
  readonly cases: number;
  readonly byKind: Readonly<Record<string, number | null>>;
  readonly byForm: Readonly<Record<string, number>>;
}

async function judged(task: string, ...more: string[]): Promise<Report> {
  const { stdout, stderr, exitCode } = await sensorium([
    'eval',
    'vision-language',
    task,
    '--data',
    data,
    '--json',
    ...more,
  ]);
  expect([exitCode, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as Report;
}

describe('sensorium eval vision-language', () => {
  // Bounds are well below what the model reaches on hundreds of stills: docs/vision-language.md.
  it.each([
    ['find', 1, 60],
    ['relations', 0, 50],
    ['sound', 5, 50],
    ['teach', 0, 70],
  ])('%s, with the model that comes along, on worlds that it has never seen', async (task, baseline, least) => {
    const predictions = join(folder, `${task}.jsonl`);
    const report = await judged(task, '--predictions', predictions);
    expect(report.task).toBe(task);
    expect(report.value).toBeGreaterThan(least);
    expect(report.baseline).toBeGreaterThanOrEqual(baseline);
    expect(report.low).toBeLessThanOrEqual(report.value);
    expect(report.high).toBeGreaterThanOrEqual(report.value);
    const lines = readFileSync(predictions, 'utf8').trim().split('\n');
    expect(lines).toHaveLength(report.cases);
    const all = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    for (const one of all) expect(Object.keys(one)).toEqual(['id', 'kind', 'form', 'truth', 'answer', 'score']);
    if (task !== 'teach') {
      const right = all.filter(({ truth, answer }) => truth === answer).length;
      expect(report.value).toBeCloseTo((100 * right) / all.length, 1);
    }
    expect(new Set(all.map(({ form }) => form))).toEqual(new Set(Object.keys(report.byForm)));
  });

  it('judges a model of a hub on what it can do, and says what it cannot', async () => {
    const model = ['--model', `${microModel('clip')}:fp32`];
    expect((await judged('find', ...model)).value).toBeLessThan(20);
    const args = ['eval', 'vision-language', 'sound', '--data', data, ...model];
    expect((await sensorium(args)).stderr).toMatch(/--model: expected a model with a network for sound \(E_USAGE\)/);
  });

  it('finds by words without a model to fetch', async () => {
    const stills = await openStills(data);
    const pictures = join(folder, 'pictures');
    mkdirSync(pictures);
    const lists = stills.captions.filter(({ about, kind }) => about === 'groups' && kind === 'seen').slice(0, 12);
    for (const { still } of lists) {
      const { width, height, data: pixels } = stills.picture(still);
      await sharp(pixels, { raw: { width, height, channels: 3 } })
        .png()
        .toFile(join(pictures, `${still}.png`));
    }
    stills.close();
    const env = { SENSORIUM_MODELS: join(folder, 'none') };
    const { stdout } = await sensorium(['find', lists[0].text, '--in', pictures, '--json'], env);
    const { found } = JSON.parse(stdout) as { found: { file: string }[] };
    expect(found[0].file).toBe(`${lists[0].still}.png`);
  });
});

describe('a set of stills', () => {
  it('is refused in one line where it is none, or is cut short', async () => {
    expect((await errorOf(openStills(folder))).code).toBe('E_FILE_MISSING');
    const broken = join(folder, 'broken');
    mkdirSync(broken);
    for (const file of ['stills.jsonl', 'captions.jsonl', 'picture.npy', 'depth.npy']) {
      writeFileSync(join(broken, file), readFileSync(join(data, 'stills', file)));
    }
    const description = JSON.parse(readFileSync(join(data, 'stills', 'dataset.json'), 'utf8')) as object;
    const describe = (more: object): void =>
      writeFileSync(join(broken, 'dataset.json'), JSON.stringify({ ...description, ...more }));
    describe({ task: 'other' });
    expect((await errorOf(openStills(broken))).code).toBe('E_FILE_FORMAT');
    describe({ stills: STILLS + 1 });
    expect((await errorOf(openStills(broken))).code).toBe('E_FILE_DAMAGED');
    describe({});
    const stills = await openStills(broken);
    expect(codeOf(() => stills.sound(0))).toBe('E_FILE_MISSING');
    stills.close();
    renameSync(join(broken, 'picture.npy'), join(broken, 'depth.npy'));
    expect((await errorOf(openStills(broken))).code).toBe('E_FILE_MISSING');
  });
});
