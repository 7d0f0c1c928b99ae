import { spawnSync } from 'node:child_process';
import {
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SensoriumError } from '../contract/index.ts';
import type { EmulatedDevice, EmulatedLine, FilesLine } from './emulator.ts';

/** How often the device is asked for what it has to say, ms. */
const PACE_MS = 5;
/** How long an attribute holds what was said last, ms. */
const KEPT_MS = 300;
/** Bytes that a FIFO takes as a whole or not at all (POSIX: PIPE_BUF on Linux). */
const WHOLE = 4096;

/**
 * Switches a device behind files on: writes them, and what it says into the one that it speaks through.
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
  const { through } = line;
  const speaker =
    'fifo' in through ? throughFifo(join(folder, through.fifo)) : throughFile(join(folder, through.attribute));
  const switchedOn = performance.now();
  const talk = setInterval(() => speaker.say(device.until((performance.now() - switchedOn) / 1000)), PACE_MS);
  const close = (): Promise<void> => {
    clearInterval(talk);
    speaker.close();
    rmSync(folder, { recursive: true, force: true });
    return Promise.resolve();
  };
  return { config: line.config(folder), where: folder, close };
}

interface Speaker {
  readonly say: (bytes: Uint8Array) => void;
  readonly close: () => void;
}

/** Says it while somebody reads there. */
function throughFifo(fifo: string): Speaker {
  mkdirSync(dirname(fifo), { recursive: true });
  if (spawnSync('mkfifo', [fifo]).status !== 0)
    throw new SensoriumError('E_DRIVER', 'no FIFO can be made there', { path: fifo });
  let reader: number | undefined;
  return {
    say(bytes) {
      reader ??= opened(fifo);
      for (let at = 0; reader !== undefined && at < bytes.length; at += WHOLE)
        reader = written(reader, bytes.subarray(at, at + WHOLE));
    },
    close() {
      if (reader !== undefined) closeSync(reader);
      reader = undefined;
    },
  };
}

/** Keeps the last of it there for a while, never half of it; then a folder of that name, which cannot be read. */
function throughFile(path: string): Speaker {
  const next = `${path}.next`;
  let goneAt = performance.now() + KEPT_MS;
  let isSilent = false;
  return {
    say(bytes) {
      if (bytes.length > 0) {
        writeFileSync(next, bytes);
        if (isSilent) rmdirSync(path);
        isSilent = false;
        renameSync(next, path);
        goneAt = performance.now() + KEPT_MS;
      } else if (!isSilent && performance.now() > goneAt) {
        rmSync(path);
        mkdirSync(path);
        isSilent = true;
      }
    },
    close: () => undefined,
  };
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
