import { NS_PER_MS, NS_PER_SECOND, stampOf, type Arrival, type Stamp } from '../frame/index.ts';
import type { StreamDescriptor, UnixNs } from '../frame/index.ts';
import type { ClockConfig } from './config.ts';
import { createCounterTime, createUnixTime, type DeviceReading } from './device-time.ts';
import { createOffsetEstimator } from './offset.ts';

/** What the clock makes of an arrival. */
export type Stamped =
  /** `event`: what this stamp shows to have happened to the device's clock. */
  | { readonly verdict: 'stamped'; readonly stamp: Stamp; readonly event?: ClockEvent }
  | { readonly verdict: 'dropped'; readonly reason: ClockReason };

/** Why the clock refuses a frame. */
export type ClockReason = 'invalid stamp' | 'future stamp' | 'past stamp' | 'duplicate';

/** What can happen to a device's clock: its counter begins anew; its time of day is set. */
export type ClockEvent = 'device restart' | 'clock step';

/** A raw stamp and when it arrived. */
interface Taken {
  readonly raw: bigint;
  readonly received: Stamp;
}

/** The clock of one stream: gives each arrival its time of validity. */
export interface StreamClock {
  stamp(arrival: Arrival): Stamped;
}

/** A Unix device stamp this close to the receive time is taken for the host's own clock and passed through. */
const SAME_CLOCK_NS = 10 * NS_PER_SECOND;
/** A stamp later than its own arrival by more than this cannot be right. */
const AHEAD_NS = 10 * NS_PER_SECOND;
/**
 * Nor can one that is earlier than those before it by more than this; less is a frame out of order. A time of day may
 * be told late by a network; a counter that goes back this far has most likely begun anew.
 */
const BACK_NS = { unix: 10 * NS_PER_SECOND, counter: NS_PER_SECOND };
/** Two such stamps as far apart as their arrivals, give or take this, come from a clock that goes on from there. */
const SAME_PACE_NS = NS_PER_SECOND;
/** Raw stamps remembered and for how long, so that a frame delivered twice is known even when others came between. */
const REMEMBERED = 16;
const REMEMBERED_NS = NS_PER_SECOND;

/**
 * Makes the clock of a stream, first version: device stamps of the host's own clock pass through, other device clocks
 * are related to the host's by the lower envelope of the delays, and a stream without device time is stamped on arrival.
 *
 * - A raw stamp that was there lately is a duplicate and refused, so that nothing is fused twice.
 * - A stamp that cannot be right is refused. If the next one goes on from it, the clock has changed for good: a counter
 *   began anew with its device, a time of day was set. It is related to the host's anew, its frames as old as before.
 *
 * @param epoch Unix time of the session's epoch, ns
 */
export function createStreamClock(stream: StreamDescriptor, config: ClockConfig, epoch: UnixNs): StreamClock {
  const { clock } = stream;
  const change: ClockEvent = clock.domain === 'counter' ? 'device restart' : 'clock step';
  const back = clock.domain === 'counter' ? BACK_NS.counter : BACK_NS.unix;
  const deviceTime = clock.domain === 'counter' ? createCounterTime(clock) : createUnixTime(epoch);
  const offset = createOffsetEstimator();
  const latency = config.latencyMs * NS_PER_MS;
  /** Accepted of late. The last one stays, however old: a device that repeats itself has nothing new to say. */
  const recent: Taken[] = [];
  /** Whether stamps are the host's own; `undefined` before the first reading of a life. */
  let passThrough: boolean | undefined;
  /** Least delay seen while stamps were the host's own: what an estimate cannot see of it later, ns. */
  let delay = 0;
  /** Latest reading of this life, ns. */
  let latest = -Infinity;
  /** The stamp that was refused last, which the next one may confirm. */
  let suspect: Taken | undefined;

  function stamp(arrival: Arrival): Stamped {
    const { received, device } = arrival;
    if (config.stamps === 'arrival' || clock.domain === 'none' || device === undefined) return stamped(received);
    if (isKnown(device, received)) return dropped('duplicate');
    // Nobody's clock says 1970, and a signed stamp that is negative was never set.
    if (clock.domain === 'unix' && device <= 0n) return dropped('invalid stamp');
    const reading = deviceTime.read(device);
    const wrong = implausible(reading, received);
    if (reading !== undefined && wrong === undefined) return related(reading, device, received);
    if (goesOn(device, received)) return begin(device, received);
    suspect = { raw: device, received };
    return dropped(wrong ?? 'invalid stamp');
  }

  function isKnown(raw: bigint, received: Stamp): boolean {
    while (recent.length > 1 && received - recent[0].received > REMEMBERED_NS) recent.shift();
    return recent.some((taken) => taken.raw === raw);
  }

  /** Why a reading cannot be right, after those before it. */
  function implausible(reading: DeviceReading | undefined, received: Stamp): ClockReason | undefined {
    if (reading === undefined) return 'invalid stamp';
    const relation = offset.value();
    if (relation === undefined) return undefined;
    const ahead = (passThrough === true ? (reading.unix ?? Infinity) : reading.ns + relation) - received;
    if (ahead > AHEAD_NS) return 'future stamp';
    return reading.ns < latest - back ? 'past stamp' : undefined;
  }

  /** True when the device's time goes on from the stamp that was refused last. */
  function goesOn(raw: bigint, received: Stamp): boolean {
    if (suspect === undefined) return false;
    const elapsed = deviceTime.elapsed(suspect.raw, raw);
    return elapsed > 0 && Math.abs(elapsed - (received - suspect.received)) < SAME_PACE_NS;
  }

  /** The first frame of a new life of the device's clock. */
  function begin(raw: bigint, received: Stamp): Stamped {
    if (passThrough === true) delay = offset.value() ?? 0;
    offset.reset();
    deviceTime.restart();
    passThrough = undefined;
    latest = -Infinity;
    recent.length = 0;
    return related(deviceTime.read(raw) as DeviceReading, raw, received, change);
  }

  function related({ ns, unix }: DeviceReading, raw: bigint, received: Stamp, event?: ClockEvent): Stamped {
    passThrough ??= config.stamps === 'device' && unix !== undefined && Math.abs(received - unix) < SAME_CLOCK_NS;
    suspect = undefined;
    latest = Math.max(latest, ns);
    deviceTime.take(raw);
    if (recent.length === REMEMBERED) recent.shift();
    recent.push({ raw, received });
    if (!passThrough || unix === undefined) return stamped(ns + offset.update(ns, received) - delay, event);
    offset.update(unix, received);
    return stamped(unix, event);
  }

  function stamped(ns: number, event?: ClockEvent): Stamped {
    const at = stampOf(Math.round(ns - latency));
    return event === undefined ? { verdict: 'stamped', stamp: at } : { verdict: 'stamped', stamp: at, event };
  }

  return { stamp };
}

function dropped(reason: ClockReason): Stamped {
  return { verdict: 'dropped', reason };
}
