import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SensoriumError } from '../contract/index.ts';
import { isHubId, networkFile, PRECISIONS, TOWERS, type Precision } from './layout.ts';
import { readLock } from './lock.ts';

/** A model of a hub that is in the store. */
export interface HubModel {
  /** Owner and name. */
  readonly name: string;
  /** The hub's commit; `null` where the source has not said it. */
  readonly commit: string | null;
  /** Those that are there in whole. */
  readonly precisions: readonly Precision[];
  /** Of all files. */
  readonly bytes: number;
  /** `ready`; `incomplete`: a pull was ended; or the code of what is wrong with its lock file. Contents are checked when it is loaded. */
  readonly state: string;
}

/** The models of hubs in a store, by name: the folders `<owner>/<name>` that have a lock file. */
export async function hubModelsIn(store: string): Promise<readonly HubModel[]> {
  const models: HubModel[] = [];
  for (const owner of await foldersIn(store)) {
    for (const name of await foldersIn(join(store, owner))) {
      const model = isHubId(`${owner}/${name}`) ? await modelAt(store, `${owner}/${name}`) : undefined;
      if (model !== undefined) models.push(model);
    }
  }
  return models;
}

async function modelAt(store: string, name: string): Promise<HubModel | undefined> {
  try {
    const lock = await readLock(join(store, name));
    if (lock === undefined) return undefined;
    const isThere = (precision: Precision): boolean =>
      TOWERS.every((tower) => Object.hasOwn(lock.files, networkFile(tower, precision)));
    const precisions = PRECISIONS.filter(isThere);
    const bytes = Object.values(lock.files).reduce((sum, file) => sum + file.bytes, 0);
    return { name, commit: lock.commit, precisions, bytes, state: precisions.length === 0 ? 'incomplete' : 'ready' };
  } catch (error) {
    if (!(error instanceof SensoriumError)) throw error;
    return { name, commit: null, precisions: [], bytes: 0, state: error.code };
  }
}

async function foldersIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}
