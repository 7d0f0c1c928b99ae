import { createNursery } from './nursery.ts';
import type { FailureReason, Job, Outcome } from './protocol.ts';
import { startWorker, type WorkerProcess } from './worker.ts';

/** What the workers of a pool run. */
export interface WorkerProgram {
  /** Path of their module; it calls `serve`. */
  readonly script: string;
  /** Path of what starts them, where launcher.js does not lie beside this module. */
  readonly launcher?: string;
}

/** How a pool works. */
export interface PoolOptions extends WorkerProgram {
  readonly args?: readonly string[];
  /** Worker processes. Too few: work waits; too many: they take the processor from the pipeline. */
  readonly size: number;
  /** Jobs that may wait for a worker. Beyond it a job fails at once as `busy`. */
  readonly queue: number;
  /** Longest time of a job, ms, from when it is given to a worker. Too short: a slow start is taken for a hang. */
  readonly deadlineMs: number;
  /** Longest time that a worker may take to start, ms. */
  readonly startMs: number;
  /** Bytes that a worker may hold. */
  readonly memoryLimit: number;
  /** Told when a worker was lost and is replaced. */
  readonly replaced: (reason: FailureReason, detail: string) => void;
}

/** What a pool has done so far. */
export interface PoolCounters {
  readonly done: number;
  readonly failed: Readonly<Partial<Record<FailureReason, number>>>;
  readonly waiting: number;
  readonly running: number;
  readonly ready: number;
  readonly replaced: number;
}

/** Processes that work for the pipeline without it waiting for them. */
export interface Pool {
  /** Never throws; `done` is called exactly once, later. */
  run(job: Job, done: (outcome: Outcome) => void): void;
  /**
   * Calls a job off: one that waits fails at once as `cancelled`, one that runs as soon as its task heeds it; what has ended already, or
   * ends in spite of it, stays as it is.
   */
  cancel(id: string): void;
  counters(): PoolCounters;
  /** Fails what has not ended and ends the workers. Idempotent. */
  close(): Promise<void>;
}

/** How often deadlines and memory are looked at, ms. */
const LOOK_MS = 50;
/** A worker that dies again and again is started ever later, up to this, ms. */
const LONGEST_PAUSE_MS = 5000;
/** A worker that has lived for so long was no failure of the start, ms. */
const SETTLED_MS = 5000;

interface Pending {
  readonly job: Job;
  readonly done: (outcome: Outcome) => void;
}

/** One place in the pool: a worker, or the wait for the next one. */
interface Place {
  worker: WorkerProcess | undefined;
  started: number;
  isReady: boolean;
  running: (Pending & { readonly since: number; isCalledOff: boolean }) | undefined;
  failures: number;
  restartAt: number;
}

/**
 * Makes a pool and starts its workers. A worker that dies, misses its deadline or outgrows its memory is replaced at once, its
 * job fails with the reason; one that fails again and again is replaced after growing pauses.
 */
export function createPool(options: PoolOptions): Pool {
  const nursery = createNursery(options.launcher);
  const waiting: Pending[] = [];
  const failed: Partial<Record<FailureReason, number>> = {};
  let done = 0;
  let replacedCount = 0;
  let isClosed = false;
  const places = Array.from({ length: options.size }, (): Place => ({
    worker: undefined,
    started: 0,
    isReady: false,
    running: undefined,
    failures: 0,
    restartAt: 0,
  }));

  function begin(place: Place): void {
    place.started = performance.now();
    place.isReady = false;
    // What an earlier worker of this place still has to say concerns nobody.
    const ifCurrent = (act: () => void): void => {
      if (place.worker === worker) act();
    };
    const worker: WorkerProcess = startWorker(nursery, options.script, options.args ?? [], {
      ready: () =>
        ifCurrent(() => {
          place.isReady = true;
          dispatch();
        }),
      done: (output) => ifCurrent(() => finish(place, { status: 'done', output })),
      failed: (detail) =>
        ifCurrent(() => {
          const reason = place.running?.isCalledOff === true ? 'cancelled' : 'error';
          finish(place, { status: 'failed', reason, detail });
        }),
      gone: (detail) => ifCurrent(() => lost(place, 'died', detail)),
    });
    place.worker = worker;
  }

  /** A place has lost its worker, or has to: its job fails, and another worker takes over. */
  function lost(place: Place, reason: FailureReason, detail: string): void {
    if (isClosed) return;
    place.worker?.kill();
    place.worker = undefined;
    place.isReady = false;
    finish(place, { status: 'failed', reason, detail });
    const now = performance.now();
    place.failures = now - place.started > SETTLED_MS ? 0 : place.failures + 1;
    place.restartAt = now + (place.failures <= 1 ? 0 : Math.min(LONGEST_PAUSE_MS, 100 * 2 ** place.failures));
    replacedCount += 1;
    options.replaced(reason, detail);
    if (place.restartAt <= now) begin(place);
  }

  function finish(place: Place, outcome: Outcome): void {
    const pending = place.running;
    place.running = undefined;
    if (pending !== undefined) settle(pending, outcome);
    dispatch();
  }

  /** A job that no worker was given. It is told later: who asks within a step of the pipeline would else put an input into the midst of it. */
  function refuse(pending: Pending, reason: FailureReason): void {
    pending.job.taken?.();
    queueMicrotask(() => settle(pending, { status: 'failed', reason }));
  }

  function settle({ done: tell }: Pending, outcome: Outcome): void {
    if (outcome.status === 'done') done += 1;
    else failed[outcome.reason] = (failed[outcome.reason] ?? 0) + 1;
    tell(outcome);
  }

  function dispatch(): void {
    for (const place of places) {
      if (waiting.length === 0 || isClosed) return;
      if (place.worker?.isIdle() !== true) continue;
      const pending = waiting.shift() as Pending;
      place.running = { ...pending, since: performance.now(), isCalledOff: false };
      place.worker.give(pending.job);
    }
  }

  /** Looks for workers that take too long or hold too much, and for places whose pause is over. */
  function look(): void {
    const now = performance.now();
    for (const place of places) {
      const { worker, running } = place;
      if (worker === undefined) {
        if (now >= place.restartAt) begin(place);
      } else if (running !== undefined && now - running.since > options.deadlineMs) {
        lost(place, 'deadline', `no result after ${options.deadlineMs} ms`);
      } else if (!place.isReady && now - place.started > options.startMs) {
        lost(place, 'deadline', `did not start within ${options.startMs} ms`);
      } else if (worker.memory() > options.memoryLimit) {
        lost(place, 'memory', `held more than ${Math.round(options.memoryLimit / 2 ** 20)} MiB`);
      }
    }
  }

  for (const place of places) begin(place);
  const timer = setInterval(look, LOOK_MS);

  return {
    run(job, tell) {
      const pending = { job, done: tell };
      if (isClosed) return refuse(pending, 'closed');
      if (waiting.length >= options.queue && !places.some(({ worker }) => worker?.isIdle() === true)) {
        return refuse(pending, 'busy');
      }
      waiting.push(pending);
      dispatch();
    },
    cancel(id) {
      const at = waiting.findIndex(({ job }) => job.id === id);
      if (at >= 0) refuse(waiting.splice(at, 1)[0], 'cancelled');
      for (const { running, worker } of places) {
        if (running?.job.id !== id || running.isCalledOff) continue;
        running.isCalledOff = true;
        worker?.cancel();
      }
    },
    counters: () => ({
      done,
      failed: { ...failed },
      waiting: waiting.length,
      running: places.filter(({ running }) => running !== undefined).length,
      ready: places.filter(({ isReady }) => isReady).length,
      replaced: replacedCount,
    }),
    async close() {
      if (!isClosed) {
        isClosed = true;
        clearInterval(timer);
        for (const pending of waiting.splice(0)) refuse(pending, 'closed');
        for (const place of places) {
          place.worker?.kill();
          finish(place, { status: 'failed', reason: 'closed' });
        }
      }
      await nursery.close();
    },
  };
}
