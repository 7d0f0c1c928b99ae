import type { Arrival, DeviceClock, Stamp } from '../frame/index.ts';
import { UNKNOWN_DELAY_NS } from './envelope.ts';
import { createRebuilder } from './rebuild.ts';
import { createRecent } from './recent.ts';
import type { ClockEvent, ClockReason, Stamper } from './stamper.ts';
import { createUnwrapper } from './unwrap.ts';

/** A sample's number that lies this far from the one before it is that of a device that began anew. */
const RESTART_BACK = 32;
const RESTART_AHEAD = 10_000;

/** What all stampers without device time have in common. */
const TIMELESS = { reading: () => undefined, drift: () => undefined } as const;

/** Makes the stamper of a stream whose samples are as old as their arrival. */
export function createArrivalStamper(): Stamper {
  let stamp = 0;
  return {
    ...TIMELESS,
    take(_device, received) {
      stamp = received;
      return undefined;
    },
    stamp: () => stamp,
    deviation: () => UNKNOWN_DELAY_NS,
    event: () => undefined,
    basis: () => 'arrival',
    delay: () => 0,
    period: () => undefined,
    backward: () => 0,
    missing: () => 0,
    wraps: () => 0,
  };
}

/**
 * Makes the stamper of a stream whose sample times are rebuilt from when they arrive (rebuild.ts). Where the device
 * numbers its samples, duplicates are refused and lost ones are known; a number far off is a device that began anew.
 * @param clock the device's; anything but a sequence tells nothing here
 * @param rate Hz, where it is known
 */
export function createRebuildStamper(clock: DeviceClock, rate: number | undefined): Stamper {
  const sequence = clock.domain === 'sequence' ? createUnwrapper(clock.bits) : undefined;
  const recent = createRecent();
  let rebuilder = createRebuilder(rate);
  let stamp = 0;
  let number = 0;
  let backward = 0;
  let missing = 0;
  let lastReceived = -Infinity;
  let event: ClockEvent | undefined;

  function restart(): void {
    missing += rebuilder.missing();
    rebuilder = createRebuilder(rate);
    sequence?.restart();
    recent.clear();
    event = 'device restart';
  }

  /** The sample's number, counted on through wraps; `undefined` for a duplicate. */
  function numbered(device: bigint, received: Stamp): number | undefined {
    if (sequence === undefined || recent.has(device, received)) return undefined;
    const step = sequence.read(device) - number;
    if (step < -RESTART_BACK || step > RESTART_AHEAD) restart();
    const its = sequence.read(device);
    sequence.take(device);
    recent.add(device, received);
    if (its < number && event === undefined) backward += 1;
    else number = its;
    return its;
  }

  function take(device: Arrival['device'], received: Stamp): ClockReason | undefined {
    event = undefined;
    if (sequence === undefined || device === undefined) {
      if (received < lastReceived) backward += 1;
      stamp = rebuilder.take(received);
    } else {
      const its = numbered(device, received);
      if (its === undefined) return 'duplicate';
      stamp = rebuilder.take(received, its);
    }
    lastReceived = received;
    return undefined;
  }

  return {
    ...TIMELESS,
    take,
    stamp: () => stamp,
    deviation: () => rebuilder.deviation(),
    event: () => event,
    basis: () => (rebuilder.basis() === 'grid' ? 'rebuilt' : 'arrival'),
    delay: () => rebuilder.delay(),
    period: () => rebuilder.period(),
    backward: () => backward,
    missing: () => missing + rebuilder.missing(),
    wraps: () => sequence?.wraps() ?? 0,
  };
}
