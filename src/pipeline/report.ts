import type { AlignedSet, Stamp, StreamDescriptor, StreamId } from '../frame/index.ts';
import type { PoseEstimate } from '../fusion/index.ts';
import type { Transform } from '../geometry/index.ts';
import type { StreamAccount } from './ledger.ts';
import type { StreamHealth } from './monitor.ts';
import type { PoseError } from './reference.ts';

/** What the pipeline looks like at one moment, as plain data: for displays, summaries and tests. */
export interface PipelineReport {
  readonly now: Stamp;
  readonly inputs: number;
  readonly published: number;
  readonly streams: readonly StreamReport[];
  readonly sets: SetReport;
  /** Stream that sets are built around; `undefined` where the policy has none. */
  readonly pivot: StreamId | undefined;
  readonly pose: PoseEstimate | undefined;
  /** The reference in the coordinates of the pose, where there is one. */
  readonly comparison: { readonly reference: Transform; readonly stamp: Stamp; readonly error: PoseError } | undefined;
}

/** One stream. */
export interface StreamReport {
  readonly descriptor: StreamDescriptor;
  readonly health: StreamHealth;
  readonly account: StreamAccount;
}

/** The aligned sets so far. */
export interface SetReport {
  readonly count: number;
  /** Sets that miss a stream. */
  readonly incomplete: number;
  /** Of the latest sets, seconds; `undefined` before the first. */
  readonly meanSpread: number | undefined;
}

/** Counts sets; the mean spread follows the last ten or so. */
export function createSetStatistics(): { add(set: AlignedSet): void; value(): SetReport } {
  let count = 0;
  let incomplete = 0;
  let meanSpread: number | undefined;
  return {
    add(set) {
      count += 1;
      if (set.missing.length > 0) incomplete += 1;
      meanSpread = meanSpread === undefined ? set.spread : meanSpread + 0.1 * (set.spread - meanSpread);
    },
    value: () => ({ count, incomplete, meanSpread }),
  };
}
