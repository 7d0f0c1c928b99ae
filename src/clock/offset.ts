import { NS_PER_SECOND } from '../frame/index.ts';

/**
 * Largest rate at which a device clock may lose against the host before its stamps lag, as a share. Crystals stay within
 * 100 ppm; too small and a slow clock's stamps drift into the past, too large and stamps follow the jitter.
 */
const LARGEST_DRIFT = 200e-6;

/**
 * Offset from a device's clock to the host's, following the lower envelope of the delays: a message can arrive late but
 * never early, so the smallest difference between receive time and device time is the one closest to the truth. The
 * envelope may rise by {@link LARGEST_DRIFT}, so that it follows a device that runs slow. The constant part of the
 * delay cannot be seen this way and stays in the offset.
 */
export function createOffsetEstimator(): { update(deviceNs: number, receivedNs: number): number; reset(): void } {
  let offset: number | undefined;
  let lastReceived = 0;
  return {
    /** @returns the offset in ns after this pair of times (both ns). */
    update(deviceNs, receivedNs) {
      const difference = receivedNs - deviceNs;
      const risen = offset === undefined ? difference : offset + Math.max(0, receivedNs - lastReceived) * LARGEST_DRIFT;
      offset = Math.min(risen, difference);
      lastReceived = receivedNs;
      return offset;
    },
    reset() {
      offset = undefined;
    },
  };
}

/** Ticks at `hz` to nanoseconds. */
export function ticksToNs(ticks: number, hz: number): number {
  return (ticks / hz) * NS_PER_SECOND;
}
