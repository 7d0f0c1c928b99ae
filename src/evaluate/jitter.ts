/** Largest drift that is taken for one, as a share: what is beyond no clock does. */
const LARGEST_DRIFT = 1000e-6;

/** Standard deviation of differences between two clocks, their offset and drift aside. Times in one unit. */
export interface Jitter {
  /** @param time by the one clock; @param difference of the other to it */
  add(time: number, difference: number): void;
  /** What follows has another offset: one of the clocks was set, or began anew. */
  cut(): void;
  /** `undefined` for fewer than two. */
  deviation(): number | undefined;
}

/**
 * Makes a jitter: residuals of a straight line, its slope within ±1000 ppm, through each stretch between two cuts, all
 * pooled. Sums are kept about running means (B. P. Welford, Technometrics 4(3), 1962), so that times of any size do.
 */
export function createJitter(): Jitter {
  let count = 0;
  let meanTime = 0;
  let mean = 0;
  let times = 0;
  let products = 0;
  let squares = 0;
  /** Of the stretches before. */
  let residuals = 0;
  let total = 0;

  function residual(): number {
    const slope = times > 0 ? Math.max(-LARGEST_DRIFT, Math.min(LARGEST_DRIFT, products / times)) : 0;
    return Math.max(0, squares - 2 * slope * products + slope * slope * times);
  }

  return {
    add(time, difference) {
      count += 1;
      total += 1;
      const fromTime = time - meanTime;
      const from = difference - mean;
      meanTime += fromTime / count;
      mean += from / count;
      times += fromTime * (time - meanTime);
      products += fromTime * (difference - mean);
      squares += from * (difference - mean);
    },
    cut() {
      residuals += residual();
      [count, meanTime, mean, times, products, squares] = [0, 0, 0, 0, 0, 0];
    },
    deviation: () => (total < 2 ? undefined : Math.sqrt((residuals + residual()) / total)),
  };
}
