import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Story } from '../../src/evaluate/story.ts';
import { sensorium } from '../support/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'sensorium-why-'));
const log = join(folder, 'drive.mcap');

describe('sensorium why', () => {
  beforeAll(async () => {
    const { exitCode } = await sensorium(['simulate', '--duration', '5s', '--seed', '3', '--out', log]);
    expect(exitCode).toBe(0);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('accounts for what the aligner was given, stream by stream', async () => {
    const { exitCode, stdout } = await sensorium(['why', log, '--json']);
    expect(exitCode).toBe(0);
    const story = JSON.parse(stdout) as Story;
    expect(story.sets).toBeGreaterThan(40);
    expect(story.streams.map(({ stream }) => stream)).toEqual(['imu', 'mag', 'wheels', 'scan']);
    const mag = story.streams.find(({ stream }) => stream === 'mag');
    expect(mag?.unaligned['no partner']?.count).toBeGreaterThan(100);
  });

  it('tells of a set, and of a time', async () => {
    const { stdout } = await sensorium(['why', log, '--set', '7']);
    expect(stdout).toMatch(/^Set 7, of \d\.\d{3} s, went out at/);
    expect(stdout).toMatch(/\n {2}imu: a window of \d+ frames/);
    expect((await sensorium(['why', log, '--at', '2s'])).stdout).toMatch(/Around 2\.000 s:\n/);
  });

  it('warns of settings that cannot work, and says what would', async () => {
    const config = join(folder, 'small.yaml');
    writeFileSync(config, 'align: { policy: approximate, queueSize: 5, streams: { imu: {}, scan: {} } }\n');
    const { stderr, stdout } = await sensorium(['why', log, '--config', config]);
    expect(stderr).toMatch(
      /warning: align\.queueSize: 5 is too small for imu at \d+ Hz against scan at \d+ Hz: .*; 2\d is the least/,
    );
    expect(stdout).toMatch(/^0 sets by the approximate policy/);
  });

  it('refuses a log in which there is nothing to align', async () => {
    const config = join(folder, 'alone.yaml');
    writeFileSync(config, 'align: { streams: { imu: {} } }\n');
    const { exitCode, stderr } = await sensorium(['why', log, '--config', config]);
    expect([exitCode, stderr.trim()]).toEqual([65, `${log}: nothing to align: only imu (E_FILE_FORMAT)`]);
  });

  it.each([
    [['--set', '100000'], /--set: there is no set 100000; there are \d+ \(E_USAGE\)/],
    [['--stream', 'sonar'], /--stream: no stream "sonar" is aligned; there are imu, mag, wheels, scan \(E_USAGE\)/],
  ])('refuses %j in one line', async (args, line) => {
    const { exitCode, stderr } = await sensorium(['why', log, ...args]);
    expect(exitCode).toBe(64);
    expect(stderr.trim()).toMatch(line);
  });
});
