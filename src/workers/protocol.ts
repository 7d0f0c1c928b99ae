/**
 * What is said between a pool and its worker processes: structured clone over Node's IPC channel, and beside it a pipe for
 * payloads, which are written as they lie in memory and read into memory that is used again.
 */

/** File descriptor of the payloads' pipe in a worker. */
export const PAYLOAD_FD = 4;

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
  /** The pool was closed. */
  | 'closed';

/** From the pool: jobs. */
export interface ToWorker {
  readonly id: string;
  readonly task: string;
  readonly payload: unknown;
  /** Length of what comes through the payloads' pipe for it. */
  readonly bytes: number;
}

/** From the worker: that it is there, and what came of its job. */
export type FromWorker =
  | { readonly ready: true }
  | { readonly id: string; readonly output: unknown }
  | { readonly id: string; readonly error: string };
