import { SensoriumError } from '../../contract/index.ts';
import type { RecordingStatus } from '../../record/index.ts';
import { total } from './view.ts';

/**
 * For those to whom a recording matters above all.
 * @throws SensoriumError E_FILE_WRITE when it is not possible now, or inputs were lost to it
 */
export function assertWhole({ state, why, file, lost }: RecordingStatus): void {
  const path = file;
  if (state === 'paused') throw new SensoriumError('E_FILE_WRITE', `cannot be written: ${why ?? 'unknown'}`, { path });
  const reasons = Object.entries(lost).map(([reason, count]) => `${count} ${reason}`);
  if (total(lost) === 0) return;
  throw new SensoriumError('E_FILE_WRITE', `the recording lacks inputs: ${reasons.join(', ')}`, { path });
}
