import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { planWorlds } from '../../src/cli/worlds.ts';
import { openLog } from '../../src/record/index.ts';
import { sensorium } from '../support/program.ts';

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
    const verified = await sensorium(['replay', join(one, 'world-0000.mcap'), '--verify']);
    expect(verified.exitCode).toBe(0);
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
