/**
 * Largest rate at which a device clock may lose against the host before its stamps lag, as a share. Crystals stay within
 * 100 ppm; too small and a slow clock's stamps drift into the past, too large and stamps follow the jitter.
 */
const LARGEST_DRIFT = 200e-6;

/** See {@link createOffsetEstimator}. All times in ns. */
export interface OffsetEstimator {
  /** Takes a pair of times and returns the offset after it. */
  update(deviceNs: number, receivedNs: number): number;
  /** The offset so far; `undefined` before the first pair. */
  value(): number | undefined;
  reset(): void;
}

/**
 * Offset from a device's clock to the host's, following the lower envelope of the delays: a message can arrive late but
 * never early, so the smallest difference between receive time and device time is the one closest to the truth. The
 * envelope may rise by {@link LARGEST_DRIFT}, so that it follows a device that runs slow. The constant part of the
 * delay cannot be seen this way and stays in the offset.
 */
export function createOffsetEstimator(): OffsetEstimator {
  let offset: number | undefined;
  let lastReceived = 0;
  return {
    update(deviceNs, receivedNs) {
      const difference = receivedNs - deviceNs;
      const risen = offset === undefined ? difference : offset + Math.max(0, receivedNs - lastReceived) * LARGEST_DRIFT;
      offset = Math.min(risen, difference);
      lastReceived = receivedNs;
      return offset;
    },
    value: () => offset,
    reset() {
      offset = undefined;
    },
  };
}
