import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'sensorium-bench-';
/** How long ago a folder was last written to whose bench was killed, ms: none runs for a week. */
const LEFT_MS = 7 * 24 * 3600 * 1000;

/**
 * A new folder for the files of a bench, which removes it when it is done. What was left behind long ago by one that was killed is removed first.
 * @param within where such folders are
 * @param now Unix time, ms
 */
export function scratchFolder(within = tmpdir(), now = Date.now()): string {
  for (const name of readdirSync(within)) {
    if (name.startsWith(PREFIX)) removeLeft(join(within, name), now);
  }
  return mkdtempSync(join(within, PREFIX));
}

function removeLeft(path: string, now: number): void {
  try {
    const its = lstatSync(path);
    if (its.isDirectory() && now - its.mtimeMs > LEFT_MS) rmSync(path, { recursive: true, force: true });
  } catch {
    // Another user's, or gone meanwhile: no bench fails for what it does not need.
  }
}
