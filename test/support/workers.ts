import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { WorkerProgram } from '../../src/workers/index.ts';
import { MAIN } from './program.ts';

const SOURCE = dirname(MAIN);

/** What starts workers, as built: tests run the sources themselves. */
export const LAUNCHER = join(SOURCE, 'workers', 'launcher.js');

/** A worker's program as built. */
export function workerProgram(name: 'model-worker' | 'recall-worker' | 'faulty-worker'): WorkerProgram {
  return { script: join(SOURCE, `${name}.js`), launcher: LAUNCHER };
}

/** Process ids of the workers of a process: its launcher's children. */
export function workersOf(pid: number, name: string): number[] {
  return childrenOf(pid, 'launcher').flatMap((launcher) => childrenOf(launcher, name));
}

/** Process ids of a process's children whose command line holds a name. */
export function childrenOf(pid: number, name: string): number[] {
  const found = execFileSync('pgrep', ['-P', `${pid}`, '-f', name], { encoding: 'utf8' });
  return found.trim().split('\n').map(Number);
}

/** Whether a process still does anything: one that has ended and that nobody has asked after is still listed. */
export function runs(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
