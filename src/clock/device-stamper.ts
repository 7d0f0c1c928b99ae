import { NS_PER_SECOND, type Arrival, type DeviceClock, type Stamp, type UnixNs } from '../frame/index.ts';
import { createCounterTime, createUnixTime } from './device-time.ts';
import { createEnvelope } from './envelope.ts';
import { createFollower } from './follow.ts';
import { createRecent } from './recent.ts';
import type { ClockEvent, ClockReason, StampBasis, Stamper } from './stamper.ts';

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
/**
 * The envelope: a minute, in buckets of a second. Crystals are within 50 ppm as a rule; NTP slews by 500 ppm, and no clock
 * worth the name is off by more than 1000.
 */
const ENVELOPE = { bucket: NS_PER_SECOND, buckets: 64, slopeLimit: 1000e-6, slopePrior: 100e-6 };
/** Buckets before the slope is told to others. */
const TOLD_FROM = 8;
/** The least delay of the host's own clock is what was seen in so long. */
const SETTLED_NS = 4 * NS_PER_SECOND;
/** A clock taken for the host's own is another once it has left it by this, steadily: by so many spreads of its delays. */
const LEFT_NS = 5e6;
const STEADILY = 6;

/** A clock that tells time. */
export type TellingClock = Exclude<DeviceClock, { domain: 'none' | 'sequence' }>;

/**
 * Makes the stamper of a stream whose device tells time: stamps of the host's own clock pass through, others are related
 * to the host's by the lower envelope of their delays (envelope.ts) and follow its refinements smoothly (follow.ts).
 *
 * - A raw stamp that was there lately is a duplicate and refused, so that nothing is fused twice.
 * - A stamp that cannot be right is refused. If the next one goes on from it, the clock has changed for good: a counter
 *   began anew with its device, a time of day was set. It is related to the host's anew, its frames as old as before.
 * - A clock that was taken for the host's own, but leaves it at a steady rate (NTP slews it, it has a crystal of its own),
 *   is related from then on: its stamps stay with the host's clock, without a jump.
 *
 * @param passes whether stamps of the host's own clock are passed through
 */
export function createDeviceStamper(clock: TellingClock, epoch: UnixNs, passes: boolean): Stamper {
  const change: ClockEvent = clock.domain === 'counter' ? 'device restart' : 'clock step';
  const back = BACK_NS[clock.domain];
  const time = clock.domain === 'counter' ? createCounterTime(clock) : createUnixTime(epoch);
  const envelope = createEnvelope(ENVELOPE);
  const follower = createFollower();
  const recent = createRecent();
  /** Whether stamps are the host's own; `undefined` before the first of a life. */
  let isHosts: boolean | undefined;
  /** Least delay that was seen while stamps were the host's own, ns: what a relation cannot see of it. */
  let least = 0;
  /** Smallest spread of the least delays in this life, ns. */
  let calm = Infinity;
  /** Latest reading of this life, ns. */
  let latest = -Infinity;
  /** The stamp that was refused last, which the next one may confirm. */
  let suspect: bigint | undefined;
  let suspected = 0;
  let backward = 0;
  let stamp = 0;
  let deviation = 0;
  let delay = 0;
  let reading = -Infinity;
  let event: ClockEvent | undefined;

  function take(device: Arrival['device'], received: Stamp): ClockReason | undefined {
    event = undefined;
    if (device === undefined) return 'invalid stamp';
    if (recent.has(device, received)) return 'duplicate';
    // Nobody's clock says 1970, and a signed stamp that is negative was never set.
    if (clock.domain === 'unix' && device <= 0n) return 'invalid stamp';
    const ns = time.read(device);
    const wrong = ns === undefined ? 'invalid stamp' : implausible(ns, device, received);
    if (ns !== undefined && wrong === undefined) {
      accept(ns, device, received);
      return undefined;
    }
    if (goesOn(device, received)) {
      begin();
      accept(time.read(device) ?? 0, device, received);
      event = change;
      return undefined;
    }
    suspect = device;
    suspected = received;
    return wrong;
  }

  /** Why a reading cannot be right, after those before it. */
  function implausible(ns: number, raw: bigint, received: Stamp): ClockReason | undefined {
    if (envelope.count() === 0) return undefined;
    const host = isHosts === true ? (time.unix(raw) ?? Infinity) : ns + envelope.at(ns);
    if (host - received > AHEAD_NS) return 'future stamp';
    return ns < latest - back ? 'past stamp' : undefined;
  }

  /** True when the device's time goes on from the stamp that was refused last. */
  function goesOn(raw: bigint, received: Stamp): boolean {
    if (suspect === undefined) return false;
    const elapsed = time.elapsed(suspect, raw);
    return elapsed > 0 && Math.abs(elapsed - (received - suspected)) < SAME_PACE_NS;
  }

  /** Begins a new life of the device's clock. */
  function begin(): void {
    envelope.reset();
    follower.reset();
    time.restart();
    recent.clear();
    isHosts = undefined;
    calm = Infinity;
    latest = -Infinity;
    reading = -Infinity;
  }

  function accept(ns: number, raw: bigint, received: Stamp): void {
    const unix = time.unix(raw);
    isHosts ??= passes && unix !== undefined && Math.abs(received - unix) < SAME_CLOCK_NS;
    suspect = undefined;
    if (ns < reading) backward += 1;
    reading = ns;
    time.take(raw);
    recent.add(raw, received);
    if (ns > latest) {
      delay = envelope.add(ns, received - ns);
      latest = ns;
    } else delay = Math.max(0, received - ns - envelope.at(ns));
    if (isHosts && unix !== undefined) passOn(ns, unix);
    else relate(ns);
  }

  function passOn(ns: number, unix: number): void {
    stamp = unix;
    deviation = 0;
    if (ns < latest) return;
    follower.follow(ns, unix, 0);
    const ahead = ns + envelope.at(ns) - unix;
    if (ns < SETTLED_NS) least = ahead;
    else if (leaves(ahead - least)) {
      isHosts = false;
      event = 'clock drift';
    }
  }

  /**
   * Whether the device's clock, so far off by now, goes away from the host's: no delay is less than the least; more may
   * be the network's doing, unless it rises at a steady rate.
   */
  function leaves(by: number): boolean {
    const spread = envelope.spread();
    if (envelope.filled() < TOLD_FROM) return false;
    calm = Math.min(calm, spread);
    if (by < -LEFT_NS - STEADILY * calm) return true;
    return by > LEFT_NS && envelope.slope() * envelope.span() > STEADILY * spread;
  }

  function relate(ns: number): void {
    stamp = follower.follow(ns, ns + envelope.at(ns) - least, envelope.slope());
    deviation = Math.sqrt(envelope.deviation() ** 2 + follower.pending() ** 2 + time.resolution ** 2);
  }

  return {
    take,
    stamp: () => stamp,
    deviation: () => deviation,
    event: () => event,
    basis: (): StampBasis => (isHosts === true ? 'device' : 'estimate'),
    delay: () => delay,
    reading: () => reading,
    period: () => undefined,
    drift: () => (envelope.filled() < TOLD_FROM ? undefined : -envelope.slope()),
    backward: () => backward,
    missing: () => 0,
    wraps: () => time.wraps(),
  };
}
