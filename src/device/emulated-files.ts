import { spawnSync } from 'node:child_process';
import { closeSync, constants, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SensoriumError } from '../contract/index.ts';
import type { EmulatedDevice, EmulatedLine, FilesLine } from './emulator.ts';

/** How often the device is asked for what it has to say, ms. */
const PACE_MS = 5;
/** Bytes that a FIFO takes as a whole or not at all (POSIX: PIPE_BUF on Linux). */
const WHOLE = 4096;

/**
 * Switches a device behind files on: writes them, and what it says to its FIFO while somebody reads there.
 * @param path of the folder; default: a temporary one
 * @throws SensoriumError E_DRIVER where that cannot be made
 */
export function openFilesLine(device: EmulatedDevice, line: FilesLine, path?: string): EmulatedLine {
  const folder = path ?? mkdtempSync(join(tmpdir(), 'sensorium-files-'));
  for (const [name, text] of Object.entries(line.files)) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const fifo = join(folder, line.fifo);
  mkdirSync(dirname(fifo), { recursive: true });
  if (spawnSync('mkfifo', [fifo]).status !== 0)
    throw new SensoriumError('E_DRIVER', 'no FIFO can be made there', { path: fifo });
  const switchedOn = performance.now();
  let reader: number | undefined;
  const talk = setInterval(() => {
    const bytes = device.until((performance.now() - switchedOn) / 1000);
    reader ??= opened(fifo);
    for (let at = 0; reader !== undefined && at < bytes.length; at += WHOLE)
      reader = written(reader, bytes.subarray(at, at + WHOLE));
  }, PACE_MS);
  const close = (): Promise<void> => {
    clearInterval(talk);
    if (reader !== undefined) closeSync(reader);
    reader = undefined;
    rmSync(folder, { recursive: true, force: true });
    return Promise.resolve();
  };
  return { config: line.config(folder), where: folder, close };
}

/** `undefined` while nobody reads. */
function opened(fifo: string): number | undefined {
  try {
    return openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
}

/** The same handle; `undefined` once nobody reads any more. A reader that is too slow loses what has no room. */
function written(handle: number, bytes: Uint8Array): number | undefined {
  try {
    writeSync(handle, bytes);
    return handle;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return handle;
    closeSync(handle);
    return undefined;
  }
}
