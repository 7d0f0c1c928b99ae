import { NS_PER_SECOND, type DeviceClock, type UnixNs } from '../frame/index.ts';
import { createUnwrapper } from './unwrap.ts';

/** Raw stamps of a device as time that goes on. */
export interface DeviceTime {
  /**
   * ns since the first stamp of this life of the device's clock. Changes nothing. `undefined` for a stamp too far from the
   * others to be held exactly.
   */
  read(raw: bigint): number | undefined;
  /** ns since the session's epoch; `undefined` where the clock tells no Unix time, or one more than 104 days from it. */
  unix(raw: bigint): number | undefined;
  /** Takes a stamp that has been found right. */
  take(raw: bigint): void;
  /** Forgets all stamps: the next one taken begins a new life of the clock. */
  restart(): void;
  /** ns from one raw stamp to another. */
  elapsed(from: bigint, to: bigint): number;
  /** Standard deviation of a stamp that is cut to whole ticks, ns. */
  readonly resolution: number;
  /** How often the counter has wrapped. */
  wraps(): number;
}

/** Makes the time of a device's clock; `undefined` for one that tells none. */
export function createDeviceTime(clock: DeviceClock, epoch: UnixNs): DeviceTime | undefined {
  if (clock.domain === 'counter') return createCounterTime(clock);
  return clock.domain === 'unix' ? createUnixTime(epoch) : undefined;
}

const exact = (ns: number): number | undefined => (Math.abs(ns) <= Number.MAX_SAFE_INTEGER ? ns : undefined);

/** Unix stamps count from the first one taken, so that a clock set to another year is exact too. */
export function createUnixTime(epoch: UnixNs): DeviceTime {
  let origin: bigint | undefined;
  return {
    read: (raw) => exact(Number(raw - (origin ?? raw))),
    unix: (raw) => exact(Number(raw - epoch)),
    take(raw) {
      origin ??= raw;
    },
    restart() {
      origin = undefined;
    },
    elapsed: (from, to) => Number(to - from),
    resolution: 0,
    wraps: () => 0,
  };
}

/** A counter's ticks count from the first one taken, through its wraps. */
export function createCounterTime({ hz, bits }: Extract<DeviceClock, { domain: 'counter' }>): DeviceTime {
  const toNs = (ticks: number): number => (ticks / hz) * NS_PER_SECOND;
  const unwrapper = createUnwrapper(bits);
  return {
    read: (raw) => toNs(unwrapper.read(raw)),
    unix: () => undefined,
    take: (raw) => unwrapper.take(raw),
    restart: () => unwrapper.restart(),
    elapsed: (from, to) => toNs(Number(BigInt.asIntN(bits, to - from))),
    // Uniform within a tick.
    resolution: toNs(1) / Math.sqrt(12),
    wraps: () => unwrapper.wraps(),
  };
}
