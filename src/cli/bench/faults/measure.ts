import { renameSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { FAULTS, type Fault } from '../../../bench/index.ts';
import type { Observation } from './observe.ts';

/** What one fault did. */
export interface FaultFigures {
  /** What the daemon called it; `null` where it did not. */
  readonly reason: string | null;
  /** ms from the order to the name: how long it went unnoticed. */
  readonly namedMs: number | null;
  /** ms from the name to the next answer of a model: until the worker was back. */
  readonly backMs: number | null;
  /** Longest time between two poses, as a subscriber receives them, from the order until a while after. */
  readonly longestPoseGapMs: number;
}

/** What `bench faults` tells. */
export interface FaultsFigures {
  readonly poses: number;
  /** Longest time between two poses while nothing is wrong. */
  readonly quietPoseGapMs: number;
  readonly faults: Readonly<Partial<Record<Fault, FaultFigures>>>;
  /** The worker's counters at the end, as `diag/host` publishes them. */
  readonly models: ReturnType<Observation['models']>;
}

/** Watched before the first fault, and at least for each, ms. After 5 s a pool has forgotten that a worker was lost. */
const WATCH_MS = 6000;
/** Longest wait for the worker to be back. */
const PATIENCE_MS = 30_000;
const LOOK_MS = 20;

/**
 * Orders one fault after the other and watches what becomes of the poses.
 * @param order path of the file that the faulty worker looks for
 */
export async function measureFaults(
  observation: Observation,
  order: string,
  progress: (share: number, what: string) => void,
): Promise<FaultsFigures> {
  const { poses, answers } = observation;
  progress(0, 'without a fault');
  await until(() => answers.length > 0 && poses.length > 0);
  const began = performance.now();
  await wait(WATCH_MS);
  const quietPoseGapMs = longestGap(poses, began, performance.now());
  const faults: Partial<Record<Fault, FaultFigures>> = {};
  for (const [i, fault] of FAULTS.entries()) {
    progress((i + 1) / (FAULTS.length + 1), fault);
    faults[fault] = await watch(fault, observation, order);
  }
  return { poses: poses.length, quietPoseGapMs, faults, models: observation.models() };
}

async function watch(fault: Fault, { poses, answers, named }: Observation, order: string): Promise<FaultFigures> {
  const ordered = performance.now();
  // In one step: the worker must not read half a word.
  writeFileSync(`${order}.part`, fault);
  renameSync(`${order}.part`, order);
  const name = () => named.find(({ at }) => at >= ordered);
  const back = (): number | undefined => {
    const since = name()?.at;
    return since === undefined ? undefined : answers.find((at) => at > since);
  };
  await until(() => back() !== undefined);
  await wait(Math.max(0, WATCH_MS - (performance.now() - ordered)));
  const [noticed, answered] = [name(), back()];
  return {
    reason: noticed?.reason ?? null,
    namedMs: noticed === undefined ? null : rounded(noticed.at - ordered),
    backMs: noticed === undefined || answered === undefined ? null : rounded(answered - noticed.at),
    longestPoseGapMs: longestGap(poses, ordered, performance.now()),
  };
}

async function until(condition: () => boolean): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS; !condition() && performance.now() < end;) await wait(LOOK_MS);
}

/** Longest time without a pose between two moments: where none comes any more, that is a gap too. */
function longestGap(poses: readonly number[], from: number, to: number): number {
  let longest = 0;
  let before = from;
  for (const at of [...poses, to]) {
    if (at < from || at > to) continue;
    longest = Math.max(longest, at - before);
    before = at;
  }
  return rounded(longest);
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
