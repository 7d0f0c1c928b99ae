import { openLog, type LogReader, type OpenOptions } from '../record/index.ts';
import { openVehicleFolder } from './vehicle/folder.ts';
import { seriesNames } from './vehicle/series.ts';

/**
 * Opens whatever can be replayed: a log (see {@link openLog}), or a folder of a public data set that holds series of
 * numbers with their times. Told apart by what they hold.
 * @throws SensoriumError E_FILE_MISSING, E_FILE_FORMAT, E_FILE_DAMAGED
 */
export async function openAnyLog(path: string, options: OpenOptions = {}): Promise<LogReader> {
  return (await seriesNames(path)).length > 0 ? openVehicleFolder(path, options) : openLog(path, options);
}
