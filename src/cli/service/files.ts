import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SensoriumError, unwritable } from '../../contract/index.ts';

/** Where everything goes, below the root. */
export const PATHS = {
  unit: '/etc/systemd/system/sensorium.service',
  sysusers: '/etc/sysusers.d/sensorium.conf',
  config: '/etc/sensorium/sensorium.yaml',
} as const;

/** A path below another root: `/` for this machine. */
export function below(root: string, path: string): string {
  return join(root, path);
}

/** The file's text; `undefined` when it is not there. */
export function readIfThere(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/**
 * Writes a file, and the folders to it.
 * @throws SensoriumError E_FILE_WRITE
 */
export function write(file: string, text: string): void {
  attempt(file, () => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { mode: 0o644 });
  });
}

/**
 * Removes a file, and its folder if that is Sensorium's own and empty now.
 * @returns whether it was there
 * @throws SensoriumError E_FILE_WRITE
 */
export function remove(file: string): boolean {
  if (!existsSync(file)) return false;
  attempt(file, () => rmSync(file));
  if (dirname(file).endsWith('/etc/sensorium')) {
    try {
      rmdirSync(dirname(file));
    } catch {
      // Something else is in it: it stays.
    }
  }
  return true;
}

/** SHA-256 in hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function attempt(path: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EACCES' && code !== 'EPERM') throw unwritable(path, error);
    throw new SensoriumError('E_FILE_WRITE', 'cannot be written: not allowed (use sudo)', { path, cause: error });
  }
}
