import { closeSync, existsSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { SensoriumError } from '../contract/index.ts';

/**
 * Makes sure that one process at a time writes to a folder. What one that was killed has left is taken over.
 * @returns gives it free again
 * @throws SensoriumError E_FILE_EXISTS
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, 'lock');
  const owner = existsSync(path) ? Number(readFileSync(path, 'utf8')) : undefined;
  if (owner !== undefined && owner !== process.pid && isRunning(owner)) {
    throw new SensoriumError('E_FILE_EXISTS', `process ${owner} writes this memory`, { path });
  }
  rmSync(path, { force: true });
  const file = openSync(path, 'wx', 0o600);
  writeSync(file, String(process.pid));
  closeSync(file);
  return () => rmSync(path, { force: true });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
