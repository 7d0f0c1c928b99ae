import type { Socket } from 'node:net';
import type { Nursery } from './nursery.ts';
import type { Job, ToWorker } from './protocol.ts';
import { residentBytes } from './resident.ts';
import { encodeMessage } from './wire.ts';

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
  /** Tells it that its job is called off. */
  readonly cancel: () => void;
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
export function startWorker(
  nursery: Nursery,
  script: string,
  args: readonly string[],
  events: WorkerEvents,
): WorkerProcess {
  let socket: Socket | undefined;
  let pid: number | undefined;
  let job: Job | undefined;
  let isGone = false;
  let buried: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (buried = resolve));

  const kill = nursery.start(script, args, {
    started: (its) => (pid = its),
    connected: (its) => (socket = its),
    said(message) {
      if (isGone) return;
      if ('ready' in message) events.ready();
      else if (message.id !== job?.id) return;
      else if ('part' in message) job.heard?.(message.part);
      else {
        job = undefined;
        if ('error' in message) events.failed(message.error);
        else events.done(message.output);
      }
    },
    ended(how) {
      isGone = true;
      // Ends what still is to be written to it: whoever lent the bytes hears of it.
      socket?.destroy();
      events.gone(how);
      buried();
    },
  });

  return {
    give(given) {
      job = given;
      const { id, task, payload, bytes, taken } = given;
      const message: ToWorker = { id, task, payload };
      socket?.write(encodeMessage(message, bytes?.length ?? 0));
      // Written from where it lies; the callback comes also when the worker is gone.
      if (bytes !== undefined) socket?.write(bytes, () => taken?.());
    },
    cancel() {
      if (job === undefined) return;
      socket?.write(encodeMessage({ cancel: job.id } satisfies ToWorker, 0));
    },
    kill() {
      kill();
      socket?.destroy();
    },
    memory: () => residentBytes(pid),
    isIdle: () => socket !== undefined && !isGone && job === undefined,
    ended,
  };
}
