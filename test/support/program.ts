import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import type * as Composed from '../../src/compose.ts';

/** The built program. */
export const MAIN = join(import.meta.dirname, '..', '..', 'dist', 'src', 'main.js');

/** How a run of the program ended. */
export interface Ending {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The program, running. */
export interface Program {
  readonly child: ChildProcess;
  /** Resolves with the first line on standard output that fulfils the condition; rejects when the program ends before. */
  line(condition: (line: string) => boolean): Promise<string>;
  readonly ended: Promise<Ending>;
}

/** Starts `sensorium` with these arguments, as a user would. */
export function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Program {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...process.env, NOTIFY_SOCKET: undefined, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  let stderr = '';
  const waiting = new Set<() => void>();
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line);
    for (const check of waiting) check();
  });
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const ended = new Promise<Ending>((resolve) => {
    child.on('close', (exitCode, signal) => resolve({ exitCode, signal, stdout: lines.join('\n'), stderr }));
  });
  return {
    child,
    ended,
    line: (condition) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          const found = lines.find(condition);
          if (found === undefined) return;
          waiting.delete(check);
          resolve(found);
        };
        waiting.add(check);
        check();
        void ended.then((ending) => reject(new Error(`ended before: ${JSON.stringify(ending)}`)));
      }),
  };
}

/**
 * Runs a command line of the built program to its end in this process: as a process of its own would end, without the second that one
 * takes to start. One at a time, as the environment is this process's. What signals, the exit itself or other processes matter to
 * is for {@link start}.
 */
export function sensorium(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ending> {
  const ending = last.then(() => runHere(args, env));
  last = ending.catch(() => undefined);
  return ending;
}

let last: Promise<unknown> = Promise.resolve();

async function runHere(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ending> {
  const { run } = (await import(pathToFileURL(join(MAIN, '..', 'compose.js')).href)) as typeof Composed;
  const stdout: Buffer[] = [];
  let stderr = '';
  const before = { ...process.env };
  setEnvironment(env);
  try {
    const exitCode = await run(args, {
      out: (text) => void stdout.push(Buffer.from(text)),
      err: (text) => (stderr += text),
    });
    return { exitCode, signal: null, stdout: Buffer.concat(stdout).toString().replace(/\n$/, ''), stderr };
  } finally {
    setEnvironment(Object.fromEntries(Object.keys(env).map((name) => [name, before[name]])));
  }
}

function setEnvironment(env: NodeJS.ProcessEnv): void {
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
