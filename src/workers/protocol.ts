/*
 * What is said between a pool, its workers and their launcher. Workers are told their jobs on a socket; the launcher, which starts
 * and ends them, on Node's IPC channel.
 */

/** Environment of a worker: path of the socket that it connects to, and the name by which it introduces itself there. */
export const SOCKET_VARIABLE = 'SENSORIUM_WORKER_SOCKET';
export const NAME_VARIABLE = 'SENSORIUM_WORKER_NAME';

/** Work for a worker. */
export interface Job {
  /** Unique within the pool. */
  readonly id: string;
  /** Which of the worker's tasks. */
  readonly task: string;
  /** Anything that can be cloned, and small. */
  readonly payload: unknown;
  /** A large payload: copied once, into the worker. */
  readonly bytes?: Uint8Array;
  /** Is given what the task tells while it runs: for display only, since the outcome is what counts. */
  readonly heard?: (part: unknown) => void;
  /** Called exactly once where there are bytes, when they are not needed any more: at the latest when the job has ended. */
  readonly taken?: () => void;
}

/** How a job ended. */
export type Outcome =
  | { readonly status: 'done'; readonly output: unknown }
  | { readonly status: 'failed'; readonly reason: FailureReason; readonly detail?: string };

/** Why a job has no result. */
export type FailureReason =
  /** The pool had no room for it. */
  | 'busy'
  /** The task threw. */
  | 'error'
  /** It did not end in time; its worker was killed. */
  | 'deadline'
  /** Its worker died. */
  | 'died'
  /** Its worker held more memory than it may; it was killed. */
  | 'memory'
  /** It was called off. */
  | 'cancelled'
  /** The pool was closed. */
  | 'closed';

/** From the pool: jobs, their large payloads as the message's bytes; and that a job is called off. */
export type ToWorker = Pick<Job, 'id' | 'task' | 'payload'> | { readonly cancel: string };

/** From the worker: its name, once it is ready, what its job tells while it runs, and what came of it. */
export type FromWorker =
  | { readonly ready: string }
  | { readonly id: string; readonly part: unknown }
  | { readonly id: string; readonly output: unknown }
  | { readonly id: string; readonly error: string };

/** To the launcher: start a worker under a name, or end it at once. */
export type ToLauncher =
  { readonly start: string; readonly script: string; readonly args: readonly string[] } | { readonly kill: string };

/** From the launcher: that a worker has started, and how it ended. */
export type FromLauncher =
  { readonly name: string; readonly pid: number } | { readonly name: string; readonly ended: string };
