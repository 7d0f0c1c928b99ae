import { NS_PER_SECOND } from '../frame/index.ts';
import { createEnvelope, UNKNOWN_DELAY_NS, type Envelope } from './envelope.ts';
import { createFollower } from './follow.ts';
import { createSampleCounter, type Grid } from './samples.ts';

/** Arrivals from whose mean distance the period is first taken, where nobody told it. */
const FIRST_LOOK = 16;
/** Samples, and time, that a bucket of the envelope spans at least: one of them should have come through at once. */
const BUCKET_SAMPLES = 8;
const BUCKET_NS = NS_PER_SECOND;
/** Buckets of the envelope. Too few: bursts bend the grid; too many: it follows a period that wanders late. */
const BUCKETS = 32;
/** Buckets before it is judged whether there is a grid at all. */
const JUDGED_FROM = 12;
/** The period is off what was told, or first seen, by about this share, and by the other at most. */
const PERIOD_PRIOR = 0.05;
const PERIOD_LIMIT = 0.95;
/** Arrivals are delayed, rather than the period unsteady, where their mean delay exceeds the grid's own spread so far. */
const DELAYED = 4;
/**
 * Else it is the period that is unsteady, and arrivals are what is known of it. Where it is steady enough, within this
 * share of the period, an arrival that many spreads off the grid was late all the same.
 */
const STEADY = 0.2;
const OUTLIER = 6;

/** How the time of a sample was found: off the grid of all samples, or as it arrived. */
export type Basis = 'grid' | 'arrival';

/** Rebuilds sample times of one stream. Times in ns of the host. */
export interface Rebuilder {
  /**
   * The time of the next sample: never after its arrival, never before the samples before it.
   * @param index the sample's own number, where it has one: if it is not the next, some were lost or it is out of order
   */
  take(received: number, index?: number): number;
  /** Standard deviation of the latest, ns. */
  deviation(): number;
  /** How long the latest was under way, as far as can be told, ns. */
  delay(): number;
  basis(): Basis;
  /** ns; `undefined` before it is known. */
  period(): number | undefined;
  /** Samples known to be lost. */
  missing(): number;
}

/**
 * Makes a rebuilder: a stream without device time is a clock that ticks once a sample. Its arrivals, late but never
 * early, are laid over their numbers, and the lower envelope is the grid on which they were sampled, whatever the bursts
 * in which they came. Nothing is known of the constant part of the delay. Causal: no sample waits for a later one.
 *
 * Where the arrivals do not keep to a grid (an event now and then), their times are what they are. Where they are steadier
 * than any grid laid through them (a motor's revolutions), they are too, but for those that come late all the same.
 *
 * @param rate Hz, where it is known: where to begin
 */
export function createRebuilder(rate: number | undefined): Rebuilder {
  const follower = createFollower();
  const counter = createSampleCounter();
  /** Period in ns that the numbers are counted in; the true one lies within the envelope's slope of it. */
  let nominal = rate === undefined ? undefined : NS_PER_SECOND / rate;
  let envelope: Envelope | undefined = nominal === undefined ? undefined : envelopeOf(nominal);
  let first: number | undefined;
  let seen = 0;
  let nextLook = 4 * FIRST_LOOK;
  /** Number of the latest sample, and the highest so far. */
  let number = 0;
  let last = -Infinity;
  let stamp = -Infinity;
  let deviation = UNKNOWN_DELAY_NS;
  let basis: Basis = 'arrival';
  let firstIndex: number | undefined;
  let lostByNumber = 0;
  /** Of the latest: what not knowing whether it was late adds to its deviation, ns. */
  let doubt = 0;

  const grid: Grid & { period: number } = {
    period: nominal ?? 0,
    late: (received, steps) => received - timeOf(number + steps),
  };

  function timeOf(sample: number): number {
    if (envelope === undefined || nominal === undefined) return 0;
    return sample * nominal + envelope.at(sample * nominal);
  }

  /** Begins with a period that was told or seen. */
  function begin(period: number): void {
    nominal = period;
    number = 0;
    firstIndex = undefined;
    envelope = envelopeOf(period);
    follower.reset();
  }

  /** Looks at the mean distance of all arrivals, each time there are four times as many: is the period about right? */
  function look(received: number): void {
    first ??= received;
    seen += 1;
    const mean = (received - first) / (seen - 1);
    if (nominal === undefined) {
      if (seen >= FIRST_LOOK && received - first >= BUCKET_NS) begin(mean);
    } else if (rate === undefined && seen === nextLook) {
      nextLook *= 4;
      if (mean > 2 * grid.period || mean < grid.period / 2) begin(mean);
    }
  }

  /** Whether the arrival says anything about the grid. */
  function count(received: number, index: number | undefined): boolean {
    if (index === undefined) {
      const { steps, tells, doubt: its } = counter.next(received, grid);
      number += steps;
      doubt = its;
      if (steps < 1) {
        // Too many were thought lost: what was seen since lies too low.
        follower.reset();
        if (tells) envelope?.reset();
      }
      return tells;
    }
    firstIndex ??= index - number - 1;
    const steps = index - firstIndex - number;
    if (steps > 1) lostByNumber += steps - 1;
    number += steps;
    return true;
  }

  /** The time of a sample that comes after later ones. */
  function outOfOrder(received: number, sample: number): number {
    if (lostByNumber > 0) lostByNumber -= 1;
    if (basis === 'arrival' || envelope === undefined || nominal === undefined) return received;
    return Math.min(received, follower.follow(sample * nominal, received, envelope.slope()));
  }

  function take(received: number, index?: number): number {
    look(received);
    if (envelope === undefined || nominal === undefined) return received;
    grid.period = nominal * (1 + envelope.slope());
    const tells = count(received, index);
    const reading = number * nominal;
    if (tells || envelope.count() === 0) envelope.add(reading, received - reading);
    const line = timeOf(number);
    const spread = envelope.spread();
    basis = chosen(envelope, grid.period, received - line);
    const slope = envelope.slope();
    if (basis === 'arrival') {
      follower.reset();
      follower.follow(reading, received, slope);
      deviation = spread > STEADY * grid.period ? UNKNOWN_DELAY_NS : Math.max(spread, envelope.height() / 2);
      return received;
    }
    const followed = follower.follow(reading, line, slope);
    deviation = Math.sqrt(envelope.deviation() ** 2 + follower.pending() ** 2 + doubt ** 2);
    return followed;
  }

  return {
    take(received, index) {
      const at = Math.max(received, last);
      last = at;
      if (index !== undefined && firstIndex !== undefined && index - firstIndex <= number) {
        return outOfOrder(at, index - firstIndex);
      }
      stamp = Math.max(stamp, Math.min(take(at, index), at));
      return stamp;
    },
    deviation: () => deviation,
    delay: () => Math.max(0, last - stamp),
    basis: () => basis,
    period: () => (envelope === undefined ? undefined : grid.period),
    missing: () => counter.missing() + lostByNumber,
  };
}

function envelopeOf(period: number): Envelope {
  const bucket = Math.max(BUCKET_NS, BUCKET_SAMPLES * period);
  return createEnvelope({ bucket, buckets: BUCKETS, slopeLimit: PERIOD_LIMIT, slopePrior: PERIOD_PRIOR });
}

/** Whether the grid or the arrival says more about when the sample was taken. */
function chosen(envelope: Envelope, period: number, late: number): Basis {
  if (envelope.filled() < JUDGED_FROM) return 'grid';
  const spread = envelope.spread();
  if (envelope.height() > DELAYED * spread) return 'grid';
  return spread < STEADY * period && late > OUTLIER * spread ? 'grid' : 'arrival';
}
