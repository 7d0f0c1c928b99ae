import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SensoriumError } from '../../contract/index.ts';
import { readNpy } from '../../numpy/read.ts';

/** One stream of a folder: times, and a row of numbers for each. */
export interface Series {
  /** Path within the folder: `IMU/gyro`. */
  readonly name: string;
  readonly type: string;
  readonly rows: number;
  readonly columns: number;
  /** s, on the clock that all streams of the folder share. */
  readonly times: Float64Array;
  /** Row by row. */
  readonly values: Float64Array;
}

const TIMES = 't.npy';
const VALUES = 'value.npy';

/**
 * The streams of a folder, by what it holds: every `<group>/<stream>` with `t.npy` and `value.npy` in it. Whatever else
 * lies there (the truth, above all) is not looked at.
 * @returns names in alphabetical order; none for a folder of another kind, or what is no folder
 */
export async function seriesNames(folder: string): Promise<string[]> {
  const names: string[] = [];
  for (const group of await foldersIn(folder)) {
    for (const stream of await foldersIn(join(folder, group))) {
      const files = await readdir(join(folder, group, stream)).catch((): string[] => []);
      if (files.includes(TIMES) && files.includes(VALUES)) names.push(`${group}/${stream}`);
    }
  }
  return names.sort();
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

/**
 * Reads one stream.
 * @throws SensoriumError E_FILE_DAMAGED, E_FILE_FORMAT, also when there are not as many times as values
 */
export async function readSeries(folder: string, name: string): Promise<Series> {
  const path = join(folder, name);
  const { shape, values: times } = await readNpy(join(path, TIMES));
  const { type, shape: sides, values } = await readNpy(join(path, VALUES));
  const [rows, columns = 1] = sides;
  if (shape.length > 1 || sides.length > 2 || shape[0] !== rows) {
    const what = `${shape.join(' x ')} times for ${sides.join(' x ')} values`;
    throw new SensoriumError('E_FILE_DAMAGED', what, { path });
  }
  return { name, type, rows, columns, times, values };
}
