import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SensoriumError, showValue } from '../../contract/index.ts';
import { readNpy, type NpyArray } from '../../numpy/read.ts';

/** Numbers of one sample: angular velocity rad/s, specific force m/s², magnetic field µT, each x, y, z in sensor axes. */
export const CHANNELS = 9;

/**
 * A recording of an inertial and magnetic sensor whose orientation is known, as the BROAD data set has them (D. Laidig et al.,
 * "BROAD: a benchmark for robust inertial orientation estimation", Data 6(7), 2021).
 */
export interface Trial {
  readonly name: string;
  /** Hz. */
  readonly rate: number;
  readonly count: number;
  /** Row-major [count, {@link CHANNELS}]. */
  readonly samples: Float64Array;
  /** Row-major [count, 4]: w, x, y, z, sensor to east-north-up; NaN where it was not seen. */
  readonly truth: Float64Array;
  /** 1 where the sample counts. */
  readonly moving: Float64Array;
}

/** The names of the trials in a folder, in order. @throws SensoriumError E_FILE_MISSING */
export async function trialsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new SensoriumError('E_FILE_MISSING', 'no such folder', { path: folder, cause });
  });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  if (names.length === 0) throw new SensoriumError('E_FILE_MISSING', 'no trial in this folder', { path: folder });
  return names.sort();
}

/**
 * Reads a trial: `imu.npy`, `truth.npy`, `moving.npy` and `meta.json` with its `rateHz`.
 * @throws SensoriumError E_FILE_MISSING, E_FILE_FORMAT, E_FILE_DAMAGED
 */
export async function readTrial(folder: string, name: string): Promise<Trial> {
  const path = join(folder, name);
  const rate = await rateOf(join(path, 'meta.json'));
  const samples = await readNpy(join(path, 'imu.npy'));
  const count = samples.shape[0];
  const imu = shaped(samples, [count, CHANNELS], join(path, 'imu.npy'));
  const truth = shaped(await readNpy(join(path, 'truth.npy')), [count, 4], join(path, 'truth.npy'));
  const moving = shaped(await readNpy(join(path, 'moving.npy')), [count], join(path, 'moving.npy'));
  return { name, rate, count, samples: imu, truth, moving };
}

function shaped({ shape, values }: NpyArray, expected: readonly number[], path: string): Float64Array {
  if (shape.length === expected.length && shape.every((side, i) => side === expected[i])) return values;
  throw new SensoriumError('E_FILE_FORMAT', `expected the shape [${expected.join(', ')}], got [${shape.join(', ')}]`, {
    path,
  });
}

async function rateOf(path: string): Promise<number> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new SensoriumError('E_FILE_MISSING', 'the file cannot be read', { path, cause });
  });
  let rate: unknown;
  try {
    const meta: unknown = JSON.parse(text);
    rate = typeof meta === 'object' && meta !== null && 'rateHz' in meta ? meta.rateHz : undefined;
  } catch (cause) {
    throw new SensoriumError('E_FILE_FORMAT', 'not JSON', { path, cause });
  }
  if (typeof rate === 'number' && rate > 0 && rate < 1e6) return rate;
  throw new SensoriumError('E_FILE_FORMAT', `rateHz: expected a rate in Hz, got ${showValue(rate)}`, { path });
}
