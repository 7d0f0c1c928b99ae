import { totalmem } from 'node:os';
import type { EffectRequest } from '../contract/index.ts';
import {
  createPool,
  type Job,
  type Outcome,
  type Pool,
  type PoolCounters,
  type WorkerProgram,
} from '../workers/index.ts';
import type { Log } from './log.ts';
import type { AnswerJob } from './jobs.ts';

/** A question to a model. */
export type Question = Extract<EffectRequest, { task: 'answer' }>;

/** What takes seconds, and what no detector may wait for. */
export type Slow = Extract<EffectRequest, { task: 'answer' | 'imagine' | 'progress' }>;

/** Answers questions in a process of its own, which there is only as long as questions come. */
export interface Answers {
  run(job: Job, done: (outcome: Outcome) => void): void;
  /** What a question is for a worker, and how long and with how much memory it may be answered. */
  jobOf(question: Question): AnswerJob;
  cancel(id: string): void;
  counters(): PoolCounters | undefined;
  close(): Promise<void>;
}

/** ms that an answer may take unless the question says otherwise. */
const DEADLINE_MS = 60_000;
/** ms beyond it before the worker is killed: its model has to be loaded first, and a run of a network cannot be called off. */
const GRACE_MS = 120_000;
/** Questions that may wait. */
const QUEUE = 1;
/** ms without a question after which the process ends, and gives its memory back: closing a model gives little. */
const IDLE_MS = 300_000;
/** Time that a worker may take to start, ms: on a machine that is busy with sensors, a minute. */
const START_MS = 60_000;
/** Of the machine's memory, and of what the worker is without a model. */
const SHARE = 0.5;
const LEAST = 1.5 * 2 ** 30;
const WITHOUT_MODEL = 0.2 * 2 ** 30;

/** Makes them; no process is started before the first question. */
export function createAnswers(worker: WorkerProgram, log: Log, idleMs = IDLE_MS): Answers {
  const memoryLimit = Math.max(LEAST, SHARE * totalmem());
  let pool: Pool | undefined;
  let idle: NodeJS.Timeout | undefined;
  let ending: Promise<void> = Promise.resolve();

  function begin(): Pool {
    return createPool({
      ...worker,
      size: 1,
      queue: QUEUE,
      deadlineMs: DEADLINE_MS + GRACE_MS,
      startMs: START_MS,
      memoryLimit,
      replaced: (reason, detail) => log.error({ reason, detail }, 'a worker that answers was lost and is replaced'),
    });
  }

  function end(): void {
    clearTimeout(idle);
    const before = pool;
    pool = undefined;
    ending = Promise.all([ending, before?.close()]).then(() => undefined);
  }

  return {
    jobOf: ({ model, question, before, felt, clip, deadlineMs = DEADLINE_MS, most }) => ({
      model,
      question,
      deadlineMs: Math.min(deadlineMs, DEADLINE_MS),
      budget: memoryLimit - WITHOUT_MODEL,
      ...(before === undefined ? {} : { before }),
      ...(felt === undefined ? {} : { felt }),
      ...(clip === undefined ? {} : { clip }),
      ...(most === undefined ? {} : { most }),
    }),
    run(job, done) {
      clearTimeout(idle);
      pool ??= begin();
      const its = pool;
      its.run(job, (outcome) => {
        const { running, waiting } = its.counters();
        clearTimeout(idle);
        if (running + waiting === 0 && its === pool) idle = setTimeout(end, idleMs);
        done(outcome);
      });
    },
    cancel: (id) => pool?.cancel(id),
    counters: () => pool?.counters(),
    close() {
      end();
      return ending;
    },
  };
}
