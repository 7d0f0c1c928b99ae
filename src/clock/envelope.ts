/**
 * The lower envelope of delays: from pairs of a clock's own time and the difference of the receive time to it, the line
 * that lies below all of them and closest to them. A message can arrive late but never early, so this line, and not the
 * middle of the cloud, is the relation between the two clocks.
 *
 * Of all lines below the points the one with the least sum of distances is the edge of their lower convex hull that lies
 * over their mean time (S. Moon, P. Skelly, D. Towsley, "Estimation and removal of clock skew from network delay
 * measurements", INFOCOM 1999; L. Zhang, Z. Liu, C. H. Xia, "Clock synchronization algorithms for network measurements",
 * INFOCOM 2002). Only the lowest point of each bucket of time can be on it: a window of these is all that is kept.
 */
import { medianOf } from '../geometry/index.ts';

/** See {@link createEnvelope}. Times in ns of the clock that is related. */
export interface EnvelopeOptions {
  /**
   * Length of a bucket once the window is full of them; they begin shorter and are joined, so that the window is full
   * soon. Too small: buckets without a message that came through at once; too large: the window covers a time over which
   * no clock's rate is constant.
   */
  readonly bucket: number;
  /** Buckets in the window. Too few: the slope follows the jitter; too many: a changed rate is followed late. */
  readonly buckets: number;
  /** Largest slope that is believed, as a share. Too small: a fast clock runs away; too large: jitter passes for drift. */
  readonly slopeLimit: number;
  /**
   * Standard deviation of the slope before anything is known, as a share: what a clock of this kind usually is off by.
   * Too small: drift is believed late; too large: the slope is noise while the window fills.
   */
  readonly slopePrior: number;
}

/** The line below the points so far. */
export interface Envelope {
  /**
   * Takes a point. Times must not go back.
   * @returns its height above the line, once the line has moved below it, ns
   */
  add(time: number, difference: number): number;
  /** The line at a time, ns; 0 before the first point. */
  at(time: number): number;
  /** Rise of the line as a share of time. */
  slope(): number;
  /** Median height of the buckets' lowest points above the line, ns: how far the line can be trusted. */
  spread(): number;
  /** Standard deviation of the line here and now, ns: conservative. */
  deviation(): number;
  /** Mean height of the points of late (some 256), ns. */
  height(): number;
  /** Points so far. */
  count(): number;
  /** Buckets in the window now, the one being filled included. */
  filled(): number;
  /** Time from the oldest bucket in it to the latest. */
  span(): number;
  /** Forgets all points. */
  reset(): void;
}

/** The mean height is over about so many points. */
const REMEMBERED = 256;
/**
 * While the window has about so few buckets, even their lowest points may all be late together, in one burst: then the
 * slope is in doubt by their mean height, and by a share of that of all points, over the window's length.
 */
const FEW = 4;
const BURSTS = 1 / 3;
/** The line deviates by so many spreads over the root of the number of buckets (measured: by half of it). */
const DEVIATION = 2;
/** Standard deviation of a delay before two were seen, ns. */
export const UNKNOWN_DELAY_NS = 5e6;
/** Buckets begin with this share of their length: a power of 2. */
const SHORT = 1 / 4;

/** Makes an envelope. Memory: a few numbers a bucket; work a point: constant, and once a bucket linear in their number. */
export function createEnvelope({ bucket, buckets, slopeLimit, slopePrior }: EnvelopeOptions): Envelope {
  /** Lowest point of each bucket, oldest first: the last is still being filled. */
  const times = new Float64Array(buckets);
  const lows = new Float64Array(buckets);
  const hull = new Int32Array(buckets);
  const heights = new Float64Array(buckets);
  let filled = 0;
  let length = bucket * SHORT;
  let bucketEnd = -Infinity;
  let count = 0;
  let slope = 0;
  /** The line goes through this point. */
  let anchorTime = 0;
  let anchor = 0;
  let spread = 0;
  /** Mean height of the buckets' lowest points, and of all points of late. */
  let meanHeight = 0;
  let height = 0;

  const at = (time: number): number => anchor + slope * (time - anchorTime);

  /** Joins each two buckets: the lower of their points stays. */
  function join(): void {
    for (let i = 0; i + 1 < filled; i += 2) {
      const lower = lows[i] - at(times[i]) <= lows[i + 1] - at(times[i + 1]) ? i : i + 1;
      [times[i / 2], lows[i / 2]] = [times[lower], lows[lower]];
    }
    filled /= 2;
    length *= 2;
  }

  function open(time: number, difference: number): void {
    if (filled === buckets && length < bucket) join();
    if (filled === buckets) {
      times.copyWithin(0, 1);
      lows.copyWithin(0, 1);
    } else filled += 1;
    bucketEnd = time + length;
    times[filled - 1] = time;
    lows[filled - 1] = difference;
  }

  /** Lays the line anew: the hull's edge over the mean time, its slope drawn to what is usual while little is known. */
  function fit(): void {
    const raw = hullSlope();
    const span = times[filled - 1] - times[0];
    touch(raw);
    const together = Math.min(1, FEW / filled) ** 2 * (meanHeight + BURSTS * height);
    const doubt = span > 0 ? (spread / Math.sqrt(filled) + together) / span : Infinity;
    const trust = slopePrior ** 2 / (slopePrior ** 2 + doubt ** 2);
    if (trust < 1 || Math.abs(raw) > slopeLimit) touch(Math.max(-slopeLimit, Math.min(slopeLimit, raw * trust)));
  }

  /** Slope of the edge of the lower convex hull (Andrew's monotone chain) over the mean time. */
  function hullSlope(): number {
    let size = 0;
    let mean = 0;
    for (let i = 0; i < filled; i += 1) {
      mean += times[i] / filled;
      while (size > 1 && !isConvex(hull[size - 2], hull[size - 1], i)) size -= 1;
      hull[size] = i;
      size += 1;
    }
    for (let edge = 1; edge < size; edge += 1) {
      const [from, to] = [hull[edge - 1], hull[edge]];
      if (times[to] >= mean) return (lows[to] - lows[from]) / (times[to] - times[from]);
    }
    return 0;
  }

  function isConvex(a: number, b: number, c: number): boolean {
    return (lows[b] - lows[a]) * (times[c] - times[b]) < (lows[c] - lows[b]) * (times[b] - times[a]);
  }

  /** Lays a line of this slope up against the points from below. */
  function touch(steepness: number): void {
    slope = steepness;
    let lowest = 0;
    for (let i = 1; i < filled; i += 1) {
      if (lows[i] - lows[lowest] < slope * (times[i] - times[lowest])) lowest = i;
    }
    anchorTime = times[lowest];
    anchor = lows[lowest];
    meanHeight = 0;
    for (let i = 0; i < filled; i += 1) {
      heights[i] = lows[i] - at(times[i]);
      meanHeight += heights[i] / filled;
    }
    spread = medianOf(heights.subarray(0, filled));
  }

  return {
    add(time, difference) {
      count += 1;
      if (time >= bucketEnd) {
        // What is closed is laid under before the new bucket, of one point so far, can lift the line.
        if (filled > 0) fit();
        open(time, difference);
        if (filled === 1) [anchorTime, anchor] = [time, difference];
      }
      const last = filled - 1;
      if (difference - slope * time < lows[last] - slope * times[last]) [times[last], lows[last]] = [time, difference];
      if (difference < at(time)) [anchorTime, anchor] = [time, difference];
      const above = difference - at(time);
      height += (above - height) / Math.min(count, REMEMBERED);
      return above;
    },
    at,
    slope: () => slope,
    spread: () => spread,
    deviation() {
      // While few have come, the least of their delays is above the true one by their mean over their number.
      const few = (height + UNKNOWN_DELAY_NS / count) / count;
      return Math.max((DEVIATION * spread) / Math.sqrt(filled), few);
    },
    height: () => height,
    count: () => count,
    filled: () => filled,
    span: () => (filled === 0 ? 0 : times[filled - 1] - times[0]),
    reset() {
      filled = 0;
      length = bucket * SHORT;
      bucketEnd = -Infinity;
      count = 0;
      [slope, anchorTime, anchor, spread, height] = [0, 0, 0, 0, 0];
    },
  };
}
