import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Measured } from '../../src/calibrate/measured.ts';
import { drivers } from '../../drivers/index.ts';
import { readConfig, type Section } from '../../src/config/index.ts';
import { sensorium } from '../support/program.ts';
import { describeWithData } from '../support/requirements.ts';

const folder = mkdtempSync(join(tmpdir(), 'sensorium-calibrate-'));
const log = join(folder, 'drive.mcap');

/** A calibration of the log; what it proposes must be a configuration. */
async function calibrated<T>(
  what: string,
  path = log,
  more: readonly string[] = [],
): Promise<T & { configuration: Section }> {
  const { exitCode, stdout, stderr } = await sensorium(['calibrate', what, path, '--json', ...more]);
  expect([exitCode, stderr]).toEqual([0, '']);
  const result = JSON.parse(stdout) as T & { configuration: Section };
  readConfig(result.configuration, drivers);
  return result;
}

describe('sensorium calibrate', () => {
  beforeAll(async () => {
    const { exitCode } = await sensorium(['simulate', '--duration', '100s', '--seed', '5', '--out', log]);
    expect(exitCode).toBe(0);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('finds the simulated mount, at a place that is known, and draws it', async () => {
    const plot = join(folder, 'mount.svg');
    const found = await calibrated<Record<'roll' | 'pitch' | 'yaw', Measured> & { delayMs: number }>('mount', log, [
      '--plot',
      plot,
    ]);
    for (const { value, sigma } of [found.roll, found.pitch, found.yaw]) {
      expect(Math.abs(value)).toBeLessThan(3 * sigma);
      expect(sigma).toBeLessThan(0.03);
    }
    // The wheels' frames are 2.5 ms longer under way.
    expect(found.delayMs).toBeCloseTo(2.5, 0);
    expect(found.configuration).toMatchObject({ mounts: { T_base_imu: { translation: [0.05, 0, 0.1] } } });
    expect(readFileSync(plot, 'utf8')).toMatch(/^<svg .*[^]*forward acceleration[^]*<\/svg>\n$/);
  });

  it('finds the delay between wheels and IMU, the way round that is asked for', async () => {
    interface Answer {
      readonly delays: readonly { readonly of: string; readonly ms: number; readonly sigmaMs: number }[];
    }
    const { delays, configuration } = await calibrated<Answer>('delay', log, ['--of', 'wheels']);
    expect(delays.map(({ of }) => of)).toEqual(['wheels']);
    expect(Math.abs(delays[0].ms - 2.5)).toBeLessThan(0.5);
    expect(delays[0].sigmaMs).toBeLessThan(0.5);
    const { latencyMs } = (configuration as { streams: { wheels: { latencyMs: number } } }).streams.wheels;
    expect(latencyMs).toBeCloseTo(delays[0].ms, 1);
  });

  it('finds base and radius, in metres where the configured ones are told', async () => {
    const found = await calibrated<Record<'base' | 'radius' | 'baseM' | 'radiusM', Measured>>('wheels', log, [
      '--base=0.4',
      '--radius=0.1',
    ]);
    expect(found.base.sigma).toBeLessThan(0.001);
    expect(found.radius.sigma).toBeLessThan(0.001);
    expect(found.baseM.value).toBeCloseTo(0.4 * found.base.value, 9);
    expect(found.radiusM.value).toBeCloseTo(0.1 * found.radius.value, 9);
  });

  it('tells in words, with what to paste', async () => {
    const { stdout } = await sensorium(['calibrate', 'wheels', log]);
    expect(stdout).toMatch(/^base: \S+ ± \S+ of the one configured\n/);
    expect(stdout).toMatch(
      /radius by truth: [^]*\n\nFor the configuration:\n\n# [^]*\nfusion:\n {2}pose:\n {4}noise:\n {6}wheelScale: /,
    );
  });

  it.each([
    [
      ['noise', log],
      65,
      /: the IMU is still for \d\.\d s, too little to read noise from; leave it untouched .* \(E_FILE_FORMAT\)$/,
    ],
    [['noise', join(folder, 'none.mcap')], 66, /: no such file \(E_FILE_MISSING\)$/],
    [['mount', log, '--imu', 'gyro'], 64, /^--imu: expected a stream of an IMU \(imu\), got "gyro" \(E_USAGE\)$/],
    [
      ['wheels', log, '--truth', 'scan'],
      64,
      /^--truth: expected a stream of poses, fixes or velocities \(wheels, truth\), got "scan"/,
    ],
    [
      ['delay', log, '--of', 'scan'],
      65,
      /: no pair of "scan" and "any" sees the same motion; there are imu and wheels \(E_FILE_FORMAT\)$/,
    ],
    [['imu', log, '--gravity', '98'], 64, /expected an acceleration in m\/s², such as 9\.81/],
    [
      ['mount', log, '--plot', join(folder, 'no', 'x.svg')],
      73,
      /cannot be written: no such file or directory \(E_FILE_WRITE\)$/,
    ],
  ])('says in one line what is wrong with %j', async (args, status, line) => {
    const { exitCode, stderr } = await sensorium(['calibrate', ...args]);
    expect([exitCode, stderr.trim().split('\n').length]).toEqual([status, 1]);
    expect(stderr.trim()).toMatch(line);
  });

  it.each(['imu', 'delay'])('%s explains itself with examples', async (what) => {
    const { stdout } = await sensorium(['calibrate', what, '--help']);
    expect(stdout).toContain(`Examples:\n  sensorium calibrate ${what} `);
  });
});

describeWithData('recordings', (data) => {
  it('comma2k19 has the radius that its truth has', async () => {
    const found = await calibrated<{ readonly radii: readonly (Measured & { by: string })[] }>(
      'wheels',
      join(data, 'vehicle/comma2k19'),
    );
    expect(found.radii.map(({ by }) => by)).toEqual(['fix', 'fix_velocity']);
    // Length of the true way over that of the wheels.
    for (const { value, sigma } of found.radii) {
      expect(Math.abs(value - 1.00827)).toBeLessThan(3 * sigma);
      expect(sigma).toBeLessThan(0.002);
    }
  });

  it('a sensor of BROAD has the noise of its kind', async () => {
    interface Noise {
      readonly rateHz: number;
      readonly seconds: number;
      readonly gyro: readonly { readonly white: Measured }[];
    }
    const trial = join(data, 'orientation/01_undisturbed_slow_rotation_A');
    const { rateHz, seconds, gyro } = await calibrated<Noise>('noise', trial);
    expect(rateHz).toBeCloseTo(285.7, 0);
    expect(seconds).toBeGreaterThan(30);
    for (const { white } of gyro) {
      // 0.007 degrees/s/√Hz is what its maker states.
      expect(white.value).toBeGreaterThan(5e-5);
      expect(white.value).toBeLessThan(3e-4);
      expect(white.sigma / white.value).toBeLessThan(0.1);
    }
  });

  it('a robot that slips all the way is refused with the reason', async () => {
    for (const [what, reason] of [
      ['mount', /the accelerometer does not say what the wheels do/],
      ['noise', /the IMU is still for 0\.0 s/],
    ] as const) {
      const { exitCode, stderr } = await sensorium(['calibrate', what, join(data, 'bags/jackal.bag')]);
      expect(exitCode).toBe(65);
      expect(stderr).toMatch(reason);
    }
  });
});
