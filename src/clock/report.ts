import type { StreamId } from '../frame/index.ts';
import type { ClockEvent, ClockReason, StampBasis } from './stamper.ts';

/** How the clock of a stream fares: plain data. `undefined` is what cannot be told (yet). */
export interface ClockReport {
  readonly stream: StreamId;
  /** How the latest stamp was found. */
  readonly basis: StampBasis;
  /** Samples a second, Hz. */
  readonly rate: number | undefined;
  /** How much faster the device's clock runs than the host's, parts per million. */
  readonly driftPpm: number | undefined;
  /** How much longer frames were under way than the quickest of late, s: median and 99th of a hundred. */
  readonly latency: { readonly p50: number; readonly p99: number } | undefined;
  /** Standard deviation of the latest stamp, s. */
  readonly deviation: number | undefined;
  /** Frames stamped. */
  readonly stamped: number;
  /** Silences between arrivals longer than 2.5 periods and 20 ms. */
  readonly gaps: number;
  /** Times that the device's time went back from one frame to the next. */
  readonly backward: number;
  /** Samples known to have been lost on the way, where times are rebuilt. */
  readonly missing: number;
  /** Times that the device's counter has wrapped. */
  readonly wraps: number;
  /** Frames refused, by reason. */
  readonly refused: Readonly<Partial<Record<ClockReason, number>>>;
  /** What has happened to the device's clock, and how often. */
  readonly events: Readonly<Partial<Record<ClockEvent, number>>>;
}
