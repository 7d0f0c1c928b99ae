import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Programs that stand in for others of the same names, first on the PATH until it is closed. */
export interface StandIns {
  readonly folder: string;
  /** Process of the program that was started last: its script has to begin with {@link REMEMBER}. */
  readonly pid: () => number;
  readonly close: () => void;
}

/** A script's first line, after which {@link StandIns.pid} knows it: what it then becomes by `exec` keeps the number. */
export const REMEMBER = 'echo $$ > "$(dirname "$0")/pid"\n';

/**
 * Makes programs out of shell scripts.
 * @param isAlone whether only they can be found
 */
export function standIn(scripts: Readonly<Record<string, string>>, isAlone = false): StandIns {
  const folder = mkdtempSync(join(tmpdir(), 'sensorium-programs-'));
  mkdirSync(folder, { recursive: true });
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}`);
    chmodSync(join(folder, name), 0o755);
  }
  const path = process.env['PATH'];
  process.env['PATH'] = isAlone ? folder : `${folder}:${path ?? ''}`;
  return {
    folder,
    pid: () => Number(readFileSync(join(folder, 'pid'), 'utf8')),
    close() {
      process.env['PATH'] = path;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
