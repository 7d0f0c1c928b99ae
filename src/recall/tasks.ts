import {
  BLOCK_SECONDS,
  SensoriumError,
  type ForgetQuery,
  type Memory,
  type RecallQuery,
  type ThresholdAnswer,
  type ThresholdQuery,
} from '../contract/index.ts';
import type { Tasks } from '../workers/index.ts';
import type { MemoryStore } from './store.ts';
import { maximaOf, thresholdOf } from './threshold.ts';

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
export function memoryTasks(store: MemoryStore): Tasks {
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
    forget: (query) => attempt(() => ({ forgotten: store.forget(query as ForgetQuery) })),
    threshold: (query) => attempt(() => threshold(store, query as ThresholdQuery)),
    about: () => ({ pid: process.pid, count: store.count, resident: process.memoryUsage.rss(), cpu: cpuSeconds() }),
  };
}

function threshold(store: MemoryStore, { embedding, encoder, perHour }: ThresholdQuery): ThresholdAnswer | Refused {
  const maxima = maximaOf(store.similarities(embedding, encoder), CARRIED);
  const hours = (maxima.length * BLOCK_SECONDS) / 3600;
  const found = thresholdOf(maxima, perHour);
  if (found !== undefined) return { threshold: found, hours };
  return { refused: `${hours.toFixed(2)} h of memory are too little for ${perHour} false alarms an hour` };
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
