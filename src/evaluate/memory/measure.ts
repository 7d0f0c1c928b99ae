import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { packEmbedding, type RecallAnswer, type RecallQuery } from '../../contract/index.ts';
import type { InputNumber } from '../../frame/index.ts';
import { createRandom } from '../../random/index.ts';
import { MemoryStore, type AboutMemory } from '../../recall/index.ts';
import { createPool, type Pool, type WorkerProgram } from '../../workers/index.ts';
import { createDensifier } from './densify.ts';
import { ExactSearch } from './exact.ts';

/** A question: the embedding of a picture, or of words. */
export interface MemoryQuery {
  readonly id: string;
  readonly form: 'picture' | 'words';
  readonly embedding: Float32Array;
}

/** What is measured, with what. */
export interface MemoryMeasure {
  /** Embeddings of pictures; the others lie between these. */
  readonly real: readonly Float32Array[];
  readonly queries: readonly MemoryQuery[];
  /** Embeddings in all. */
  readonly count: number;
  /** Where the memory is made; it is removed afterwards. */
  readonly folder: string;
  /** Its program. */
  readonly worker: WorkerProgram;
  /** Other work; it goes on until it is told to end. */
  readonly otherWork: (signal: AbortSignal) => Promise<void>;
  readonly progress: (share: number, what: string) => void;
}

/** What came of it. */
export interface MemoryFigures {
  /** By query: those of the ten nearest that were found, 0..1. */
  readonly recall: readonly number[];
  /** Nearest ten by exact search and what was found, by query. */
  readonly nearest: readonly (readonly number[])[];
  readonly found: readonly (readonly number[])[];
  /** ms from question to answer, in another process; all vectors compared by the same loop beside it. */
  readonly p50: number;
  readonly p99: number;
  readonly bruteForceP50: number;
  readonly bruteForceP99: number;
  /** ms of the processor for each question, whatever else it does. */
  readonly cpu: number;
  readonly bruteForceCpu: number;
  /** Bytes of the process, and what it is ended at. */
  readonly resident: number;
  readonly bound: number;
  /** µs to add one, and s to open all again. */
  readonly addMicroseconds: number;
  readonly openSeconds: number;
  /** Pictures that were acknowledged before the process was killed, and those that were there afterwards. */
  readonly acknowledged: number;
  readonly afterKill: number;
}

const NEAREST = 10;
const ENCODER = '0'.repeat(64);
/** Questions that each form of search is timed with. */
const TIMED = 500;
const TIMED_BRUTE = 100;
/** Pictures added while questions are asked: one in so many. */
const ADDED = 10;
/** As the daemon bounds it. */
const boundOf = (count: number): number => 2 ** 29 + count * 3000;

/** Fills a memory, asks it while other work goes on, kills it and opens it again. */
export async function measureMemory(measure: MemoryMeasure): Promise<MemoryFigures> {
  const { queries, count, folder, worker, otherWork, progress } = measure;
  try {
    const { nearest, addMicroseconds } = fill(measure);
    const pool = createPool({
      ...worker,
      args: [folder, String(2 * count), 'measured'],
      size: 1,
      queue: 4,
      deadlineMs: 60_000,
      startMs: 600_000,
      memoryLimit: boundOf(2 * count),
      replaced: () => undefined,
    });
    try {
      progress(0.8, 'opening');
      const opened = performance.now();
      await ask<AboutMemory>(pool, 'about', undefined);
      const openSeconds = (performance.now() - opened) / 1000;
      const ending = new AbortController();
      const others = otherWork(ending.signal);
      progress(0.85, 'asking');
      const found: number[][] = [];
      for (const { embedding } of queries) {
        const answer = await ask<RecallAnswer>(pool, 'recall', questionOf(embedding));
        found.push(answer.found.map(({ id }) => id));
      }
      const spent = async (): Promise<number> => (await ask<AboutMemory>(pool, 'about', undefined)).cpu;
      const before = await spent();
      const quick = await timed(pool, measure, TIMED, {}, count);
      const between = await spent();
      const brute = await timed(pool, measure, TIMED_BRUTE, { since: 0 }, count + TIMED);
      const after = await spent();
      ending.abort();
      await others;
      const { resident, pid } = await ask<AboutMemory>(pool, 'about', undefined);
      const { count: acknowledged } = await ask<AboutMemory>(pool, 'about', undefined);
      process.kill(pid, 'SIGKILL');
      progress(0.95, 'opening after kill -9');
      const { count: afterKill } = await again(pool, pid);
      return {
        recall: found.map((ids, i) => nearest[i].filter((id) => ids.includes(id)).length / nearest[i].length),
        nearest,
        found,
        p50: quantile(quick, 0.5),
        p99: quantile(quick, 0.99),
        bruteForceP50: quantile(brute, 0.5),
        bruteForceP99: quantile(brute, 0.99),
        cpu: (1000 * (between - before)) / TIMED,
        bruteForceCpu: (1000 * (after - between)) / TIMED_BRUTE,
        resident,
        bound: boundOf(2 * count),
        addMicroseconds,
        openSeconds,
        acknowledged,
        afterKill,
      };
    } finally {
      await pool.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Adds all embeddings, the real ones first, and finds the nearest of each question exactly meanwhile. */
function fill({ real, queries, count, folder, progress }: MemoryMeasure) {
  const store = new MemoryStore(folder, { most: 2 * count, session: 'measured' });
  const next = createDensifier(real, createRandom(1));
  const exact = new ExactSearch(
    queries.map(({ embedding }) => embedding),
    NEAREST,
  );
  store.begin({ sha256: ENCODER, dims: real[0].length });
  let spent = 0;
  for (let id = 0; id < count; id += 1) {
    const vector = id < real.length ? real[id] : next();
    exact.add(id, vector);
    const facts = { id, at: id * 1e6, stream: 'camera', input: (id + 1) as InputNumber, session: 'measured' };
    const started = performance.now();
    store.append({ facts, vector, thumbnail: new Uint8Array(0) });
    spent += performance.now() - started;
    if (id % 1000 === 0) progress((0.8 * id) / count, `${id} of ${count} embeddings`);
  }
  store.close();
  return { nearest: exact.nearest(), addMicroseconds: (1000 * spent) / count };
}

async function timed(
  pool: Pool,
  { queries, real }: MemoryMeasure,
  times: number,
  more: Partial<RecallQuery>,
  from: number,
) {
  const ms: number[] = [];
  for (let i = 0; i < times; i += 1) {
    if (i % ADDED === 0) await ask(pool, 'remember', memoryOf(real[i % real.length], from + i));
    const started = performance.now();
    await ask<RecallAnswer>(pool, 'recall', { ...questionOf(queries[i % queries.length].embedding), ...more });
    ms.push(performance.now() - started);
  }
  return ms.sort((a, b) => a - b);
}

function questionOf(embedding: Float32Array): RecallQuery {
  return { embedding: packEmbedding(embedding), encoder: ENCODER, count: NEAREST };
}

function memoryOf(embedding: Float32Array, at: number) {
  const { embedding: packed, encoder } = questionOf(embedding);
  return { at: at * 1e6, stream: 'camera', input: 1, embedding: packed, encoder };
}

function ask<Answer>(pool: Pool, task: string, payload: unknown): Promise<Answer> {
  const id = randomUUID();
  return new Promise((resolve, reject) => {
    pool.run({ id, task, payload }, (outcome) => {
      if (outcome.status === 'done') resolve(outcome.output as Answer);
      else reject(new Error(`the memory gave no answer: ${outcome.detail ?? outcome.reason}`));
    });
  });
}

/** What the process says that takes the place of one that was killed. */
async function again(pool: Pool, killed: number): Promise<AboutMemory> {
  for (;;) {
    const about = await ask<AboutMemory>(pool, 'about', undefined).catch(() => undefined);
    if (about !== undefined && about.pid !== killed) return about;
  }
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}
