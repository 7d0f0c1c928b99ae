import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { delaysOf } from '../../src/evaluate/delays.ts';
import { openAnyLog } from '../../src/evaluate/open.ts';
import type { Arrival, StreamId } from '../../src/frame/index.ts';
import type { LogReader } from '../../src/record/index.ts';
import { describeWithData } from '../support/requirements.ts';
import { npyOf } from '../numpy/support/npy.ts';

async function arrivalsOf(log: LogReader): Promise<Arrival[]> {
  const all: Arrival[] = [];
  for await (const batch of log.entries())
    for (const entry of batch) if (entry.kind === 'frame') all.push(entry.arrival);
  return all;
}

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sensorium-folder-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(name: string, times: readonly number[], rows: readonly (readonly number[])[]): Promise<void> {
  await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, name, 't.npy'), npyOf(times, { shape: [times.length] }));
  await writeFile(join(folder, name, 'value.npy'), npyOf(rows.flat(), { shape: [rows.length, rows[0]?.length ?? 1] }));
}

describe('a folder of NumPy series', () => {
  it('is a log: every sensor on the one clock, axes and units ours', async () => {
    await write(
      'IMU/gyro',
      [100.0, 100.01],
      [
        [0.1, 0.2, 0.3],
        [0.4, 0.5, 0.6],
      ],
    );
    await write(
      'IMU/accelerometer',
      [100.001, 100.02],
      [
        [1, 2, -9.7],
        [3, 4, -9.8],
      ],
    );
    await write('IMU/magnetometer', [100.003], [[20, -5, 40]]);
    await write(
      'CAN/wheel_speed',
      [100.002, 100.004],
      [
        [10, 10, 11, 11],
        [NaN, 10, 11, 11],
      ],
    );
    // North-east at 10 m/s.
    await write('GNSS/some_receiver', [100.005], [[48.1, 11.5, 10, 1_600_000_000_005, 500, 45]]);
    const log = await openAnyLog(folder);
    expect(log.format).toBe('npy');
    expect(log.streams.map(({ id, kind, role }) => [id, kind, role])).toEqual([
      ['imu', 'imu', 'sensor'],
      ['mag', 'magneticField', 'sensor'],
      ['wheels', 'odometry', 'sensor'],
      ['fix', 'fix', 'sensor'],
      ['fix_velocity', 'twist', 'sensor'],
    ]);
    expect(log.epoch).toBe(1_600_000_000_000_000_000n);
    expect(log.warnings).toEqual(['CAN/wheel_speed: 1 of 2 rows without a number are left out']);
    const arrivals = await arrivalsOf(log);
    expect(arrivals.map(({ stream, received }) => [stream, received / 1e6])).toEqual([
      ['imu', 0],
      ['wheels', 2],
      ['mag', 3],
      ['fix', 5],
      ['fix_velocity', 5],
      ['imu', 10],
    ]);
    expect(arrivals.every(({ device, received }) => device === log.epoch + BigInt(received))).toBe(true);
    const [imu, wheels, mag, fix, velocity] = arrivals.map(({ measurement }) => measurement);
    expect(imu).toEqual({ kind: 'imu', angularVelocity: [0.1, -0.2, -0.3], linearAcceleration: [1, -2, 9.7] });
    expect(wheels).toMatchObject({ kind: 'odometry', childFrameId: 'base_link', twist: { linear: [10.5, 0, 0] } });
    expect(mag).toMatchObject({ field: [expect.closeTo(20e-6), expect.closeTo(5e-6), expect.closeTo(-40e-6)] });
    expect(fix).toMatchObject({ kind: 'fix', latitude: 48.1, longitude: 11.5, altitude: 500 });
    expect(velocity).toMatchObject({ twist: { linear: [expect.closeTo(7.0711, 3), expect.closeTo(7.0711, 3), 0] } });
  });

  it('takes names from the configuration, by series or by stream', async () => {
    await write(
      'IMU/gyro',
      [1, 2],
      [
        [0, 0, 1],
        [0, 0, 1],
      ],
    );
    await write('CAN/speed', [1], [[3]]);
    const mappings = [
      { source: 'IMU/gyro', stream: 'body', frameId: 'body_link' },
      { source: 'wheels', stream: 'axle', role: 'reference' as const },
    ];
    const { streams } = await openAnyLog(folder, { mappings });
    expect(streams.map(({ id, frameId, role }): [StreamId, string, string] => [id, frameId, role])).toEqual([
      ['body', 'body_link', 'sensor'],
      ['axle', 'odom', 'reference'],
    ]);
  });

  it('is told by what it holds: a folder without series is somebody else’s', async () => {
    await mkdir(join(folder, 'truth'));
    await writeFile(join(folder, 'truth', 'frame_times.npy'), npyOf([1], { shape: [1] }));
    await expect(openAnyLog(folder)).rejects.toThrow('a folder without a .db3 or .mcap file');
    await expect(openAnyLog(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'E_FILE_MISSING' });
  });

  it('says what is wrong with it', async () => {
    await write('CAN/radar', [1], [[3]]);
    await expect(openAnyLog(folder)).rejects.toThrow('no series that a sensor gives');
    await write('CAN/speed', [1, 2], [[3]]);
    await expect(openAnyLog(folder)).rejects.toThrow('2 times for 1 x 1 values');
    await writeFile(join(folder, 'CAN/speed/t.npy'), 'broken');
    await expect(openAnyLog(folder)).rejects.toMatchObject({ code: 'E_FILE_FORMAT' });
  });
});

describeWithData('a recording of a car', (data) => {
  it('says how late its receiver is, and that a straight road says nothing of the course', async () => {
    const log = await openAnyLog(join(data, 'vehicle', 'comma2k19'));
    expect(log.channels.some(({ topic }) => topic.startsWith('truth'))).toBe(false);
    const delays = await delaysOf(log);
    const by = (kind: string) => delays.filter((delay) => delay.by === kind);
    for (const [kind, about] of [
      ['position', 110],
      ['speed', 140],
    ] as const) {
      const [{ ms, low, high, against }] = by(kind);
      expect(against).toBe('wheels');
      expect(Math.abs((ms ?? NaN) - about)).toBeLessThan(25);
      expect(low).toBeLessThan(about);
      expect(high).toBeGreaterThan(about);
    }
    expect(by('course').map(({ ms, low, high }) => [ms, low, high])).toEqual([[null, null, null]]);
  });

  it('reads to the same entries twice', async () => {
    const log = await openAnyLog(join(data, 'vehicle', 'comma2k19'));
    const [once, again] = [await arrivalsOf(log), await arrivalsOf(log)];
    expect(once).toHaveLength(3125 + 296 + 2484 + 2 * 286);
    expect(again).toEqual(once);
  });
});
