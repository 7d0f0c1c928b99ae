import { SensoriumError } from '../../contract/index.ts';
import { eurocTask, isEuroc, type PositionAid } from './euroc.ts';
import { isRanges, rangesTask } from './ranges.ts';
import { seriesNames } from '../vehicle/series.ts';
import type { PoseTask } from './task.ts';
import { vehicleTask } from './vehicle.ts';

export { inject, parseInjection, type Injection } from './inject.ts';
export { judgeInjections } from './injected.ts';
export type { PositionAid } from './euroc.ts';
export { runPose } from './run.ts';
export type { PoseRun, PoseTask } from './task.ts';

/**
 * Opens a folder with a recording and its truth; told apart by what it holds.
 * @param aid what aids a recording that tells no place itself
 * @throws SensoriumError E_FILE_FORMAT, E_FILE_MISSING, E_FILE_DAMAGED, E_USAGE
 */
export async function openPoseTask(folder: string, aid: PositionAid | undefined): Promise<PoseTask> {
  if (await isEuroc(folder)) return eurocTask(folder, aid);
  if (await isRanges(folder)) return rangesTask(folder);
  if ((await seriesNames(folder)).length > 0) return vehicleTask(folder);
  const what = 'expected a flight of EuRoC, ranges to anchors, or a drive of comma2k19';
  throw new SensoriumError('E_FILE_FORMAT', what, { path: folder });
}
