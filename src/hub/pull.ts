import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SensoriumError, showValue, unwritable } from '../contract/index.ts';
import { checkHash, externalLocations, readPlain, refuseLinkedFolder } from '../inference/index.ts';
import { download, isNotThere, type Downloaded, type DownloadOptions } from './download.ts';
import { familyOf, type Family } from './family.ts';
import { parseJson } from './json.ts';
import { isDataOf, isHubId, networkFile, type Precision } from './layout.ts';
import { readLock, writeLock, type Lock, type LockedFile } from './lock.ts';

/** The public hub. */
const PUBLIC_HUB = 'https://huggingface.co';
/** More than any network that a robot runs. */
const MOST_BYTES = 2 ** 32;

/** What became of one file. */
export interface PulledFile {
  /** In the model's folder. */
  readonly file: string;
  readonly path: string;
  readonly how: 'already there' | 'copied' | 'fetched';
}

/** Which model, in which precision, from where. */
export interface HubPullOptions {
  readonly precision: Precision;
  /** A hub's address, or a folder with the model's files or with `<owner>/<name>`; default: SENSORIUM_HUB, or the public hub. */
  readonly from?: string;
  /** Branch, tag or commit; default: what the lock file says, else `main`. */
  readonly revision?: string;
  /** Called with bytes that have come; how many there will be is not always known. */
  readonly progress?: (file: string, received: number, bytes: number | undefined) => void;
  /** ms without a single byte after which a connection counts as gone; default 30 s. */
  readonly patienceMs?: number;
  /** ms before a connection that broke off is tried again; default 1 s. */
  readonly pauseMs?: number;
}

/**
 * Puts a model of a hub into the store, `<store>/<owner>/<name>`: its descriptions, and its networks in one precision with the files
 * beside them that hold their weights. What is there and is what the lock file says stays; each file appears in whole, and in the lock
 * file.
 * @throws SensoriumError E_MODEL_PATH, E_MODEL_UNKNOWN before any network is fetched, E_MODEL_DOWNLOAD, E_MODEL_SIZE, E_MODEL_HASH,
 *   E_MODEL_MISSING, E_MODEL_MANIFEST, E_FILE_WRITE
 */
export async function pullHubModel(id: string, store: string, options: HubPullOptions): Promise<readonly PulledFile[]> {
  if (!isHubId(id)) {
    throw new SensoriumError('E_MODEL_PATH', 'expected owner/name of a hub', { path: showValue(id) });
  }
  const folder = join(store, id);
  await refuseLinkedFolder(join(store, dirname(id)));
  await refuseLinkedFolder(folder);
  let lock = await lockToBegin(id, folder, options.revision);
  const pulled: PulledFile[] = [];
  const take = async (file: string): Promise<string> => {
    const path = join(folder, file);
    const locked = lock.files[file];
    if (locked !== undefined && (await isThat(path, locked))) {
      pulled.push({ file, path, how: 'already there' });
    } else {
      const brought = await bring(id, file, path, lock.commit ?? options.revision ?? 'main', options);
      lock = {
        ...lock,
        commit: lock.commit ?? brought.commit ?? null,
        files: { ...lock.files, [file]: brought.locked },
      };
      await writeLock(folder, lock);
      pulled.push({ file, path, how: brought.how });
    }
    return path;
  };

  const family = await familyAt(await take('config.json'));
  for (const file of family.descriptions) if (file !== 'config.json') await take(file);
  for (const file of family.extras) {
    await take(file).catch((error: unknown) => {
      if (!isNotThere(error) && !(error instanceof SensoriumError && error.code === 'E_MODEL_MISSING')) throw error;
    });
  }
  for (const network of family.networks) {
    const file = networkFile(network, options.precision);
    for (const location of await locationsIn(await take(file), file)) await take(`${dirname(file)}/${location}`);
  }
  return pulled;
}

/** What is there of this model; nothing where another revision is wanted. */
async function lockToBegin(id: string, folder: string, revision: string | undefined): Promise<Lock> {
  const lock = await readLock(folder);
  const isOther = revision !== undefined && lock !== undefined && lock.commit !== revision;
  return lock === undefined || isOther ? { model: id, commit: null, files: {} } : lock;
}

async function familyAt(path: string): Promise<Family> {
  return familyOf(parseJson(await readPlain(path, () => undefined), path), path);
}

/** Files beside a network that it keeps weights in. What is no network is found out when it is opened. */
async function locationsIn(path: string, file: string): Promise<readonly string[]> {
  const content = await readPlain(path, () => undefined);
  try {
    return externalLocations(content).filter((location) => isDataOf(file, location));
  } catch {
    return [];
  }
}

async function bring(
  id: string,
  file: string,
  path: string,
  revision: string,
  options: HubPullOptions,
): Promise<{ readonly how: 'copied' | 'fetched'; readonly commit: string | undefined; readonly locked: LockedFile }> {
  const { from = process.env['SENSORIUM_HUB'] ?? PUBLIC_HUB } = options;
  const part = join(dirname(path), `.${basename(path)}.part`);
  const isUrl = /^https?:\/\//.test(from);
  await writing(path, mkdir(dirname(path), { recursive: true }));
  await refuseLinkedFolder(dirname(path));
  const said: Downloaded = isUrl
    ? await download(`${from.replace(/\/+$/, '')}/${id}/resolve/${encodeURIComponent(revision)}/${file}`, part, {
        patienceMs: options.patienceMs ?? 30_000,
        pauseMs: options.pauseMs ?? 1000,
        most: MOST_BYTES,
        ...progressOf(file, options),
      })
    : await copied(id, file, from, part);
  const sha256 = await hashOf(part);
  if (said.sha256 !== undefined && sha256 !== said.sha256) {
    await rm(part, { force: true });
    checkHash(path, { sha256: said.sha256 }, sha256);
  }
  const { size } = await stat(part);
  await writing(path, rename(part, path));
  return { how: isUrl ? 'fetched' : 'copied', commit: said.commit, locked: { bytes: size, sha256 } };
}

function progressOf(file: string, { progress }: HubPullOptions): Pick<DownloadOptions, 'progress'> {
  return progress === undefined ? {} : { progress: (received, bytes) => progress(file, received, bytes) };
}

/** Copies the file from the folder, or from the folder of the model's name below it. Links are followed: a hub's own cache is made of them. */
async function copied(id: string, file: string, from: string, part: string): Promise<Downloaded> {
  for (const path of [join(from, id, file), join(from, file)]) {
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile() !== true) continue;
    await writing(part, copyFile(path, part));
    return { commit: undefined, sha256: undefined };
  }
  throw new SensoriumError('E_MODEL_MISSING', 'no such file', { path: join(from, file) });
}

async function isThat(path: string, { bytes, sha256 }: LockedFile): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true && found.size === bytes && (await hashOf(path)) === sha256;
}

/** Of a file that may be larger than the memory. */
async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

async function writing<T>(path: string, act: Promise<T>): Promise<T> {
  return act.catch((error: unknown) => {
    throw unwritable(path, error);
  });
}
