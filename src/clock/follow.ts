/** Time constant with which stamps follow a refined estimate, ns. Too small: stamps jitter; too large: they lag. */
const FOLLOW_NS = 1e9;
/** Largest share of the time that has passed that a correction may take or give: time never stands still. */
const MOST = 0.5;
/** Readings remembered, so that one that comes out of order finds its place between them. */
const REMEMBERED = 16;

/** Turns a clock's readings into stamps. All times in ns. */
export interface Follower {
  /**
   * The stamp of a reading: a later one gets a later stamp, in whatever order they come (within the last 16).
   * @param target where the estimate has it now
   * @param slope rate of the host's time against this clock's, less 1
   */
  follow(reading: number, target: number, slope: number): number;
  /** How far the latest stamp lies from where the estimate had it. */
  pending(): number;
  reset(): void;
}

/**
 * Makes a follower. When an estimate is refined the stamps neither jump nor jitter with it: they are slewed, by a share
 * of what is missing, faster while the clock is young and little is known, slower later.
 */
export function createFollower(): Follower {
  /** The last readings and their stamps, both ascending. */
  const readings = new Float64Array(REMEMBERED);
  const stamps = new Float64Array(REMEMBERED);
  let size = 0;
  let first = 0;
  let pending = 0;

  function push(reading: number, stamp: number): number {
    if (size === REMEMBERED) {
      readings.copyWithin(0, 1);
      stamps.copyWithin(0, 1);
    } else size += 1;
    readings[size - 1] = reading;
    stamps[size - 1] = stamp;
    return stamp;
  }

  /** A reading before the latest: on the line between its neighbours. */
  function between(reading: number, slope: number): number {
    if (reading <= readings[0]) return stamps[0] - (readings[0] - reading) * (1 + slope);
    let after = size - 1;
    while (readings[after - 1] > reading) after -= 1;
    const share = (reading - readings[after - 1]) / (readings[after] - readings[after - 1]);
    return stamps[after - 1] + share * (stamps[after] - stamps[after - 1]);
  }

  return {
    follow(reading, target, slope) {
      if (size === 0) {
        first = reading;
        pending = 0;
        return push(reading, target);
      }
      const elapsed = reading - readings[size - 1];
      if (elapsed <= 0) return between(reading, slope);
      const ahead = stamps[size - 1] + elapsed * (1 + slope);
      const missing = target - ahead;
      const share = Math.min(1, elapsed / Math.min(FOLLOW_NS, reading - first));
      const correction = Math.max(-MOST * elapsed, Math.min(MOST * elapsed, share * missing));
      pending = missing - correction;
      return push(reading, ahead + correction);
    },
    pending: () => pending,
    reset() {
      size = 0;
    },
  };
}
