import { access } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ImuSeries } from '../../calibrate/series.ts';
import { CHANNELS, readTrial } from '../../evaluate/orientation/trial.ts';
import { eurocReadings, isEuroc } from '../../evaluate/pose/euroc.ts';

/**
 * The IMU of a folder of a public data set that holds one: a flight of EuRoC, or a trial of BROAD.
 * @returns `undefined` for anything else
 * @throws SensoriumError E_FILE_FORMAT, E_FILE_DAMAGED
 */
export async function imuOfFolder(path: string): Promise<ImuSeries | undefined> {
  if (await isEuroc(path)) {
    const readings = await eurocReadings(path);
    const epoch = readings[0].ns;
    return {
      times: readings.map(({ ns }) => Number(ns - epoch) / 1e9),
      gyro: byAxis((axis) => readings.map(({ gyro }) => gyro[axis])),
      accel: byAxis((axis) => readings.map(({ accel }) => accel[axis])),
    };
  }
  const isTrial = await access(join(path, 'imu.npy')).then(
    () => true,
    () => false,
  );
  if (!isTrial) return undefined;
  const { samples, count, rate } = await readTrial(dirname(path), basename(path));
  const column = (channel: number): number[] =>
    Array.from({ length: count }, (_, i) => samples[CHANNELS * i + channel]);
  return {
    times: Array.from({ length: count }, (_, i) => i / rate),
    gyro: byAxis(column),
    accel: byAxis((axis) => column(3 + axis)),
  };
}

function byAxis(axis: (number: number) => number[]): [number[], number[], number[]] {
  return [axis(0), axis(1), axis(2)];
}
