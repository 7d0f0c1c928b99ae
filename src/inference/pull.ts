import { createHash } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { SensoriumError, type ModelFile, type ModelManifest } from '../contract/index.ts';
import { checkManifest } from './manifest.ts';
import { causeOf, patienceOf } from './patience.ts';
import { checkHash, checkSize, placeOf, putFile, readChecked } from './store.ts';
import { firstLine } from './tensors.ts';

/** What became of one file. */
export interface Pulled {
  readonly file: string;
  /** In the store. */
  readonly path: string;
  readonly how: 'already there' | 'copied' | 'fetched';
}

/** How to get files, and who wants to see it. */
export interface PullOptions {
  /** A file, or a folder with the model's files or with a folder of its name; default: the public source. */
  readonly from?: string;
  /** Called with bytes that have come. */
  readonly progress?: (file: string, received: number, bytes: number) => void;
  /** ms without a single byte after which the source counts as gone; default 30 s. */
  readonly patienceMs?: number;
}

/**
 * Puts a model's files into the store, from a folder or from their public source. The manifest's size and sha256 decide;
 * a right file that is already there stays, a wrong one is replaced only once the right one is there in whole.
 * @throws SensoriumError E_MODEL_DOWNLOAD, E_MODEL_SIZE, E_MODEL_HASH, E_MODEL_MISSING, E_MODEL_PATH, E_FILE_WRITE
 */
export async function pullModel(
  manifest: ModelManifest,
  folder: string,
  options: PullOptions = {},
): Promise<readonly Pulled[]> {
  checkManifest(manifest);
  const pulled: Pulled[] = [];
  for (const file of manifest.files) {
    const path = placeOf(folder, manifest, file);
    const isThere = await readChecked(path, file).then(
      () => true,
      () => false,
    );
    if (isThere) {
      pulled.push({ file: file.file, path, how: 'already there' });
      continue;
    }
    const { from } = options;
    const content =
      from === undefined
        ? await fetchFile(file, options)
        : await readChecked(await sourceIn(from, manifest, file), file);
    await putFile(folder, manifest, file, content);
    pulled.push({ file: file.file, path, how: from === undefined ? 'fetched' : 'copied' });
  }
  return pulled;
}

/** The file that `--from` means: itself, in the folder, or in the folder of the model's name below it. */
async function sourceIn(from: string, { name }: ModelManifest, { file }: ModelFile): Promise<string> {
  for (const path of [join(from, name, file), join(from, file)]) {
    const found = await lstat(path).catch(() => undefined);
    if (found !== undefined) return path;
  }
  return from;
}

async function fetchFile(file: ModelFile, { progress, patienceMs = 30_000 }: PullOptions): Promise<Uint8Array> {
  const { url, bytes } = file;
  const patience = patienceOf(patienceMs);
  try {
    const response = await fetch(url, { signal: patience.signal });
    if (!response.ok || response.body === null) throw new Error(`HTTP status ${response.status}`);
    const content = new Uint8Array(bytes);
    const hash = createHash('sha256');
    let received = 0;
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      patience.renew();
      // More than the manifest says is not kept, however much it is.
      if (received + chunk.length > bytes) checkSize(url, file, received + chunk.length);
      content.set(chunk, received);
      hash.update(chunk);
      received += chunk.length;
      progress?.(file.file, received, bytes);
    }
    checkSize(url, file, received);
    checkHash(url, file, hash.digest('hex'));
    return content;
  } catch (error) {
    if (error instanceof SensoriumError) throw error;
    const what = `cannot be fetched: ${firstLine(causeOf(error))}`;
    throw new SensoriumError('E_MODEL_DOWNLOAD', what, { path: url, cause: error });
  } finally {
    patience.end();
  }
}
