/** How much of a step's difference the mean takes on. */
const GAIN = 0.02;
/** Steps further than this factor from the mean are no periods: a silence, or what piled up during one. */
const FACTOR = 4;
/** So many long steps in a row are the period after all. */
const MOST_LONG = 10;

/** Mean time between the frames of a stream, as they arrive. */
export interface PeriodEstimator {
  /** @param step time since the frame before, ns */
  update(step: number): void;
  /** ns; `undefined` while nothing is known. */
  value(): number | undefined;
}

/** @param nominalRate Hz, where it is known: what to begin with */
export function createPeriodEstimator(nominalRate: number | undefined): PeriodEstimator {
  let period = nominalRate === undefined ? undefined : 1e9 / nominalRate;
  let long = 0;
  return {
    update(step) {
      if (step <= 0) return;
      period ??= step;
      long = step > FACTOR * period ? long + 1 : 0;
      if (long >= MOST_LONG) period = step;
      else if (step > period / FACTOR && long === 0) period += GAIN * (step - period);
    },
    value: () => period,
  };
}
