import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SensoriumError } from '../../contract/index.ts';
import type { Trajectory } from './trajectory.ts';

const HEADER = 't,x,y,z,qw,qx,qy,qz';

/**
 * Writes `estimate.csv` into a folder, which is made where it is missing: `t,x,y,z,qw,qx,qy,qz`, one row a pose, nine
 * decimals.
 * @throws SensoriumError E_FILE_WRITE
 */
export async function writeEstimates(folder: string, poses: Trajectory): Promise<void> {
  const path = join(folder, 'estimate.csv');
  const rows = poses.map(({ time, position, orientation }) =>
    [time, ...position, ...orientation].map((value) => value.toFixed(9)).join(','),
  );
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(path, `${[HEADER, ...rows].join('\n')}\n`);
  } catch (cause) {
    throw new SensoriumError('E_FILE_WRITE', 'cannot be written', { path, cause });
  }
}
