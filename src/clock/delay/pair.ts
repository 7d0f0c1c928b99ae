import { estimateDelay, type Estimate } from './estimate.ts';
import { createProfile } from './profile.ts';
import { gridSize, type DelaySearch } from './search.ts';
import type { IntegralSeries } from './series.ts';

/** Samples that wait for the other side at once; beyond these the oldest is given up. */
const WAITING = 2048;
const FIELDS = 4;
/** Weight of a new period in the running one. */
const SMOOTHING = 0.02;

/**
 * One side's samples compared with the integral of the other's rate, at every delay of the grid.
 *
 * A sample of a rate is compared with the mean of the other side over exactly the time that it stands for: the step
 * that it is the mean of, or one period about its moment. Nothing is resampled, so no phase is lost.
 */
export interface DelayPair {
  /**
   * A mean rate over `from..to`, s.
   * @param companion what this side's own error may be proportional to: of a turn rate by wheels, their speed
   */
  interval(from: number, to: number, rate: number, companion?: number): void;
  /** A rate at a moment. */
  point(at: number, rate: number, companion?: number): void;
  /** An integral at a moment: a way along the track. */
  total(at: number, value: number): void;
  /** Takes up what waited for the other side; to be called when that has gone on. */
  settle(): void;
  estimate(): Estimate;
}

/** @param against the finer-sampled side, which is interpolated */
export function createDelayPair(against: IntegralSeries, search: DelaySearch): DelayPair {
  const profile = createProfile(search);
  const size = gridSize(search);
  const late = new Float64Array(size);
  const early = new Float64Array(size);
  // Waiting samples: from, to, value, companion; a total has from = to.
  const waiting = new Float64Array(FIELDS * WAITING);
  let head = 0;
  let count = 0;
  let before = NaN;
  let period = NaN;
  let support = 0;

  /** Follows the period of the moments. False for the first after a hole, and for one out of order. */
  function spaced(at: number): boolean {
    const passed = at - before;
    if (passed <= 0) return false;
    before = at;
    if (!(passed <= search.range)) return false;
    period = Number.isNaN(period) ? passed : period + SMOOTHING * (passed - period);
    return true;
  }

  function wait(from: number, to: number, value: number, companion: number): void {
    if (count === WAITING) {
      head = (head + 1) % WAITING;
      count -= 1;
    }
    const at = FIELDS * ((head + count) % WAITING);
    waiting[at] = from;
    waiting[at + 1] = to;
    waiting[at + 2] = value;
    waiting[at + 3] = companion;
    count += 1;
    settle();
  }

  function settle(): void {
    const end = against.end();
    for (; count > 0; count -= 1, head = (head + 1) % WAITING) {
      const at = FIELDS * head;
      const [from, to, value] = [waiting[at], waiting[at + 1], waiting[at + 2]];
      // Negative delays look ahead of the sample.
      if (!(to + search.range <= end)) return;
      if (!against.sample(to, -search.range, search.step, late)) continue;
      if (to > from) {
        if (!against.sample(from, -search.range, search.step, early)) continue;
        const inverse = 1 / (to - from);
        for (let k = 0; k < size; k += 1) late[k] = (late[k] - early[k]) * inverse;
      }
      profile.add(to, value, late, waiting[at + 3]);
    }
  }

  return {
    settle,
    interval(from, to, rate, companion = 0) {
      support = support === 0 ? to - from : support + SMOOTHING * (to - from - support);
      wait(from, to, rate, companion);
    },
    point(at, rate, companion = 0) {
      if (!spaced(at)) return;
      support = period;
      wait(at - period / 2, at + period / 2, rate, companion);
    },
    total(at, value) {
      if (!spaced(at)) return;
      support = period;
      wait(at, at, value, 0);
    },
    estimate: () => estimateDelay(profile.blocks, search, support),
  };
}
