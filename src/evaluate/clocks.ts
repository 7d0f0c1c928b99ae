import {
  createDeviceTime,
  createStreamClock,
  type ClockConfig,
  type ClockReport,
  type DeviceTime,
  type StreamClock,
} from '../clock/index.ts';
import type { Arrival, StreamDescriptor, StreamId, UnixNs } from '../frame/index.ts';
import { createJitter, type Jitter } from './jitter.ts';

/** What the arrivals of a stream tell of its clock. `null` is what they cannot tell. */
export interface StreamTiming {
  readonly stream: StreamId;
  readonly kind: string;
  /** Samples a second, by the clock that samples. */
  readonly rateHz: number | null;
  /** Standard deviation of receive time minus device time, ms: offset and drift aside (jitter.ts). */
  readonly rawJitterMs: number | null;
  /** The same of the time that is rebuilt from receive times alone, as if the device told none. */
  readonly rebuiltJitterMs: number | null;
  /** How much longer frames were under way than the quickest of late, ms. */
  readonly latencyMs: { readonly p50: number; readonly p99: number } | null;
  /** How much faster the device's clock runs than the host's. */
  readonly driftPpm: number | null;
  /** Silences longer than 2.5 periods and 20 ms. */
  readonly gaps: number;
  /** Times that the device's time went back. */
  readonly backward: number;
  /** Frames that came again. */
  readonly duplicates: number;
}

/** Watches the arrivals of a log. */
export interface TimingStudy {
  saw(arrival: Arrival): void;
  /** In the order of the streams. */
  result(): StreamTiming[];
}

interface Watched {
  readonly stream: StreamDescriptor;
  /** As configured. */
  readonly clock: StreamClock;
  /** As if the device told no time. */
  readonly rebuilding: StreamClock;
  readonly time: DeviceTime | undefined;
  readonly raw: Jitter;
  readonly rebuilt: Jitter;
}

/**
 * Runs the clock of every stream twice over the same arrivals: as configured, and blind to the device's time, which then
 * serves as the truth for what was rebuilt. Stamps that the clock refuses are no truth.
 * @param configOf the clock's configuration of a stream
 */
export function createTimingStudy(
  streams: readonly StreamDescriptor[],
  configOf: (stream: StreamId) => ClockConfig,
  epoch: UnixNs,
): TimingStudy {
  const watched = new Map<StreamId, Watched>(
    streams.map((stream) => {
      const config = configOf(stream.id);
      return [
        stream.id,
        {
          stream,
          clock: createStreamClock(stream, config, epoch),
          rebuilding: createStreamClock(stream, { ...config, stamps: 'rebuild', latencyMs: 0 }, epoch),
          time: createDeviceTime(stream.clock, epoch),
          raw: createJitter(),
          rebuilt: createJitter(),
        },
      ];
    }),
  );

  return {
    saw(arrival) {
      const one = watched.get(arrival.stream);
      if (one === undefined) return;
      const { clock, rebuilding, time, raw, rebuilt } = one;
      const stamped = clock.stamp(arrival);
      const again = rebuilding.stamp(arrival);
      if (time === undefined || arrival.device === undefined || stamped.verdict === 'dropped') return;
      if (stamped.event === 'device restart' || stamped.event === 'clock step') {
        time.restart();
        raw.cut();
        rebuilt.cut();
      }
      const told = time.read(arrival.device);
      if (told === undefined) return;
      time.take(arrival.device);
      raw.add(told, arrival.received - told);
      if (again.verdict === 'stamped') rebuilt.add(told, again.stamp - told);
    },
    result: () =>
      [...watched.values()].map(({ stream, clock, raw, rebuilt }) =>
        timingOf(stream, clock.report(), raw.deviation(), rebuilt.deviation()),
      ),
  };
}

function timingOf(
  { id, kind }: StreamDescriptor,
  { rate, latency, driftPpm, gaps, backward, refused }: ClockReport,
  raw: number | undefined,
  rebuilt: number | undefined,
): StreamTiming {
  return {
    stream: id,
    kind,
    rateHz: rate ?? null,
    rawJitterMs: raw === undefined ? null : raw / 1e6,
    rebuiltJitterMs: rebuilt === undefined ? null : rebuilt / 1e6,
    latencyMs: latency === undefined ? null : { p50: latency.p50 * 1e3, p99: latency.p99 * 1e3 },
    driftPpm: driftPpm ?? null,
    gaps,
    backward: backward + (refused['past stamp'] ?? 0),
    duplicates: refused.duplicate ?? 0,
  };
}
