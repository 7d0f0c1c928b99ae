import type { Stamp, StreamId } from '../../frame/index.ts';
import type { StampBasisName, StreamClockState } from '../schema/clocks.ts';
import type { Unnumbered } from '../schema/messages.ts';
import { provenance, type Origin, type ToTime } from './common.ts';

/** The clock of one stream. */
export interface StreamClockReport {
  readonly stream: StreamId;
  readonly basis: StampBasisName;
  /** Hz. */
  readonly rate: number | undefined;
  readonly driftPpm: number | undefined;
  /** s. */
  readonly latency: { readonly p50: number; readonly p99: number } | undefined;
  readonly deviation: number | undefined;
  readonly stamped: number;
  readonly gaps: number;
  readonly backward: number;
  readonly missing: number;
  readonly wraps: number;
  readonly refused: Readonly<Partial<Record<string, number>>>;
  readonly events: Readonly<Partial<Record<string, number>>>;
}

export function clocksMessage(
  toTime: ToTime,
  stamp: Stamp,
  reports: readonly StreamClockReport[],
  origin: Origin,
): Unnumbered<'ClockDiagnostics'> {
  return { timestamp: toTime(stamp), streams: reports.map(stateOf), provenance: provenance(origin) };
}

function stateOf(report: StreamClockReport): StreamClockState {
  const { rate, driftPpm, latency, deviation } = report;
  return {
    stream: report.stream,
    basis: report.basis,
    ...(rate === undefined ? {} : { rate }),
    ...(driftPpm === undefined ? {} : { drift_ppm: driftPpm }),
    ...(latency === undefined ? {} : { latency: { p50: latency.p50, p99: latency.p99 } }),
    ...(deviation === undefined ? {} : { deviation }),
    stamped: report.stamped,
    gaps: report.gaps,
    backward: report.backward,
    missing: report.missing,
    wraps: report.wraps,
    refused: { ...report.refused } as Record<string, number>,
    events: { ...report.events } as Record<string, number>,
  };
}
