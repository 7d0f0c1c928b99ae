/** Rates of one stream as mean rates over a longer time. Times in s. */
export interface Baseline {
  /** A rate at a moment; between two moments it is the mean of both. */
  point(at: number, rate: number, companion: number): void;
  /** A mean rate over a time that begins where the one before ended. */
  step(from: number, to: number, rate: number, companion: number): void;
}

/** Samples within a baseline at most: 0.2 s at 1.2 kHz. */
const HELD = 256;

/**
 * Tells at every sample the mean rate over the time that ended with it. Two noisy streams have a likeness by chance at
 * every delay, and the shorter the samples, the more and narrower such delays there are; over a time that is short
 * against the motion, noise falls and the motion stays. The other side is compared over the very same time.
 *
 * @param seconds the longest time that still counts; one sample where they are further apart
 * @param longestHole s; after a longer one it begins anew
 * @param out given the time's ends, the mean rate and the mean companion
 */
export function createBaseline(
  seconds: () => number,
  longestHole: number,
  out: (from: number, to: number, rate: number, companion: number) => void,
): Baseline {
  const times = new Float64Array(HELD);
  const sums = new Float64Array(HELD);
  const companions = new Float64Array(HELD);
  let first = 0;
  let count = 0;
  let lastRate = 0;
  let lastCompanion = 0;

  function push(at: number, sum: number, companion: number): void {
    if (count === HELD) {
      first = (first + 1) % HELD;
      count -= 1;
    }
    const to = (first + count) % HELD;
    times[to] = at;
    sums[to] = sum;
    companions[to] = companion;
    count += 1;
  }

  const last = (): number => (first + count - 1) % HELD;

  /** Goes on to `at` with these mean rates, and tells the baseline that ends there. */
  function advance(at: number, rate: number, companion: number): void {
    const dt = at - times[last()];
    push(at, sums[last()] + dt * rate, companions[last()] + dt * companion);
    const longest = seconds();
    while (count > 2 && at - times[first] > longest) {
      first = (first + 1) % HELD;
      count -= 1;
    }
    const passed = at - times[first];
    out(times[first], at, (sums[last()] - sums[first]) / passed, (companions[last()] - companions[first]) / passed);
  }

  return {
    point(at, rate, companion) {
      const passed = count === 0 ? NaN : at - times[last()];
      if (passed <= 0 && passed > -longestHole) return;
      if (passed > 0 && passed <= longestHole) advance(at, (rate + lastRate) / 2, (companion + lastCompanion) / 2);
      else {
        count = 0;
        push(at, 0, 0);
      }
      lastRate = rate;
      lastCompanion = companion;
    },
    step(from, to, rate, companion) {
      if (!(to > from && to - from <= longestHole)) return;
      if (count > 0 && to <= times[last()] && times[last()] - to < longestHole) return;
      // What lies between two steps that do not join is not known.
      if (count === 0 || from !== times[last()]) {
        count = 0;
        push(from, 0, 0);
      }
      advance(to, rate, companion);
    },
  };
}
