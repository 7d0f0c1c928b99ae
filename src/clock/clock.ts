import { extentOf, NS_PER_MS, NS_PER_SECOND, stampOf, type Arrival, type Stamp } from '../frame/index.ts';
import type { StreamDescriptor, UnixNs } from '../frame/index.ts';
import { createArrivalStamper, createRebuildStamper } from './arrival-stamper.ts';
import { createCadence } from './cadence.ts';
import type { ClockConfig } from './config.ts';
import { createDeviceStamper } from './device-stamper.ts';
import { createQuantiles } from './quantiles.ts';
import type { ClockReport } from './report.ts';
import type { ClockEvent, ClockReason, Stamper } from './stamper.ts';

/** What the clock makes of an arrival. */
export type Stamped =
  | {
      readonly verdict: 'stamped';
      readonly stamp: Stamp;
      /** Standard deviation of the stamp, s. The constant part of the delay, which nothing here can see, is not in it. */
      readonly deviation: number;
      /** What this stamp shows to have happened to the device's clock. */
      readonly event: ClockEvent | undefined;
    }
  | { readonly verdict: 'dropped'; readonly reason: ClockReason };

/** The clock of one stream: gives each arrival its time of validity. */
export interface StreamClock {
  stamp(arrival: Arrival): Stamped;
  report(): ClockReport;
}

/**
 * Makes the clock of a stream. Where times come from is the configuration's to say (config.ts); whatever the source, the
 * constant latency is taken off and what happens is counted.
 *
 * @param epoch Unix time of the session's epoch, ns
 */
export function createStreamClock(stream: StreamDescriptor, config: ClockConfig, epoch: UnixNs): StreamClock {
  const rate = config.rateHz ?? stream.nominalRate;
  const stamper = stamperOf(stream, config, epoch, rate);
  const cadence = createCadence(rate);
  const delays = createQuantiles();
  const latency = config.latencyMs * NS_PER_MS;
  const refused: Partial<Record<ClockReason, number>> = {};
  const events: Partial<Record<ClockEvent, number>> = {};
  let stamped = 0;

  return {
    stamp(arrival) {
      const extent = Math.round(extentOf(arrival.measurement) * NS_PER_SECOND);
      const reason = stamper.take(arrival.device, stampOf(arrival.received - extent));
      if (reason !== undefined) {
        refused[reason] = (refused[reason] ?? 0) + 1;
        return { verdict: 'dropped', reason };
      }
      const event = stamper.event();
      if (event !== undefined) events[event] = (events[event] ?? 0) + 1;
      stamped += 1;
      delays.add(stamper.delay());
      cadence.saw(arrival.received, stamper.reading() ?? arrival.received, stamper.period());
      return {
        verdict: 'stamped',
        stamp: stampOf(Math.round(stamper.stamp() - latency)),
        deviation: stamper.deviation() / NS_PER_SECOND,
        event,
      };
    },
    report() {
      const drift = stamper.drift();
      const [p50, p99] = [delays.at(0.5), delays.at(0.99)];
      return {
        stream: stream.id,
        basis: stamper.basis(),
        rate: cadence.rate(),
        driftPpm: drift === undefined ? undefined : drift * 1e6,
        latency:
          p50 === undefined || p99 === undefined ? undefined : { p50: p50 / NS_PER_SECOND, p99: p99 / NS_PER_SECOND },
        deviation: stamped === 0 ? undefined : stamper.deviation() / NS_PER_SECOND,
        stamped,
        gaps: cadence.gaps(),
        backward: stamper.backward(),
        missing: stamper.missing(),
        wraps: stamper.wraps(),
        refused: { ...refused },
        events: { ...events },
      };
    },
  };
}

function stamperOf(
  { clock }: StreamDescriptor,
  { stamps }: ClockConfig,
  epoch: UnixNs,
  rate: number | undefined,
): Stamper {
  if (stamps === 'arrival') return createArrivalStamper();
  if (stamps === 'rebuild' || clock.domain === 'none' || clock.domain === 'sequence') {
    return createRebuildStamper(clock, rate);
  }
  return createDeviceStamper(clock, epoch, stamps === 'device');
}
