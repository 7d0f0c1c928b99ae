import { spawn, type ChildProcess } from 'node:child_process';
import { setPriority } from 'node:os';
import { NAME_VARIABLE, type FromLauncher, type ToLauncher } from './protocol.ts';

/*
 * The process that starts workers. Starting a process stops everything in the one that does it until its memory has been
 * marked for copying: 10 to 60 ms in a daemon of 200 MB, next to nothing in this one, which does nothing else.
 */

/** Workers come after the pipeline, whose poses have to be in time: nice(2). */
const NICENESS = 5;

const workers = new Map<string, ChildProcess>();
// Who is not there any more is told nothing: `disconnect` follows.
const say = (message: FromLauncher): void => void process.send?.(message, () => undefined);

setPriority(NICENESS);
process.on('message', (message: ToLauncher) => {
  if ('kill' in message) workers.get(message.kill)?.kill('SIGKILL');
  else start(message.start, message.script, message.args);
});
// Ctrl-C goes to the whole group: the pool decides when its workers end.
process.on('SIGINT', () => undefined);
// It goes when all of them have gone: whoever waits for its end may rely on theirs, and take what they had locked.
let isLeft = false;
const leave = (): void => void (isLeft && workers.size === 0 && process.exit(0));
process.on('disconnect', () => {
  isLeft = true;
  for (const worker of workers.values()) worker.kill('SIGKILL');
  leave();
});

function start(name: string, script: string, args: readonly string[]): void {
  const worker = spawn(process.execPath, [...process.execArgv, script, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, [NAME_VARIABLE]: name },
  });
  const ended = (how: string): void => {
    if (workers.delete(name)) say({ name, ended: how });
    leave();
  };
  workers.set(name, worker);
  worker.on('exit', (code, signal) => ended(signal ?? `exit code ${code}`));
  // One that could not be started has no exit.
  worker.on('error', (error) => worker.pid === undefined && ended(error.message));
  if (worker.pid !== undefined) say({ name, pid: worker.pid });
}
