import { NS_PER_SECOND, type DeviceClock, type UnixNs } from '../frame/index.ts';
import { createUnwrapper } from './unwrap.ts';

/** A reading of a device's clock. */
export interface DeviceReading {
  /** ns since the first reading of this life of the device's clock. */
  readonly ns: number;
  /** ns since the session's epoch, where the clock tells Unix time and is less than 104 days from it. */
  readonly unix: number | undefined;
}

/** Raw stamps of a device as time that goes on. */
export interface DeviceTime {
  /** Changes nothing. `undefined` for a stamp too far from the others to be held exactly. */
  read(raw: bigint): DeviceReading | undefined;
  /** Takes a stamp that has been found right. */
  take(raw: bigint): void;
  /** Forgets all stamps: the next one taken begins a new life of the clock. */
  restart(): void;
  /** ns from one raw stamp to another. */
  elapsed(from: bigint, to: bigint): number;
}

/** Unix stamps count from the first one taken, so that a clock set to another year is exact too. */
export function createUnixTime(epoch: UnixNs): DeviceTime {
  let origin: bigint | undefined;
  const exact = (ns: number): number | undefined => (Math.abs(ns) <= Number.MAX_SAFE_INTEGER ? ns : undefined);
  return {
    read(raw) {
      const ns = exact(Number(raw - (origin ?? raw)));
      return ns === undefined ? undefined : { ns, unix: exact(Number(raw - epoch)) };
    },
    take(raw) {
      origin ??= raw;
    },
    restart() {
      origin = undefined;
    },
    elapsed: (from, to) => Number(to - from),
  };
}

/** A counter's ticks count from the first one taken, through its wraps. */
export function createCounterTime({ hz, bits }: Extract<DeviceClock, { domain: 'counter' }>): DeviceTime {
  const toNs = (ticks: number): number => (ticks / hz) * NS_PER_SECOND;
  let unwrapper = createUnwrapper(bits);
  return {
    read: (raw) => ({ ns: toNs(unwrapper.read(raw)), unix: undefined }),
    take: (raw) => unwrapper.take(raw),
    restart() {
      unwrapper = createUnwrapper(bits);
    },
    elapsed: (from, to) => toNs(Number(BigInt.asIntN(bits, to - from))),
  };
}
