import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SensoriumError } from '../contract/index.ts';
import { readPlain } from '../inference/index.ts';
import { familyOf, type Family, type Kind } from './family.ts';
import { parseJson } from './json.ts';
import { isHubId, networkFile, PRECISIONS, type Precision } from './layout.ts';
import { readLock, type Lock } from './lock.ts';

/** A model of a hub that is in the store. */
export interface HubModel {
  /** Owner and name. */
  readonly name: string;
  /** `model_type` of its configuration, and what it does; `null` where that cannot be read. */
  readonly family: string | null;
  readonly kind: Kind | null;
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
  let lock: Lock | undefined;
  let family: Family | undefined;
  const told = (state: string, precisions: readonly Precision[] = []): HubModel => ({
    name,
    family: family?.type ?? null,
    kind: family?.kind ?? null,
    commit: lock?.commit ?? null,
    precisions,
    bytes: Object.values(lock?.files ?? {}).reduce((sum, file) => sum + file.bytes, 0),
    state,
  });
  try {
    lock = await readLock(join(store, name));
    if (lock === undefined) return undefined;
    const { files } = lock;
    family = await familyAt(join(store, name, 'config.json'));
    const { networks } = family;
    const isThere = (precision: Precision): boolean =>
      networks.every((network) => Object.hasOwn(files, networkFile(network, precision)));
    const precisions = PRECISIONS.filter(isThere);
    return told(precisions.length === 0 ? 'incomplete' : 'ready', precisions);
  } catch (error) {
    if (!(error instanceof SensoriumError)) throw error;
    return told(error.code === 'E_MODEL_MISSING' ? 'incomplete' : error.code);
  }
}

async function familyAt(path: string): Promise<Family> {
  return familyOf(parseJson(await readPlain(path, () => undefined), path), path);
}

async function foldersIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}
