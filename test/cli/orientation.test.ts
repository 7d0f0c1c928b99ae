import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseNpy } from '../../src/numpy/read.ts';
import { npyFile } from '../../src/numpy/write.ts';
import { readingOf, waving } from '../fusion/orientation/support/motion.ts';
import { sensorium } from '../support/program.ts';

const COUNT = 800;
const RATE = 100;
let folder: string;
let data: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sensorium-orientation-'));
  data = join(folder, 'data');
  const trial = join(data, 'made');
  mkdirSync(trial, { recursive: true });
  const times = Array.from({ length: COUNT }, (_, i) => i / RATE);
  const samples = times.flatMap((t) => {
    const { rate, force, field } = readingOf(waving(), t);
    return [...rate, ...force, ...field.map((tesla) => tesla * 1e6)];
  });
  const truth = times.flatMap((t) => waving().orientation(t));
  writeFileSync(join(trial, 'imu.npy'), npyFile(Float64Array.from(samples), [COUNT, 9], '<f8'));
  writeFileSync(join(trial, 'truth.npy'), npyFile(Float64Array.from(truth), [COUNT, 4], '<f8'));
  writeFileSync(join(trial, 'moving.npy'), npyFile(new Float64Array(COUNT).fill(1, 100), [COUNT], '<f8'));
  writeFileSync(join(trial, 'meta.json'), JSON.stringify({ rateHz: RATE }));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('sensorium eval orientation', () => {
  it('tells the errors, and writes what it judged', async () => {
    const estimates = join(folder, 'estimates');
    const set = 'fusion.orientation.gyroDelay=0';
    const picture = join(folder, 'errors.svg');
    const args = ['--data', data, '--estimates', estimates, '--plot', picture, '--set', set, '--json'];
    const { exitCode, stdout } = await sensorium(['eval', 'orientation', ...args]);
    expect(exitCode).toBe(0);
    const report = JSON.parse(stdout) as {
      mean: { totalDeg: number };
      trials: { name: string; totalDeg: number; faults: unknown[] }[];
      updatesPerSecond: number;
    };
    expect(report.trials.map(({ name }) => name)).toEqual(['made']);
    expect(report.trials[0].faults).toEqual([]);
    expect(report.mean.totalDeg).toBe(report.trials[0].totalDeg);
    expect(report.mean.totalDeg).toBeLessThan(0.3);
    expect(report.updatesPerSecond).toBeGreaterThan(0);
    // A line of each of the two errors.
    expect(readFileSync(picture, 'utf8').match(/<polyline/g)).toHaveLength(2);
    const written = join(estimates, 'made.npy');
    const { shape, values } = parseNpy(readFileSync(written), written);
    expect(shape).toEqual([COUNT, 4]);
    expect(Math.hypot(...values.subarray(4 * 700, 4 * 701))).toBeCloseTo(1, 9);
  });

  it('says what is wrong with a folder in one line', async () => {
    const { exitCode, stderr } = await sensorium(['eval', 'orientation', '--data', join(folder, 'none')]);
    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(/none: no such folder \(E_FILE_MISSING\)/);
    writeFileSync(join(data, 'made', 'meta.json'), '{"rateHz": 0}');
    const bad = await sensorium(['eval', 'orientation', '--data', data]);
    expect(bad.stderr).toMatch(/meta\.json: rateHz: expected a rate in Hz, got 0 \(E_FILE_FORMAT\)/);
  });
});
