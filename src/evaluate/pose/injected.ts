import { NS_PER_SECOND } from '../../frame/index.ts';
import type { FusionConfig } from '../../fusion/index.ts';
import { neesOf } from '../consistency.ts';
import { inject, type Injection } from './inject.ts';
import { runPose } from './run.ts';
import type { PoseRow, PoseRun, PoseTask } from './task.ts';

/** What a fault did that was put on a recording. */
export interface Injected {
  readonly fault: string;
  /** Everything that was named from its beginning to {@link AFTERWARDS} after its end, s after its beginning. */
  readonly named: readonly { readonly source: string; readonly fault: string; readonly afterS: number }[];
  /** The largest error in that time, and later; m; `null` where there was no pose. */
  readonly mostM: number | null;
  readonly mostLaterM: number | null;
  /** Share of the first that lies inside the 95 % of the estimate's own covariance. */
  readonly inside95: number | null;
  /** Of a jump: the largest distance to the run in which the frames that jump are absent, m. */
  readonly apartM?: number;
}

/** What is looked at belongs to a fault until so long after its end, s. */
const AFTERWARDS = 5;
/** 95 % quantiles of the chi-square distribution with one, two, three degrees of freedom. */
const QUANTILES = [3.841, 5.991, 7.815];

/**
 * Judges a run by the faults that were put on its recording.
 * @param task the recording as it was
 */
export function judgeInjections(
  task: PoseTask,
  config: FusionConfig,
  injections: readonly Injection[],
  run: PoseRun,
): Injected[] {
  return injections.map((injection, at) => {
    const from = task.frames[0].received + injection.at * NS_PER_SECOND;
    const end = from + (injection.seconds + AFTERWARDS) * NS_PER_SECOND;
    const during = run.rows.filter(({ truth: { stamp } }) => stamp >= from && stamp < end);
    const later = run.rows.filter(({ truth: { stamp } }) => stamp >= end);
    const named = new Map<string, { source: string; fault: string; afterS: number }>();
    for (const { truth, estimate } of during) {
      for (const { source, fault } of estimate.faults) {
        const name = `${source} ${fault}`;
        if (!named.has(name)) named.set(name, { source, fault, afterS: (truth.stamp - from) / NS_PER_SECOND });
      }
    }
    const inside = during.filter((row) => isInside(task, row)).length;
    const absent = injections.map((one, i) => (i === at ? { ...one, fault: 'drop' as const } : one));
    return {
      fault: injection.text,
      named: [...named.values()],
      mostM: mostOf(task, during),
      mostLaterM: mostOf(task, later),
      inside95: during.length === 0 ? null : inside / during.length,
      ...(injection.fault === 'jump' && {
        apartM: apart(run, runPose({ ...task, frames: absent.reduce(inject, [...task.frames]) }, config)),
      }),
    };
  });
}

function mostOf(task: PoseTask, rows: readonly PoseRow[]): number | null {
  return rows.length === 0 ? null : Math.max(...rows.map((row) => Math.hypot(...task.error(row))));
}

function isInside(task: PoseTask, row: PoseRow): boolean {
  const error = task.error(row);
  const n = error.length;
  const P = row.estimate.pose.covariance ?? new Float64Array(36);
  const covariance = error.flatMap((_, i) => error.map((__, j) => P[6 * i + j]));
  return neesOf({ error, covariance }) <= QUANTILES[n - 1];
}

/** The largest distance between two runs of the same truth, m. */
function apart(a: PoseRun, b: PoseRun): number {
  const others = new Map(b.rows.map((row) => [row.truth.stamp, row.pose.position]));
  return a.rows.reduce((most, { truth, pose: { position } }) => {
    const other = others.get(truth.stamp);
    return other === undefined ? most : Math.max(most, Math.hypot(...position.map((value, i) => value - other[i])));
  }, 0);
}
