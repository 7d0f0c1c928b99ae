import { createHash } from 'node:crypto';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SensoriumError, unwritable } from '../contract/index.ts';
import { externalLocations, firstLine } from '../inference/index.ts';
import { readDescription } from './description.ts';
import { KINDS, type Family } from './family.ts';
import { openFolder, type HubFile } from './folder.ts';
import { isDataOf, networkFile } from './layout.ts';
import { readLock, writeLock } from './lock.ts';

/** What became of one network. */
export interface Rewritten {
  readonly network: string;
  /** Bytes before, weights beside it included, and after. */
  readonly before: number;
  readonly after: number;
  /** Matrices that were rounded, and those that were not. */
  readonly rounded: number;
  readonly kept: number;
}

/** Makes the content of an 8-bit network. */
type Quantise = (
  content: Uint8Array,
  beside: (location: string) => Uint8Array,
) => { readonly content: Uint8Array; readonly rounded: number; readonly kept: number };

/** More than any network that a robot runs. */
const MOST = 2 ** 32;

/**
 * What a model in a folder is.
 * @param kinds what it may do; default: whatever is read here
 * @throws SensoriumError as its descriptions do
 */
export async function familyOfFolder(folder: string, kinds = KINDS): Promise<Family> {
  return (await readDescription(await openFolder(folder), kinds)).family;
}

/**
 * Writes the 8-bit networks of a model beside its fp32 ones, each in one step, and into its lock file where it has one.
 * @param quantise what does it
 * @param isForced also where they are there
 * @throws SensoriumError with an E_MODEL_ code; E_FILE_EXISTS, E_FILE_WRITE
 */
export async function writeQuantised(
  folder: string,
  quantise: Quantise,
  { isForced, progress }: { readonly isForced: boolean; readonly progress: (network: string, share: number) => void },
): Promise<readonly Rewritten[]> {
  const files = await openFolder(folder);
  const { networks } = (await readDescription(files, KINDS)).family;
  for (const network of isForced ? [] : networks) {
    const path = join(folder, networkFile(network, 'q8'));
    if ((await stat(path).catch(() => undefined)) === undefined) continue;
    throw new SensoriumError('E_FILE_EXISTS', 'is there already; --force writes over it', { path });
  }
  const written: Rewritten[] = [];
  for (const [i, network] of networks.entries()) {
    progress(network, i / networks.length);
    const file = networkFile(network, 'fp32');
    const whole = await files.read(file, MOST);
    const beside = new Map<string, HubFile>();
    for (const location of locationsOf(whole)) {
      if (isDataOf(file, location)) beside.set(location, await files.read(`${dirname(file)}/${location}`, MOST));
    }
    const { content, rounded, kept } = quantised(whole, beside, quantise);
    await put(folder, networkFile(network, 'q8'), content);
    const data = [...beside.values()].reduce((sum, its) => sum + its.content.length, 0);
    written.push({ network, before: whole.content.length + data, after: content.length, rounded, kept });
  }
  return written;
}

function locationsOf({ content, path }: HubFile): readonly string[] {
  try {
    return externalLocations(content);
  } catch (error) {
    throw new SensoriumError('E_MODEL_FORMAT', `not an ONNX file: ${firstLine(error)}`, { path, cause: error });
  }
}

function quantised(
  { content, path }: HubFile,
  beside: ReadonlyMap<string, HubFile>,
  quantise: Quantise,
): ReturnType<Quantise> {
  try {
    return quantise(content, (location) => {
      const its = beside.get(location);
      if (its === undefined) throw new RangeError(`its weights lie in "${location}"`);
      return its.content;
    });
  } catch (error) {
    throw new SensoriumError('E_MODEL_FORMAT', `cannot be rounded: ${firstLine(error)}`, { path, cause: error });
  }
}

async function put(folder: string, file: string, content: Uint8Array): Promise<void> {
  const path = join(folder, file);
  const part = `${path}.part`;
  try {
    await writeFile(part, content);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw unwritable(path, error);
  }
  const lock = await readLock(folder);
  if (lock === undefined) return;
  const sha256 = createHash('sha256').update(content).digest('hex');
  await writeLock(folder, { ...lock, files: { ...lock.files, [file]: { bytes: content.length, sha256 } } });
}
