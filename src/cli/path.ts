import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

/** A relative path that does not exist here is looked for under SENSORIUM_DATA, where recordings are kept. */
export function dataPath(path: string): string {
  const folder = process.env['SENSORIUM_DATA'];
  if (isAbsolute(path) || existsSync(path) || folder === undefined) return path;
  const there = join(folder, path);
  return existsSync(there) ? there : path;
}
