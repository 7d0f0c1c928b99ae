/** What a raw counter reading means next to the one before it. */
export type CounterReading =
  /** Ticks since the counter's first reading in this life of the device. May lie before an earlier reading. */
  | { readonly what: 'running'; readonly ticks: number }
  /** The counter jumped back by more than {@link RESTART_SECONDS}: the device began anew. */
  | { readonly what: 'restarted'; readonly ticks: 0 };

/** Going back further than this is a restart, less is a frame out of order. Seconds of the device. */
const RESTART_SECONDS = 1;

/**
 * Turns a counter that wraps at `bits` bits into one that does not: the step to the reading before is taken modulo
 * 2^bits as a signed number, so that half of the counter's span may be missed.
 */
export function createUnwrapper(bits: number, hz: number): (raw: bigint) => CounterReading {
  let last: bigint | undefined;
  let ticks = 0n;
  return (raw) => {
    const step = last === undefined ? 0n : BigInt.asIntN(bits, raw - last);
    if (Number(step) < -RESTART_SECONDS * hz) {
      last = raw;
      ticks = 0n;
      return { what: 'restarted', ticks: 0 };
    }
    // A frame out of order does not become the reference: the next in-order step is counted from the furthest reading.
    if (step < 0n) return { what: 'running', ticks: Number(ticks + step) };
    last = raw;
    ticks += step;
    return { what: 'running', ticks: Number(ticks) };
  };
}
