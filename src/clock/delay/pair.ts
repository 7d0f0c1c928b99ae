import { createBaseline } from './baseline.ts';
import { estimateDelay, type Estimate } from './estimate.ts';
import { createProfile } from './profile.ts';
import { gridSize, type DelaySearch } from './search.ts';
import type { IntegralSeries } from './series.ts';

/** Samples that wait for the other side at once; beyond these the oldest is given up. */
const WAITING = 2048;
const FIELDS = 4;
/** Samples of the other side that a baseline covers at least. */
const LEAST_SAMPLES = 3;
/**
 * Samples are compared at most so often, as a share of the baseline: 66 times a second. Those in between stand for more than
 * five sixths of the same time and say the same again.
 */
const CLOSEST = 0.15;
/** Weight of a new length of a sample in the running one. */
const SMOOTHING = 0.02;

/**
 * One side's samples compared with the integral of the other's rate, at every delay of the grid. Each is compared with
 * exactly the time that it stands for, a reading at a moment that comes seldom with one period about it; nothing is
 * resampled, so no phase is lost.
 */
export interface DelayPair {
  /**
   * A mean rate over a time that begins where the one before ended, s.
   * @param companion what this side's own error may be proportional to: of a turn rate by wheels, their speed
   */
  step(from: number, to: number, rate: number, companion?: number): void;
  /** A rate at a moment. */
  point(at: number, rate: number, companion?: number): void;
  /** A mean rate over a time that may overlap others'. */
  span(from: number, to: number, rate: number): void;
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
  let support = 0;
  let lastPoint = NaN;
  /** Mean time between readings at a moment, s; 0 before the second one. */
  let period = 0;
  const baseline = createBaseline(longest, search.range, wait);

  /** Time over which rates that come often are compared: several samples of the other side, too. */
  function longest(): number {
    return Math.max(search.baseline, LEAST_SAMPLES * against.period() || 0);
  }

  function wait(from: number, to: number, value: number, companion: number): void {
    if (to - before < CLOSEST * search.baseline && to > before) return;
    const length = to > from ? to - from : to - before;
    before = to;
    if (length > 0 && length <= search.range) {
      support = support === 0 ? length : support + SMOOTHING * (length - support);
    }
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
    step: (from, to, rate, companion = 0) => baseline.step(from, to, rate, companion),
    point(at, rate, companion = 0) {
      const passed = at - lastPoint;
      if (passed <= 0 && passed > -search.range) return;
      lastPoint = at;
      if (passed > 0 && passed <= search.range) period = period === 0 ? passed : period + SMOOTHING * (passed - period);
      if (period < longest() / 2) baseline.point(at, rate, companion);
      else if (passed > 0 && passed <= search.range) wait(at - period / 2, at + period / 2, rate, companion);
    },
    span: (from, to, rate) => wait(from, to, rate, 0),
    total: (at, value) => wait(at, at, value, 0),
    estimate: () => estimateDelay(profile.blocks, search, support, against.period()),
  };
}
