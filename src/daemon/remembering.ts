import type { Admit, EffectRequest, MemoryWork } from '../contract/index.ts';
import type { Stamp } from '../frame/index.ts';
import type { RecallConfig } from '../recall/index.ts';
import { createPool, type Job, type PoolCounters, type WorkerProgram } from '../workers/index.ts';
import type { Log } from './log.ts';

/** The daemon's side of the memory: a process of its own, since the disk may make it wait. */
export interface Remembering {
  readonly request: (request: EffectRequest & MemoryWork) => void;
  /** Keeps a thumbnail until it is known whether its picture is to be remembered: until the next one of the same stream comes. */
  readonly keep: (embedded: string, thumbnail: Uint8Array) => void;
  readonly counters: () => PoolCounters;
  close(): Promise<void>;
}

/** What it needs. */
export interface RememberingOptions {
  readonly config: RecallConfig & { readonly path: string };
  /** Name of the session. */
  readonly session: string;
  readonly worker: WorkerProgram;
  readonly now: () => Stamp;
  readonly admit: Admit;
  readonly log: Log;
}

/** Questions that may wait: each stream of pictures and each kind of command has one open. */
const QUEUE = 32;
/** Time that the worker may take to read the memory, ms: a million pictures on a slow card. */
const START_MS = 120_000;
/** Its bound: what Node takes, and for each picture a vector of 1024 numbers and where it lies. */
const MEMORY = 2 ** 29;
const PICTURE_MEMORY = 3000;
/** Thumbnails that are kept at a time. */
const THUMBNAILS = 16;

/** Starts the memory's process. */
export function startRemembering({ config, session, worker, now, admit, log }: RememberingOptions): Remembering {
  const pool = createPool({
    ...worker,
    args: [config.path, String(config.most), session],
    size: 1,
    queue: QUEUE,
    deadlineMs: config.deadlineMs,
    startMs: START_MS,
    memoryLimit: MEMORY + config.most * PICTURE_MEMORY,
    replaced: (reason, detail) => log.error({ reason, detail }, 'the memory was lost and is opened again'),
  });
  const thumbnails = new Map<string, Uint8Array>();
  return {
    keep(embedded, thumbnail) {
      thumbnails.set(embedded, thumbnail);
      for (const oldest of thumbnails.keys()) if (thumbnails.size > THUMBNAILS) thumbnails.delete(oldest);
    },
    request(asked) {
      const { id } = asked;
      pool.run(jobOf(asked, thumbnails), (outcome) => {
        if (outcome.status === 'failed') {
          const { reason, detail } = outcome;
          if (reason === 'closed') return;
          if (detail !== undefined) log.error({ id, reason, detail }, 'the memory gave no answer');
          return admit({ kind: 'effect', at: now(), id, outcome: { status: 'failed', reason } });
        }
        const { refused } = (outcome.output ?? {}) as { readonly refused?: string };
        if (refused !== undefined) log.warn({ id, refused }, 'the memory refuses');
        admit({ kind: 'effect', at: now(), id, outcome });
      });
    },
    counters: () => pool.counters(),
    close: () => pool.close(),
  };
}

function jobOf(asked: EffectRequest & MemoryWork, thumbnails: Map<string, Uint8Array>): Job {
  const { id, task } = asked;
  if (task !== 'remember') return { id, task, payload: asked.query };
  const bytes = thumbnails.get(asked.embedded) ?? new Uint8Array(0);
  thumbnails.delete(asked.embedded);
  return { id, task, payload: asked.memory, bytes };
}
