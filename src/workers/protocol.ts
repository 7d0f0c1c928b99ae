/** What is said between a pool and its worker processes (structured clone over Node's IPC channel). */

/** Work for a worker. */
export interface Job {
  /** Unique within the pool. */
  readonly id: string;
  /** Which of the worker's tasks. */
  readonly task: string;
  /** Anything that can be cloned; typed arrays are copied once, into the worker. */
  readonly payload: unknown;
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
  readonly job: Job;
}

/** From the worker: that it is there, and what came of its job. */
export type FromWorker =
  | { readonly ready: true }
  | { readonly id: string; readonly output: unknown }
  | { readonly id: string; readonly error: string };
