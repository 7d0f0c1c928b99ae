import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe } from 'vitest';

/**
 * Tests that need recordings, learned models or programs that not every machine has. Without them they are skipped with one
 * clear line; where SENSORIUM_REQUIRE_DATA=1, SENSORIUM_REQUIRE_MODELS=1 or SENSORIUM_REQUIRE_TOOLS=1 says that they must be
 * there, their absence fails.
 */

/** Declares tests over the recordings in the folder that SENSORIUM_DATA names. */
export function describeWithData(name: string, tests: (dataFolder: string) => void): void {
  const folder = process.env['SENSORIUM_DATA'];
  if (folder !== undefined && existsSync(folder)) {
    describe(name, () => tests(folder));
    return;
  }
  const why = folder === undefined ? 'SENSORIUM_DATA is not set' : `SENSORIUM_DATA names no folder: ${folder}`;
  unavailable(name, why, process.env['SENSORIUM_REQUIRE_DATA'] === '1');
}

/** Declares tests over the learned models in the folder that SENSORIUM_MODELS names. */
export function describeWithModels(name: string, tests: (modelFolder: string) => void): void {
  const folder = process.env['SENSORIUM_MODELS'];
  if (folder !== undefined && existsSync(folder)) {
    describe(name, () => tests(folder));
    return;
  }
  const why = folder === undefined ? 'SENSORIUM_MODELS is not set' : `SENSORIUM_MODELS names no folder: ${folder}`;
  unavailable(name, why, process.env['SENSORIUM_REQUIRE_MODELS'] === '1');
}

/** Declares tests that run the given programs. `python3:zmq` asks for a module of Debian's python3. */
export function describeWithTools(programs: readonly string[], name: string, tests: () => void): void {
  const missing = programs.filter((program) => !isThere(program));
  if (missing.length === 0) {
    describe(name, tests);
    return;
  }
  unavailable(name, `not installed: ${missing.join(', ')}`, process.env['SENSORIUM_REQUIRE_TOOLS'] === '1');
}

/** Debian's python3: another python first on the PATH does not see Debian's packages. */
export const PYTHON = '/usr/bin/python3';

function isThere(program: string): boolean {
  const [name = '', module] = program.split(':');
  if (name === 'python3') {
    return spawnSync(PYTHON, ['-c', module === undefined ? '' : `import ${module}`]).status === 0;
  }
  const folders = `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin`;
  return spawnSync('sh', ['-c', `command -v ${name}`], { env: { PATH: folders } }).status === 0;
}

function unavailable(name: string, why: string, required: boolean): void {
  if (required) throw new Error(`${name}: ${why}`);
  describe.skip(`${name} (${why})`, () => {
    /* Nothing to run without it. */
  });
}
