import { below, createRandom } from '../../random/index.ts';
import type { MemoryFigures, MemoryQuery } from './measure.ts';

/** The figures of the task `memory`. `value`: recall of the ten nearest, %, beside that of exact search. */
export interface MemoryReport {
  readonly task: 'memory';
  readonly value: number;
  readonly baseline: 100;
  /** Interval of 95 %: bootstrap over questions. */
  readonly low: number;
  readonly high: number;
  /** Questions. */
  readonly cases: number;
  readonly byKind: { readonly seen: number; readonly combination: null; readonly class: null };
  readonly byForm: Readonly<Record<MemoryQuery['form'], number | null>>;
  readonly [more: string]: unknown;
}

const RESAMPLES = 1000;
const MIB = 2 ** 20;

export function memoryReport(
  { recall, ...figures }: MemoryFigures,
  queries: readonly MemoryQuery[],
  { count, dims, real }: { readonly count: number; readonly dims: number; readonly real: number },
): MemoryReport {
  const random = createRandom(1);
  const drawn = Array.from({ length: RESAMPLES }, () =>
    percent(recall.map(() => recall[below(random, recall.length)])),
  );
  drawn.sort((a, b) => a - b);
  const ofForm = (form: MemoryQuery['form']): number | null => {
    const its = recall.filter((_, i) => queries[i].form === form);
    return its.length === 0 ? null : percent(its);
  };
  const value = percent(recall);
  return {
    task: 'memory',
    value,
    baseline: 100,
    low: drawn[Math.floor(0.025 * RESAMPLES)],
    high: drawn[Math.ceil(0.975 * RESAMPLES) - 1],
    cases: recall.length,
    byKind: { seen: value, combination: null, class: null },
    byForm: { picture: ofForm('picture'), words: ofForm('words') },
    embeddings: count,
    dims,
    ofPictures: real,
    between: `${count - real} lie between one of a picture and one of its 8 nearest, with noise of a tenth of their distance`,
    p50Ms: rounded(figures.p50),
    p99Ms: rounded(figures.p99),
    bruteForceP50Ms: rounded(figures.bruteForceP50),
    bruteForceP99Ms: rounded(figures.bruteForceP99),
    cpuMs: rounded(figures.cpu),
    bruteForceCpuMs: rounded(figures.bruteForceCpu),
    residentMiB: Math.round(figures.resident / MIB),
    boundMiB: Math.round(figures.bound / MIB),
    addMicroseconds: rounded(figures.addMicroseconds),
    openSeconds: rounded(figures.openSeconds),
    acknowledged: figures.acknowledged,
    afterKill: figures.afterKill,
    survivesKill: figures.afterKill === figures.acknowledged,
  };
}

function percent(shares: readonly number[]): number {
  return rounded((100 * shares.reduce((sum, share) => sum + share, 0)) / Math.max(1, shares.length));
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
