import {
  NS_PER_MS,
  NS_PER_SECOND,
  stampFromUnix,
  stampOf,
  type Arrival,
  type Stamp,
  type StreamDescriptor,
  type UnixNs,
} from '../frame/index.ts';
import type { ClockConfig } from './config.ts';
import { createOffsetEstimator, ticksToNs } from './offset.ts';
import { createUnwrapper } from './unwrap.ts';

/** What the clock makes of an arrival. */
export type Stamped =
  | { readonly verdict: 'stamped'; readonly stamp: Stamp }
  | { readonly verdict: 'dropped'; readonly reason: ClockReason };

/** Why the clock refuses a frame. */
export type ClockReason = 'invalid stamp' | 'future stamp' | 'duplicate';

/** The clock of one stream: gives each arrival its time of validity. */
export interface StreamClock {
  stamp(arrival: Arrival): Stamped;
  /** How often the device began anew (its counter jumped back). */
  restarts(): number;
}

/** A Unix device stamp this close to the receive time is taken for the host's own clock and passed through. */
const SAME_CLOCK_NS = 10 * NS_PER_SECOND;
/** A stamp later than its own arrival by more than this comes from a clock that cannot be right. */
const FUTURE_NS = 10 * NS_PER_SECOND;

/**
 * Makes the clock of a stream, first version: device stamps of the host's own clock pass through, other device clocks
 * are related to the host's by the lower envelope of the delays, and a stream without device time is stamped on arrival.
 * A duplicate (the raw device time of the frame before it) is refused here, so that nothing is fused twice.
 * @param epoch Unix time of the session's epoch, ns
 */
export function createStreamClock(stream: StreamDescriptor, config: ClockConfig, epoch: UnixNs): StreamClock {
  const toNs = deviceTimeOf(stream, epoch);
  const offset = createOffsetEstimator();
  const latency = config.latencyMs * NS_PER_MS;
  let previous: bigint | undefined;
  let passThrough: boolean | undefined = config.stamps === 'estimate' ? false : undefined;
  let restarts = 0;

  function stamp(arrival: Arrival): Stamped {
    const { received, device } = arrival;
    if (config.stamps === 'arrival' || stream.clock.domain === 'none' || device === undefined) {
      return stamped(received);
    }
    if (device === previous) return dropped('duplicate');
    const reading = toNs(device);
    if (reading === undefined) return dropped('invalid stamp');
    if (reading.restarted) {
      restarts += 1;
      offset.reset();
    }
    passThrough ??= reading.comparable && Math.abs(received - reading.ns) < SAME_CLOCK_NS;
    if (passThrough && reading.ns - received > FUTURE_NS) return dropped('future stamp');
    previous = device;
    return stamped(passThrough ? reading.ns : reading.ns + offset.update(reading.ns, received));
  }

  function stamped(ns: number): Stamped {
    return { verdict: 'stamped', stamp: stampOf(Math.round(ns - latency)) };
  }

  return { stamp, restarts: () => restarts };
}

function dropped(reason: ClockReason): Stamped {
  return { verdict: 'dropped', reason };
}

/** A reading of the device's own clock in nanoseconds. */
interface DeviceReading {
  readonly ns: number;
  /** True when `ns` counts from the session's epoch, so that it may be compared with receive times. */
  readonly comparable: boolean;
  readonly restarted: boolean;
}

/** Raw device time to a reading; `undefined` for a stamp that cannot be one. */
type DeviceTime = (raw: bigint) => DeviceReading | undefined;

function deviceTimeOf(stream: StreamDescriptor, epoch: UnixNs): DeviceTime {
  const { clock } = stream;
  if (clock.domain === 'counter') {
    const unwrap = createUnwrapper(clock.bits, clock.hz);
    return (raw) => {
      const reading = unwrap(raw);
      return { ns: ticksToNs(reading.ticks, clock.hz), comparable: false, restarted: reading.what === 'restarted' };
    };
  }
  // The first plausible stamp is the origin, so that a device clock set to another year is still exact.
  let origin: UnixNs | undefined;
  return (raw) => {
    if (raw <= 0n) return undefined;
    origin ??= stampFromUnix(epoch, raw) === undefined ? raw : epoch;
    const ns = stampFromUnix(origin, raw);
    return ns === undefined ? undefined : { ns, comparable: origin === epoch, restarted: false };
  };
}
