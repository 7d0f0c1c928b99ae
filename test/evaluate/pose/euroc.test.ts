import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { gzipSync } from 'node:zlib';
import { drivers } from '../../../drivers/index.ts';
import { loadConfig } from '../../../src/config/index.ts';
import { openPoseTask, runPose } from '../../../src/evaluate/pose/index.ts';
import { readText } from '../../../src/evaluate/trajectory/index.ts';
import { describeWithData } from '../../support/requirements.ts';

/** Lines of a recording that are kept: ten seconds of truth, and of the IMU what comes before and meanwhile. */
const KEPT = { truth: 2_000, imu: 2_600 };
const AID = { rate: 1, noise: 0.05, seed: 1 };
const EUROC =
  '#timestamp,p_RS_R_x [m],p_RS_R_y [m],p_RS_R_z [m],q_RS_w [],q_RS_x [],q_RS_y [],q_RS_z [],v_RS_R_x [m s^-1]';

describeWithData('a flight', (data) => {
  let folder: string;
  let imu: string;
  let truth: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sensorium-euroc-'));
    const recording = join(data, 'vio/euroc_v1_01');
    const first = async (path: string, lines: number) =>
      (await readText(join(recording, path))).split('\n').slice(0, lines).join('\n');
    imu = await first('imu0/data.csv.gz', KEPT.imu);
    truth = await first('truth.txt.gz', KEPT.truth);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** The same flight in a layout, and what the filter makes of it. */
  async function scoreOf(files: Readonly<Record<string, string>>): Promise<Readonly<Record<string, unknown>>> {
    const root = mkdtempSync(join(folder, 'flight-'));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), path.endsWith('.gz') ? gzipSync(text) : text);
      if (path.includes('imu0/')) {
        cpSync(join(data, 'vio/euroc_v1_01/imu0/sensor.yaml'), join(root, dirname(path), 'sensor.yaml'));
      }
    }
    const task = await openPoseTask(root, AID);
    const run = runPose(task, loadConfig({ embedded: {}, drivers, overrides: task.settings }).fusion);
    expect(run.rows.length).toBe(KEPT.truth - 1);
    return task.score(run);
  }

  /** As EuRoC writes it: ns, the quaternion's real part first, and more columns. */
  const asEuroc = (): string =>
    truth
      .split('\n')
      .map((line) => {
        if (line.startsWith('#')) return EUROC;
        const [t, x, y, z, qx, qy, qz, qw] = line.split(' ');
        const [seconds, fraction] = t.split('.');
        return [`${seconds}${fraction.padEnd(9, '0')}`, x, y, z, qw, qx, qy, qz, '0.0'].join(',');
      })
      .join('\n');

  it.each([
    ['mav0/imu0/data.csv', 'mav0/state_groundtruth_estimate0/data.csv'],
    ['mav0/imu0/data.csv.gz', 'mav0/gt0/data.csv.gz'],
    ['imu0/data.csv', 'gt0/data.csv'],
  ])('in the layout of EuRoC, %s and %s, is the same flight', { timeout: 60_000 }, async (imuPath, truthPath) => {
    const expected = await scoreOf({ 'imu0/data.csv.gz': imu, 'truth.txt': truth });
    const found = await scoreOf({ [imuPath]: imu, [truthPath]: asEuroc() });
    for (const name of ['positionRmsM', 'attitudeRmsDeg', 'neesMean']) {
      expect(Number(found[name]) / Number(expected[name])).toBeCloseTo(1, 3);
    }
    expect(found['nees95Band']).toEqual(expected['nees95Band']);
    expect(found['positionRmsM']).toBeLessThan(0.15);
  });
});
