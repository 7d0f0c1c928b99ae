/** Most samples held: 16 s at 1 kHz. */
const MOST = 16384;
const FIRST = 512;

/** What is held of a rate (a speed, a turn rate) as the integral of it over time. Times in s, in any one origin. */
export interface IntegralSeries {
  /** A rate at a moment; between two moments it is the mean of both. Out of order: ignored. */
  point(at: number, rate: number): void;
  /** A mean rate over a time that begins where the one before ended. */
  step(from: number, to: number, rate: number): void;
  /** Earliest and latest time that the integral is known at; NaN while it is nowhere. */
  start(): number;
  end(): number;
  /** Mean time between the samples that are held, s; NaN before the second one. */
  period(): number;
  /**
   * The integral at `times[0] - delay` for every delay of an ascending grid, written to `out`.
   * @returns false where it is not known at all of them
   */
  sample(at: number, first: number, step: number, out: Float64Array): boolean;
}

/**
 * Makes a series. It holds the last {@link MOST} samples; a hole longer than `longestHole` begins it anew, since nobody
 * knows what went on meanwhile.
 *
 * @param longestHole s. Too small: every lost frame costs twice the search range; too large: motion is invented.
 */
export function createIntegralSeries(longestHole: number): IntegralSeries {
  let times = new Float64Array(FIRST);
  let sums = new Float64Array(FIRST);
  let count = 0;
  /** Place of the oldest sample; the ring's size is a power of two. */
  let head = 0;
  let lastRate = NaN;

  const place = (i: number): number => (head + i) & (times.length - 1);
  const end = (): number => (count === 0 ? NaN : times[place(count - 1)]);

  function clear(): void {
    count = 0;
    head = 0;
  }

  function grow(): void {
    const [oldTimes, oldSums] = [times, sums];
    times = new Float64Array(2 * oldTimes.length);
    sums = new Float64Array(2 * oldTimes.length);
    for (let i = 0; i < count; i += 1) {
      const from = (head + i) & (oldTimes.length - 1);
      times[i] = oldTimes[from];
      sums[i] = oldSums[from];
    }
    head = 0;
  }

  function push(at: number, sum: number): void {
    if (count === times.length) {
      if (count < MOST) grow();
      else {
        head = place(1);
        count -= 1;
      }
    }
    const to = place(count);
    times[to] = at;
    sums[to] = sum;
    count += 1;
  }

  return {
    point(at, rate) {
      const before = end();
      if (at <= before && before - at < longestHole) return;
      if (count > 0 && !(at > before && at - before <= longestHole)) clear();
      if (count === 0) push(at, 0);
      else push(at, sums[place(count - 1)] + (at - before) * 0.5 * (rate + lastRate));
      lastRate = rate;
    },
    step(from, to, rate) {
      const before = end();
      if (to <= before && before - to < longestHole) return;
      if (!(to > from && to - from <= longestHole)) return;
      if (count > 0 && Math.abs(from - before) > longestHole) clear();
      if (count === 0) push(from, 0);
      else if (from > before) push(from, sums[place(count - 1)] + (from - before) * 0.5 * (rate + lastRate));
      const last = place(count - 1);
      push(to, sums[last] + (to - times[last]) * rate);
      lastRate = rate;
    },
    start: () => (count === 0 ? NaN : times[head]),
    end,
    period: () => (count > 1 ? (end() - times[head]) / (count - 1) : NaN),
    sample(at, first, step, out) {
      const latest = at - first;
      const earliest = at - first - (out.length - 1) * step;
      if (!(count > 1 && earliest >= times[head] && latest <= end())) return false;
      // The interval that holds the latest time, by bisection; from there backward.
      let low = 0;
      let high = count - 1;
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (times[place(middle)] <= latest) low = middle;
        else high = middle;
      }
      // What the loop reads again and again stands in constants: two thousand samples are passed for a second of 1 kHz.
      const [t, sum, oldest, mask] = [times, sums, head, times.length - 1];
      let a = (oldest + low) & mask;
      let b = (a + 1) & mask;
      let slope = (sum[b] - sum[a]) / (t[b] - t[a]);
      for (let i = 0; i < out.length; i += 1) {
        const time = latest - i * step;
        if (t[a] > time && low > 0) {
          do {
            low -= 1;
            a = (oldest + low) & mask;
          } while (t[a] > time && low > 0);
          b = (a + 1) & mask;
          slope = (sum[b] - sum[a]) / (t[b] - t[a]);
        }
        out[i] = sum[a] + (time - t[a]) * slope;
      }
      return true;
    },
  };
}
