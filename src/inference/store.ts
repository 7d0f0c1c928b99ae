import { createHash, randomUUID } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { lstat, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { SensoriumError, unwritable, type ModelFile, type ModelManifest } from '../contract/index.ts';
import { checkManifest } from './manifest.ts';

/** Folder of models: SENSORIUM_MODELS, or `sensorium/models` in the user's cache folder. */
export function modelFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const { SENSORIUM_MODELS: own, XDG_CACHE_HOME: cache } = environment;
  if (own !== undefined && own !== '') return own;
  return join(cache !== undefined && cache !== '' ? cache : join(homedir(), '.cache'), 'sensorium', 'models');
}

/** `models/` of the package that this is a part of, compiled or not. */
export function packagedModels(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder);
  return join(folder, 'models');
}

/** Where the file of a model lies: `<folder>/<model>/<file>`. */
export function placeOf(folder: string, { name }: ModelManifest, { file }: ModelFile): string {
  return join(folder, name, file);
}

/**
 * Reads all files of a model from the store, each checked by size and sha256: what is returned is what was checked.
 * @throws SensoriumError E_MODEL_MISSING, E_MODEL_PATH, E_MODEL_SIZE, E_MODEL_HASH, E_MODEL_MANIFEST
 */
export async function readModel(folder: string, manifest: ModelManifest): Promise<Map<string, Uint8Array>> {
  checkManifest(manifest);
  await refuseLinkedFolder(join(folder, manifest.name));
  const files = new Map<string, Uint8Array>();
  for (const file of manifest.files) files.set(file.file, await readChecked(placeOf(folder, manifest, file), file));
  return files;
}

/**
 * Reads one file wherever it lies, checked by size and sha256.
 * @throws SensoriumError E_MODEL_MISSING, E_MODEL_PATH, E_MODEL_SIZE, E_MODEL_HASH
 */
export async function readChecked(path: string, file: ModelFile): Promise<Uint8Array> {
  const content = await readPlain(path, (size) => checkSize(path, file, size));
  checkSize(path, file, content.length);
  checkHash(path, file, createHash('sha256').update(content).digest('hex'));
  return content;
}

/**
 * Reads a regular file whose size nobody has said: no link, no folder, no pipe.
 * @param accept is told its size before memory is taken, and throws where that is too much
 * @throws SensoriumError E_MODEL_MISSING, E_MODEL_PATH
 */
export async function readPlain(path: string, accept: (bytes: number) => void): Promise<Uint8Array<ArrayBuffer>> {
  const handle = await openPlain(path);
  try {
    const { size } = await handle.stat();
    accept(size);
    const content = new Uint8Array(size);
    let read = 0;
    while (read < content.length) {
      const { bytesRead } = await handle.read(content, read, content.length - read, read);
      if (bytesRead === 0) break;
      read += bytesRead;
    }
    return content.subarray(0, read);
  } finally {
    await handle.close();
  }
}

/** @throws SensoriumError E_MODEL_SIZE */
export function checkSize(path: string, { bytes }: Pick<ModelFile, 'bytes'>, found: number): void {
  if (found === bytes) return;
  throw new SensoriumError('E_MODEL_SIZE', `expected ${bytes} bytes, got ${found}`, { path });
}

/** @throws SensoriumError E_MODEL_HASH */
export function checkHash(path: string, { sha256 }: Pick<ModelFile, 'sha256'>, found: string): void {
  if (found === sha256) return;
  throw new SensoriumError('E_MODEL_HASH', `expected sha256 ${sha256}, got ${found}`, { path });
}

/**
 * Puts checked content into the store in one step: a reader sees the old file or the new one, never half of it.
 * @throws SensoriumError E_FILE_WRITE
 */
export async function putFile(
  folder: string,
  manifest: ModelManifest,
  file: ModelFile,
  content: Uint8Array,
): Promise<string> {
  const path = placeOf(folder, manifest, file);
  const part = join(folder, manifest.name, `.${file.file}.${randomUUID()}.part`);
  try {
    await mkdir(join(folder, manifest.name), { recursive: true });
    await refuseLinkedFolder(join(folder, manifest.name));
    await writeFile(part, content, { flag: 'wx' });
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    if (error instanceof SensoriumError) throw error;
    throw unwritable(path, error);
  }
  return path;
}

/** Opens a regular file and nothing else: no link, no folder, no pipe. */
async function openPlain(path: string): ReturnType<typeof open> {
  try {
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
    throw new SensoriumError('E_MODEL_PATH', 'expected a regular file', { path });
  } catch (error) {
    if (error instanceof SensoriumError) throw error;
    const code = codeOf(error);
    if (code === 'ELOOP') {
      throw new SensoriumError('E_MODEL_PATH', 'expected a regular file, got a symbolic link', { path, cause: error });
    }
    const what = code === 'ENOENT' || code === 'ENOTDIR' ? 'no such file' : `cannot be read: ${code}`;
    throw new SensoriumError('E_MODEL_MISSING', what, { path, cause: error });
  }
}

/**
 * The folder of a model may not lead elsewhere; the store itself may, since its owner says where it is.
 * @throws SensoriumError E_MODEL_PATH
 */
export async function refuseLinkedFolder(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isSymbolicLink() === true) {
    throw new SensoriumError('E_MODEL_PATH', 'expected a folder, got a symbolic link', { path });
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
