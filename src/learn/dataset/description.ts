import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SensoriumError, showValue } from '../../contract/index.ts';

/** What a data set's `dataset.json` says. */
export interface DatasetDescription {
  readonly name: string;
  readonly classes: readonly string[];
  readonly modalities: Readonly<Record<string, { readonly rateHz?: number; readonly dim?: number }>>;
  /** Names of files by what they hold, without what is said about them after the name. */
  readonly files: Readonly<Record<string, string>>;
  /** ms of a step, where every sample is a window of a recording. */
  readonly stepMs?: number;
}

/**
 * Reads a `dataset.json`.
 * @param isLabelled false: classes may be missing, or be a single one
 * @throws SensoriumError E_FILE_MISSING, E_FILE_FORMAT
 */
export async function readDescription(folder: string, isLabelled = true): Promise<DatasetDescription> {
  const path = join(folder, 'dataset.json');
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new SensoriumError('E_FILE_MISSING', 'the file cannot be read', { path, cause });
  });
  const wrong = (what: string, got: unknown): SensoriumError =>
    new SensoriumError('E_FILE_FORMAT', `${what}, got ${showValue(got)}`, { path });
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch (cause) {
    throw new SensoriumError('E_FILE_FORMAT', 'not JSON', { path, cause });
  }
  if (!isRecord(found)) throw wrong('expected an object', found);
  const { name, classes, modalities, files = {}, stepMs } = found;
  if (typeof name !== 'string') throw wrong('name: expected a text', name);
  if (!isRecord(modalities) || Object.keys(modalities).length === 0) {
    throw wrong('modalities: expected at least one', modalities);
  }
  for (const [key, modality] of Object.entries(modalities)) {
    if (!/^\w[\w.-]*$/.test(key)) throw wrong('modalities: expected plain names', key);
    if (!isRecord(modality)) throw wrong(`modalities.${key}: expected an object`, modality);
    for (const side of ['rateHz', 'dim']) {
      const value = modality[side] ?? 1;
      if (!(typeof value === 'number' && value > 0))
        throw wrong(`modalities.${key}.${side}: expected more than 0`, value);
    }
  }
  if (
    !isRecord(files) ||
    Object.values(files).some((file) => typeof file !== 'string' || !/^\w[\w.-]*( |$)/.test(file))
  ) {
    throw wrong('files: expected names of files in this folder', files);
  }
  if (stepMs !== undefined && !(typeof stepMs === 'number' && stepMs > 0)) {
    throw wrong('stepMs: expected more than 0', stepMs);
  }
  return {
    name,
    ...(stepMs === undefined ? {} : { stepMs }),
    classes: classesOf(classes, isLabelled, wrong),
    modalities: modalities as DatasetDescription['modalities'],
    files: Object.fromEntries(Object.entries(files).map(([key, file]) => [key, (file as string).split(' ')[0]])),
  };
}

function classesOf(
  classes: unknown,
  isLabelled: boolean,
  wrong: (what: string, got: unknown) => SensoriumError,
): readonly string[] {
  if (!isLabelled && (classes === undefined || (Array.isArray(classes) && classes.length < 2))) return ['unlabelled'];
  if (typeof classes === 'number' && Number.isInteger(classes) && classes > 1) {
    return Array.from({ length: classes }, (_, i) => String(i));
  }
  if (Array.isArray(classes) && classes.length > 1 && classes.every((name) => typeof name === 'string')) return classes;
  throw wrong('classes: expected a number or names, at least two', classes);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
