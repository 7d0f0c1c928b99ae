import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unwritable } from '../../contract/index.ts';
import type { Trajectory } from './trajectory.ts';

const HEADER = 't,x,y,z,qw,qx,qy,qz';

/** A trajectory as a table: `t,x,y,z,qw,qx,qy,qz`, one row a pose, nine decimals. */
export function tableOfPoses(poses: Trajectory): string {
  const rows = poses.map(({ time, position, orientation }) =>
    [time, ...position, ...orientation].map((value) => value.toFixed(9)).join(','),
  );
  return `${[HEADER, ...rows].join('\n')}\n`;
}

/**
 * Writes `estimate.csv` into a folder, which is made where it is missing; see {@link tableOfPoses}.
 * @throws SensoriumError E_FILE_WRITE
 */
export async function writeEstimates(folder: string, poses: Trajectory): Promise<void> {
  const path = join(folder, 'estimate.csv');
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(path, tableOfPoses(poses));
  } catch (cause) {
    throw unwritable(path, cause);
  }
}
