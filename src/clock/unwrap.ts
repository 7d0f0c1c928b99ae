/** A counter that wraps at some bits as one that does not. */
export interface Unwrapper {
  /** Ticks since the first reading that was taken; may lie before an earlier one. Changes nothing. */
  read(raw: bigint): number;
  /** Takes a reading: the next is counted from the furthest one taken. */
  take(raw: bigint): void;
  /** Begins anew with the next reading. */
  restart(): void;
  /** How often it has wrapped so far. */
  wraps(): number;
}

/**
 * Turns a counter that wraps at `bits` bits into one that does not: the step to the furthest reading so far is taken
 * modulo 2^bits as a signed number, so that half of the counter's span may be missed.
 */
export function createUnwrapper(bits: number): Unwrapper {
  let furthest: bigint | undefined;
  let ticks = 0n;
  let wraps = 0;
  const stepTo = (raw: bigint): bigint => (furthest === undefined ? 0n : BigInt.asIntN(bits, raw - furthest));
  return {
    read: (raw) => Number(ticks + stepTo(raw)),
    take(raw) {
      const step = stepTo(raw);
      // A frame out of order does not become the reference.
      if (step < 0n) return;
      if (furthest !== undefined && raw < furthest) wraps += 1;
      furthest = raw;
      ticks += step;
    },
    restart() {
      furthest = undefined;
      ticks = 0n;
    },
    wraps: () => wraps,
  };
}
