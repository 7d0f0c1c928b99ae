/**
 * Time inside Sensorium.
 *
 * A session has one epoch, a Unix time in nanoseconds that stands once in the session header. Every time inside the
 * pipeline is a {@link Stamp}: integer nanoseconds since that epoch, held in an ordinary number. It is exact for 104
 * days either side of the epoch (2^53 ns), where Unix nanoseconds in a number would step by 256 ns.
 */

declare const stampBrand: unique symbol;

/** Integer nanoseconds since the session's epoch. May be negative: a device may have measured before the session began. */
export type Stamp = number & { readonly [stampBrand]: true };

/** Unix time in nanoseconds: the only form in which times enter and leave the pipeline. */
export type UnixNs = bigint;

/** Nanoseconds in a second. */
export const NS_PER_SECOND = 1e9;
/** Nanoseconds in a millisecond. */
export const NS_PER_MS = 1e6;

/** The largest distance from the epoch that a {@link Stamp} holds exactly, in nanoseconds. */
const MAX_STAMP_NS = BigInt(Number.MAX_SAFE_INTEGER);

/** Brands a whole number of nanoseconds since the epoch as a {@link Stamp}. */
export function stampOf(nanoseconds: number): Stamp {
  return nanoseconds as Stamp;
}

/**
 * Unix nanoseconds to a {@link Stamp}.
 * @returns `undefined` when the time lies further than 104 days from the epoch: such a stamp cannot be held exactly and
 *   is a broken clock in practice (zero, negative and far-future device stamps end here).
 */
export function stampFromUnix(epoch: UnixNs, unix: UnixNs): Stamp | undefined {
  const ns = unix - epoch;
  return ns > MAX_STAMP_NS || ns < -MAX_STAMP_NS ? undefined : (Number(ns) as Stamp);
}

/** A {@link Stamp} back to Unix nanoseconds. */
export function unixFromStamp(epoch: UnixNs, stamp: Stamp): UnixNs {
  return epoch + BigInt(stamp);
}

/** Seconds from `from` to `to`; negative when `to` is earlier. */
export function secondsBetween(from: Stamp, to: Stamp): number {
  return (to - from) / NS_PER_SECOND;
}

/** ROS and Foxglove time: whole seconds and the nanoseconds within the second (0..999 999 999). */
export interface SecNsec {
  readonly sec: number;
  readonly nsec: number;
}

const NS_PER_SECOND_BIG = 1_000_000_000n;

/** Unix nanoseconds to `{sec, nsec}`, rounding toward minus infinity so that `nsec` is never negative. */
export function secNsecFromUnix(unix: UnixNs): SecNsec {
  let sec = unix / NS_PER_SECOND_BIG;
  let nsec = unix % NS_PER_SECOND_BIG;
  if (nsec < 0n) {
    sec -= 1n;
    nsec += NS_PER_SECOND_BIG;
  }
  return { sec: Number(sec), nsec: Number(nsec) };
}
