import { stampOf, type Stamp, type UnixNs } from '../frame/index.ts';

/** The host's clock, from the start of the session on. */
export interface HostClock {
  /** Unix time at which the session began, ns. */
  readonly epoch: UnixNs;
  /** Monotonic time since then. Steps of the wall clock do not reach it. */
  readonly now: () => Stamp;
}

/** Starts the session's clock. The one place where the daemon reads the host's clocks. */
export function createHostClock(): HostClock {
  const origin = process.hrtime.bigint();
  return {
    epoch: BigInt(Date.now()) * 1_000_000n,
    now: () => stampOf(Number(process.hrtime.bigint() - origin)),
  };
}
