import type { Stamp, StreamId } from '../../frame/index.ts';
import type { Unnumbered } from '../schema/messages.ts';
import { provenance, type Origin, type ToTime } from './common.ts';

/** The delay between two streams. */
export interface StreamDelayReport {
  readonly of: StreamId;
  readonly against: StreamId;
  readonly by: string;
  /** ms; `null`: it cannot be told. */
  readonly ms: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly why?: string;
}

export function delaysMessage(
  toTime: ToTime,
  stamp: Stamp,
  reports: readonly StreamDelayReport[],
  origin: Origin,
): Unnumbered<'DelayDiagnostics'> {
  return {
    timestamp: toTime(stamp),
    delays: reports.map(({ of, against, by, ms, low, high, why }) => ({
      of,
      against,
      by,
      ...(ms === null || low === null || high === null
        ? { why: why ?? 'too little data' }
        : { delay: ms / 1000, low: low / 1000, high: high / 1000 }),
    })),
    provenance: provenance(origin),
  };
}
