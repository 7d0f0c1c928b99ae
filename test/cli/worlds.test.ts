import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { planWorlds } from '../../src/cli/worlds.ts';
import { openLog } from '../../src/record/index.ts';
import { MAIN, sensorium, start } from '../support/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'sensorium-'));
afterAll(() => rmSync(folder, { recursive: true }));

const OPTIONS = { worlds: 50, split: 'train', seed: 1, duration: 1, out: folder } as const;

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
      readdirSync(at).map((file) => [
        file,
        createHash('sha256')
          .update(readFileSync(join(at, file)))
          .digest('hex'),
      ]),
    );

  it('writes labelled recordings, the same bytes one at a time and two at a time', async () => {
    const common = ['simulate', '--worlds', '2', '--seed', '3', '--split', 'test', '--duration', '1s'];
    const [one, two] = ['one', 'two'].map((name) => join(folder, name));
    const endings = [
      await sensorium([...common, '--jobs', '1', '--out', one]),
      await sensorium([...common, '--jobs', '2', '--out', two]),
    ];
    expect(endings.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    expect(Object.keys(hashesOf(one)).sort()).toEqual(['world-0000.mcap', 'world-0001.mcap', 'worlds.json']);
    expect(hashesOf(two)).toEqual(hashesOf(one));
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
    expect(JSON.parse(judged.stdout)).toMatchObject({ windowSeconds: 0.2, windows: { train: 8, test: 8 } });
    const verified = await sensorium(['replay', join(one, 'world-0000.mcap'), '--verify']);
    expect(verified.exitCode).toBe(0);
  });

  it('writes the same bytes again, and with one core for all', async () => {
    const args = ['simulate', '--worlds', '1', '--seed', '5', '--duration', '1s', '--jobs', '2'];
    const [one, again, pinned] = ['first', 'again', 'pinned'].map((name) => join(folder, name));
    const first = await sensorium([...args, '--out', one]);
    expect(first.stdout).toMatch(/1 worlds of 1 s, 1 s simulated in [\d.]+ s \([\d.]+ x real time\)/);
    const second = await sensorium([...args, '--out', again, '--json']);
    const summary = JSON.parse(second.stdout) as Record<string, number>;
    expect(summary['simulatedSeconds']).toBe(1);
    expect(summary['timesRealTime'] * summary['wallSeconds']).toBeCloseTo(1, 6);
    expect(hashesOf(again)).toEqual(hashesOf(one));
    const [core] = /\d+/.exec(/^Cpus_allowed_list:.*$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[0] ?? '') ?? [
      '0',
    ];
    execFileSync('taskset', ['-c', core, process.execPath, MAIN, ...args, '--out', pinned]);
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
    expect(ending.stderr).toContain('E_CONFIG_RANGE');
    expect(ending.stderr.trim().split('\n')).toHaveLength(1);
  });
});
