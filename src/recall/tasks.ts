import {
  BLOCK_SECONDS,
  SensoriumError,
  type ForgetAnswer,
  type ForgetQuery,
  type Memory,
  type RecallQuery,
  type TaughtAnswer,
  type ThresholdAnswer,
  type ThresholdQuery,
} from '../contract/index.ts';
import type { Tasks } from '../workers/index.ts';
import type { MemoryStore } from './store.ts';
import type { TaughtStore } from './taught.ts';
import { LEAST_HOURS, maximaOf, thresholdOf } from './threshold.ts';

/** s for which a picture stands for what was seen afterwards and looked the same: robots stand still for minutes. */
const CARRIED = 600;

/** Why something is not done: an answer, since to ask once more is of no use. */
interface Refused {
  readonly refused: string;
}

/** How the process fares that keeps a memory: what its task `about` gives. */
export interface AboutMemory {
  readonly pid: number;
  /** Pictures. */
  readonly count: number;
  /** Bytes that are resident. */
  readonly resident: number;
  /** s of the processor that it has had. */
  readonly cpu: number;
}

/** What a memory does for others, by the name of the task. */
export function memoryTasks(store: MemoryStore, taught: TaughtStore): Tasks {
  const attempt = <T>(act: () => T): T | Refused => {
    try {
      return act();
    } catch (error) {
      if (error instanceof SensoriumError) return { refused: error.message };
      throw error;
    }
  };
  return {
    remember: (memory, thumbnail) => attempt(() => ({ id: store.add(memory as Memory, thumbnail) })),
    recall: (query) => attempt(() => store.recall(query as RecallQuery)),
    forget: (query) => attempt(() => forget(store, taught, query as ForgetQuery)),
    threshold: (query) => attempt(() => threshold(store, query as ThresholdQuery)),
    picture: (query) => attempt(() => store.picture((query as { readonly id: number }).id)),
    taught: () => ({ examples: taught.examples }),
    teach: (query) => attempt(() => ({ taught: teach(taught, query as TaughtAnswer) })),
    about: () => ({ pid: process.pid, count: store.count, resident: process.memoryUsage.rss(), cpu: cpuSeconds() }),
  };
}

/** Pictures, and examples that were taken of them or then. */
export function forget(store: MemoryStore, taught: TaughtStore, query: ForgetQuery): ForgetAnswer {
  const forgotten = query.taught === undefined ? store.forget(query) : 0;
  const examples = taught.forget(query);
  return examples === 0 ? { forgotten } : { forgotten, examples };
}

function teach(taught: TaughtStore, { examples }: TaughtAnswer): number {
  taught.add(examples);
  return examples.length;
}

function threshold(store: MemoryStore, { perHour, ...sought }: ThresholdQuery): ThresholdAnswer | Refused {
  const maxima = maximaOf(store.similarities(sought), CARRIED);
  const hours = (maxima.length * BLOCK_SECONDS) / 3600;
  const found = thresholdOf(maxima, perHour);
  if (found !== undefined) return { threshold: found, hours };
  const what = `${hours.toFixed(2)} h of memory are too little for ${perHour} false alarms an hour`;
  return { refused: `${what}, which takes ${LEAST_HOURS.toFixed(2)} h; or give a threshold` };
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
