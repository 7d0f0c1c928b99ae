import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { SensoriumError, showValue } from '../contract/index.ts';

/** A class holds for some time of a recording. */
export interface Interval {
  /** Name of the file of the recording, with or without its ending; `undefined`: of every recording. */
  readonly recording: string | undefined;
  /** s since its first message. */
  readonly start: number;
  readonly end: number;
  readonly label: string;
}

/** What stands in the first line. */
const COLUMNS = ['start', 'end', 'label'] as const;

/**
 * Reads intervals: CSV whose first line names the columns `start`, `end` (s since the first message of the recording), `label` and,
 * where there are several recordings, `recording`.
 * @throws SensoriumError E_FILE_MISSING, E_FILE_FORMAT
 */
export async function readIntervals(path: string): Promise<Interval[]> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new SensoriumError('E_FILE_MISSING', 'the file cannot be read', { path, cause });
  });
  const [head = '', ...lines] = text.split(/\r?\n/);
  const names = cellsOf(head);
  const missing = COLUMNS.find((name) => !names.includes(name));
  if (missing !== undefined) {
    throw new SensoriumError('E_FILE_FORMAT', `expected a column ${missing}, got ${showValue(head)}`, { path });
  }
  return lines.flatMap((line, i) => {
    if (line.trim() === '') return [];
    const cells = cellsOf(line);
    const cell = (name: string): string => cells[names.indexOf(name)] ?? '';
    const [start, end, label] = [Number(cell('start')), Number(cell('end')), cell('label')];
    const isFine = cell('start') !== '' && end > start && Number.isFinite(end) && label !== '';
    if (!isFine) {
      const what = `expected start < end, s, and a label, got ${showValue(line)}`;
      throw new SensoriumError('E_FILE_FORMAT', what, { path: `${path}:${i + 2}` });
    }
    return [{ recording: names.includes('recording') ? cell('recording') : undefined, start, end, label }];
  });
}

/** Whether an interval is of the recording in this file. */
export function isOf({ recording }: Interval, path: string): boolean {
  const file = basename(path);
  return recording === undefined || recording === file || recording === file.replace(/\.[^.]+$/, '');
}

function cellsOf(line: string): string[] {
  return line.split(',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
}
