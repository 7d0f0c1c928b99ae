import { createPeriodEstimator } from './period.ts';

/** A silence is a gap beyond this many periods and this constant, ns: when a stream is called stale too. */
const GAP_PERIODS = 2.5;
const GAP_EXTRA_NS = 20e6;

/** How regularly a stream comes. */
export interface Cadence {
  /**
   * @param received when a frame arrived, ns
   * @param sampled when it was sampled, ns by any clock
   * @param period time between samples, ns, where it is known better than from the steps themselves
   */
  saw(received: number, sampled: number, period: number | undefined): void;
  /** Silences between arrivals. */
  gaps(): number;
  /** Samples a second by the clock that sampled them, gaps aside; `undefined` for fewer than two. */
  rate(): number | undefined;
}

/** @param nominalRate Hz, where it is known */
export function createCadence(nominalRate: number | undefined): Cadence {
  const steps = createPeriodEstimator(nominalRate);
  let lastReceived: number | undefined;
  let lastSampled = 0;
  let known: number | undefined;
  let gaps = 0;
  let count = 0;
  let sum = 0;
  return {
    saw(received, sampled, period) {
      known = period;
      if (lastReceived !== undefined) {
        const step = sampled - lastSampled;
        steps.update(step);
        const usual = known ?? steps.value() ?? Infinity;
        const longest = GAP_PERIODS * usual + GAP_EXTRA_NS;
        if (received - lastReceived > longest) gaps += 1;
        if (step <= longest) {
          count += 1;
          sum += Math.max(0, step);
        }
      }
      lastReceived = Math.max(received, lastReceived ?? received);
      lastSampled = Math.max(sampled, lastSampled);
    },
    gaps: () => gaps,
    rate: () => {
      if (known !== undefined) return 1e9 / known;
      return sum === 0 ? undefined : (count / sum) * 1e9;
    },
  };
}
