import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { planWorlds } from '../../src/cli/worlds.ts';
import { readDescription } from '../../src/learn/dataset/description.ts';
import { readNpy } from '../../src/numpy/read.ts';
import { openLog } from '../../src/record/index.ts';
import { openStillsAndClips } from '../../src/stills/index.ts';
import { MAIN, sensorium, start } from '../support/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'sensorium-'));
afterAll(() => rmSync(folder, { recursive: true }));

const OPTIONS = { worlds: 50, split: 'train', seed: 1 } as const;
/** Files of a set with words. */
const WORDS = [
  'captions.jsonl',
  'dataset.json',
  'depth.npy',
  'picture.npy',
  'questions.jsonl',
  'sound.npy',
  'stills.jsonl',
];

describe('the worlds of a seed', () => {
  const plan = planWorlds('robot', OPTIONS);

  it('are others one by one, and others for another seed and another split', () => {
    const others = [
      plan,
      planWorlds('robot', { ...OPTIONS, seed: 2 }),
      planWorlds('robot', { ...OPTIONS, split: 'test' }),
    ];
    expect(new Set(others.flat().map(({ seed }) => seed)).size).toBe(150);
  });

  it('do not depend on how many there are', () => {
    expect(planWorlds('robot', { ...OPTIONS, worlds: 3 })).toEqual(plan.slice(0, 3));
  });

  it('have all senses, differ in noise, and some are outdoors', () => {
    for (const { settings } of plan) {
      expect(settings).toMatchObject({ 'sources.robot.senses': 'all', 'sources.robot.world.varied': true });
      const noise = settings['sources.robot.streams.camera.noise'] as number;
      expect(noise >= 0.5 && noise <= 2).toBe(true);
    }
    const outdoors = plan.filter(({ settings }) => settings['sources.robot.world.outdoors'] === true).length;
    expect(outdoors).toBeGreaterThan(0);
    expect(outdoors).toBeLessThan(20);
  });
});

describe('sensorium simulate --worlds', () => {
  const hashesOf = (at: string): Record<string, string> =>
    Object.fromEntries(
      readdirSync(at, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .map((file) => [relative(at, file), createHash('sha256').update(readFileSync(file)).digest('hex')]),
    );

  it('writes labelled recordings, the same bytes one at a time and two at a time', async () => {
    const common = ['simulate', '--worlds', '2', '--seed', '3', '--split', 'test', '--duration', '3s'];
    common.push('--stills-per-world', '3', '--goals-per-world', '1', '--clips-every', '500ms');
    const [one, two] = ['one', 'two'].map((name) => join(folder, name));
    const endings = [
      await sensorium([...common, '--jobs', '1', '--out', one]),
      await sensorium([...common, '--jobs', '2', '--out', two]),
    ];
    expect(endings.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    expect(Object.keys(hashesOf(one)).sort()).toEqual([
      ...[...WORDS, 'before.npy', 'imu.npy'].map((file) => `clips/${file}`).sort(),
      ...['dataset.json', 'goals.jsonl', 'picture.npy', 'states.npy'].map((file) => `goals/${file}`),
      ...WORDS.map((file) => `stills/${file}`).sort(),
      'world-0000.mcap',
      'world-0001.mcap',
      'worlds.json',
    ]);
    expect(hashesOf(two)).toEqual(hashesOf(one));
    const clips = JSON.parse(readFileSync(join(one, 'clips', 'dataset.json'), 'utf8')) as object;
    expect(clips).toMatchObject({ split: 'test', seed: 3, clip: { seconds: 2, pictures: 5 } });
    expect((await readDescription(join(one, 'clips'))).modalities).toHaveProperty('before');
    const shapes = await Promise.all(
      ['picture', 'before', 'depth', 'sound', 'imu'].map((name) => readNpy(join(one, 'clips', `${name}.npy`))),
    );
    const [{ shape }] = shapes;
    expect(shape[0]).toBeGreaterThanOrEqual(2);
    expect(shapes.map(({ shape, type }) => [type, ...shape.slice(1)])).toEqual([
      ['|u1', 120, 160, 3],
      ['|u1', 4, 120, 160, 3],
      ['<u2', 120, 160],
      ['<i2', 32_000, 4],
      ['<f4', 20, 12],
    ]);
    const truths = readFileSync(join(one, 'clips', 'stills.jsonl'), 'utf8')
      .trim()
      .split('\n');
    expect(truths.map((line) => (JSON.parse(line) as { still: number }).still)).toEqual([...truths.keys()]);
    expect((await readDescription(join(one, 'stills'))).modalities).toHaveProperty('sound');
    const sets = await openStillsAndClips(one);
    expect(
      sets.map(({ isClips, before, felt, sound }) => [isClips, before(0).length, felt(0)?.length, sound(0).length]),
    ).toEqual([
      [false, 0, undefined, 64_000],
      [true, 4, 240, 128_000],
    ]);
    for (const set of sets) set.close();
    const described = await sensorium(['eval', 'vision-language', 'describe', '--data', one, '--json']);
    const report = JSON.parse(described.stdout) as { byForm: Record<string, number>; clips: number };
    expect(Object.keys(report.byForm)).toEqual(expect.arrayContaining(['object', 'clips object']));
    expect(report.clips).toBeGreaterThan(0);
    const log = await openLog(join(one, 'world-0001.mcap'));
    expect(log.streams.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['image', 'depth', 'cloud', 'audio', 'scene']),
    );
    expect(Object.keys(log.session?.mounts ?? {})).toEqual(expect.arrayContaining(['camera', 'lidar3d']));
    const again = await sensorium([...common, '--out', one]);
    expect(again.exitCode).toBe(73);
    expect(again.stderr).toContain('E_FILE_EXISTS');
    const labels = ['evaluate', 'events', '--train', one, '--test', two, '--window', '200ms', '--json'];
    const judged = await sensorium(labels);
    expect(JSON.parse(judged.stdout)).toMatchObject({ windowSeconds: 0.2, windows: { train: 28, test: 28 } });
    const verified = await sensorium(['replay', join(one, 'world-0000.mcap'), '--verify']);
    expect(verified.exitCode).toBe(0);
  });

  it('writes the same bytes again with one core for all', async () => {
    const args = ['simulate', '--worlds', '1', '--seed', '5', '--duration', '1s', '--jobs', '2'];
    args.push('--stills-per-world', '0', '--goals-per-world', '0');
    const [one, pinned] = ['first', 'pinned'].map((name) => join(folder, name));
    const first = await sensorium([...args, '--out', one]);
    expect(first.stdout).toMatch(
      /1 worlds of 1 s, 1 s simulated in [\d.]+ s \([\d.]+ x real time\); 0 clips of them, 0 stills of other rooms, 0 goals/,
    );
    const [core] = /\d+/.exec(/^Cpus_allowed_list:.*$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[0] ?? '') ?? [
      '0',
    ];
    const again = ['-c', core, process.execPath, MAIN, ...args, '--out', pinned, '--json'];
    const summary = JSON.parse(execFileSync('taskset', again, { encoding: 'utf8' })) as Record<string, number>;
    expect(summary['simulatedSeconds']).toBe(1);
    expect(summary['timesRealTime'] * summary['wallSeconds']).toBeCloseTo(1, 6);
    expect(hashesOf(pinned)).toEqual(hashesOf(one));
  });

  it('leaves no recording running when it is ended', async () => {
    const out = join(folder, 'ended');
    const program = start(['simulate', '--worlds', '4', '--duration', '1h', '--jobs', '2', '--out', out]);
    await vi.waitFor(() => expect(existsSync(join(out, 'world-0001.mcap'))).toBe(true), { timeout: 20_000 });
    program.child.kill('SIGTERM');
    expect((await program.ended).signal).toBe('SIGTERM');
    const running = (): string[] =>
      readdirSync('/proc').filter((name) => {
        const file = join('/proc', name, 'cmdline');
        return /^\d+$/.test(name) && existsSync(file) && readFileSync(file, 'utf8').includes(out);
      });
    await vi.waitFor(() => expect(running()).toEqual([]), { timeout: 20_000 });
  });

  it('has events that can be judged only where there are labelled recordings', async () => {
    const none = join(folder, 'none');
    const ending = await sensorium(['evaluate', 'events', '--train', none, '--test', none]);
    expect(ending.stderr).toContain(`${none}: no such folder (E_FILE_MISSING)`);
    const plain = join(folder, 'plain');
    mkdirSync(plain);
    await sensorium(['simulate', '--duration', '1s', '--out', join(plain, 'run.mcap')]);
    const unlabelled = await sensorium(['evaluate', 'events', '--train', plain, '--test', plain]);
    expect(unlabelled.stderr).toMatch(/run\.mcap: has no labels.* \(E_FILE_FORMAT\)/);
  });

  it('tells what is wrong with a setting, once', async () => {
    const bad = ['--set', 'sources.robot.streams.camera.width=3'];
    const ending = await sensorium([
      'simulate',
      '--worlds',
      '3',
      '--out',
      join(folder, 'bad'),
      '--duration',
      '1s',
      ...bad,
    ]);
    expect(ending.exitCode).toBe(78);
    // As the one that records says it: where, what, and the code once.
    expect(ending.stderr.trim()).toMatch(/^sources\.robot\.streams\.camera\.width: [^()\n]+ \(E_CONFIG_RANGE\)$/);
  });
});
