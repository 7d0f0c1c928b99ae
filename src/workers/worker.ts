import { fork, type ChildProcess } from 'node:child_process';
import type { Writable } from 'node:stream';
import { residentBytes } from './resident.ts';
import { PAYLOAD_FD, type FromWorker, type Job, type ToWorker } from './protocol.ts';

/** What a worker tells its pool. */
export interface WorkerEvents {
  readonly ready: () => void;
  readonly done: (output: unknown) => void;
  /** The task threw. */
  readonly failed: (detail: string) => void;
  /** It is gone, for whatever reason, and its job with it. */
  readonly gone: (detail: string) => void;
}

/** One worker process with at most one job. */
export interface WorkerProcess {
  readonly give: (job: Job) => void;
  /** Ends it at once. */
  readonly kill: () => void;
  /** Bytes resident; 0 where that cannot be told. */
  readonly memory: () => number;
  readonly isIdle: () => boolean;
  /** Resolves once the process is gone. */
  readonly ended: Promise<void>;
}

/**
 * Starts a worker process. A process and not a thread: native code that hangs can be killed, and what it leaks is given back.
 * @param script path of the worker's module
 * @param args of the worker
 */
export function startWorker(script: string, args: readonly string[], events: WorkerEvents): WorkerProcess {
  const child: ChildProcess = fork(script, args, {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc', 'pipe'],
  });
  const pipe = child.stdio[PAYLOAD_FD] as Writable;
  // Whatever becomes of it, the process's end tells.
  pipe.on('error', () => undefined);
  let job: Job | undefined;
  let isReady = false;
  let isGone = false;

  function gone(detail: string): void {
    if (isGone) return;
    isGone = true;
    events.gone(detail);
  }

  child.on('message', (message: FromWorker) => {
    if (isGone) return;
    if ('ready' in message) {
      isReady = true;
      events.ready();
    } else if (message.id === job?.id) {
      job = undefined;
      if ('error' in message) events.failed(message.error);
      else events.done(message.output);
    }
  });
  child.on('error', (error) => gone(error.message));
  const ended = new Promise<void>((resolve) => {
    child.on('exit', (code, signal) => {
      gone(signal ?? `exit code ${code}`);
      resolve();
    });
    child.on('error', () => {
      // One that could not be started has no exit.
      if (child.pid === undefined) resolve();
    });
  });

  return {
    give(given) {
      job = given;
      const { id, task, payload, bytes, taken } = given;
      child.send({ id, task, payload, bytes: bytes?.length ?? 0 } satisfies ToWorker);
      // Written from where it lies; the callback comes also when the worker is gone.
      if (bytes !== undefined) pipe.write(bytes, () => taken?.());
    },
    kill() {
      child.kill('SIGKILL');
      pipe.destroy();
    },
    memory: () => residentBytes(child.pid),
    isIdle: () => isReady && !isGone && job === undefined,
    ended,
  };
}
