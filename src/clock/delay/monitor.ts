import type { Frame, Quaternion, StreamDescriptor, StreamId } from '../../frame/index.ts';
import { createAlongTrack } from './along-track.ts';
import type { Untold } from './estimate.ts';
import {
  createFixMotion,
  createImuMotion,
  createOdometryMotion,
  createPoseMotion,
  createTwistMotion,
  type MotionSink,
} from './motion.ts';
import { createDelayPair, type DelayPair } from './pair.ts';
import { pairingsOf, type DelayKind, type Pairing } from './pairing.ts';
import { DEFAULT_SEARCH, type DelaySearch } from './search.ts';
import { createIntegralSeries, type IntegralSeries } from './series.ts';

/** How much later one stream is than another. */
export interface Delay {
  readonly of: StreamId;
  readonly against: StreamId;
  readonly by: DelayKind;
  /**
   * ms. Above zero, `of` is later: what `against` stamps t, `of` stamps t + ms. `null`, with the interval, where the data
   * cannot tell it.
   */
  readonly ms: number | null;
  /** 95 % interval, ms. */
  readonly low: number | null;
  readonly high: number | null;
  /** Why it cannot be told. */
  readonly why?: Untold;
}

/** See {@link createDelayMonitor}. */
export interface DelayMonitor {
  /** Takes a frame as the clock stamped it. Frames of one stream in order; others that are not needed are ignored. */
  take(frame: Frame): void;
  /** The delays as far as they can be told now, in the order of the pairs; a pair without samples is left out. */
  delays(): Delay[];
}

/** How a monitor is made. */
export interface DelayOptions {
  /** Rotations of mounts, T_base_<stream>: take sensor axes to the base's. An IMU without one finds up by gravity. */
  readonly rotations?: ReadonlyMap<StreamId, Quaternion>;
  readonly search?: Partial<DelaySearch>;
}

/** Takes a sample: of a moment where from = to, in s, or the mean over a time; and what its error goes with. */
type Listener = (from: number, to: number, value: number, companion?: number) => void;

/** A pair with its state, and whether both sides have said anything. */
interface Followed {
  readonly pairing: Pairing;
  readonly pair: DelayPair;
  told: boolean;
}

/** Longest hole that is bridged by a straight line, s, and in periods; at most the last. */
const HOLE_SECONDS = 0.25;
const HOLE_PERIODS = 3;
const MOST_HOLE = 1;
/** Samples within a step of the grid from which on they are taken together: nothing is lost that the grid could show. */
const MUCH_FINER = 1.5;

/**
 * Follows the delays between all streams of a robot that see the same motion. Pure and incremental: for live use and for
 * logs. Memory is bounded (about 3 MB a pair once it has run for twelve minutes); a frame of the coarser side of a
 * pair costs some microseconds, `delays()` some milliseconds a pair: ask every ten seconds or so.
 *
 * What a frame costs does not depend on how long the monitor has run, and what it says depends on nothing but the frames.
 */
export function createDelayMonitor(streams: readonly StreamDescriptor[], options: DelayOptions = {}): DelayMonitor {
  const search = { ...DEFAULT_SEARCH, ...options.search };
  const followed: Followed[] = [];
  const series = new Map<string, IntegralSeries>();
  /** What is done with a stream's samples of a kind; filled in below. */
  const takers = new Map<StreamId, (frame: Frame) => void>();
  const listeners = new Map<string, Listener[]>();
  const descriptors = new Map(streams.map((stream) => [stream.id, stream]));

  const listen = (stream: StreamId, quantity: string, listener: Listener): void => {
    const key = `${quantity} ${stream}`;
    listeners.set(key, [...(listeners.get(key) ?? []), listener]);
  };

  /** The finer side, shared by all pairs that interpolate it. */
  function seriesOf(stream: StreamId, quantity: 'yaw rate' | 'speed'): IntegralSeries {
    const key = `${quantity} ${stream}`;
    const known = series.get(key);
    if (known !== undefined) return known;
    const rate = descriptors.get(stream)?.nominalRate;
    const hole = rate === undefined ? HOLE_SECONDS : Math.min(MOST_HOLE, Math.max(HOLE_SECONDS, HOLE_PERIODS / rate));
    const made = createIntegralSeries(hole);
    series.set(key, made);
    listen(stream, quantity, (from, to, rate) => (to > from ? made.step(from, to, rate) : made.point(to, rate)));
    return made;
  }

  for (const pairing of pairingsOf(streams)) {
    const { by } = pairing;
    const [fine, coarse] = pairing.finer === 'of' ? [pairing.of, pairing.against] : [pairing.against, pairing.of];
    const quantity = by === 'yaw rate' || by === 'course' ? 'yaw rate' : 'speed';
    const pair = createDelayPair(seriesOf(fine, quantity), search);
    const entry: Followed = { pairing, pair, told: false };
    followed.push(entry);
    listen(fine, quantity, () => pair.settle());
    listen(coarse, by, (from, to, value, companion) => {
      entry.told = true;
      if (by === 'position') pair.total(to, value);
      else if (by === 'course') pair.span(from, to, value);
      else if (to > from) pair.step(from, to, value, companion);
      else pair.point(to, value, companion);
    });
  }

  for (const { id, kind, nominalRate = 0 } of streams) {
    const sink = sinkOf(id, listeners);
    const finest = nominalRate * search.step > MUCH_FINER ? search.step : 0;
    if (kind === 'imu') takers.set(id, createImuMotion(sink, options.rotations?.get(id), finest));
    else if (kind === 'odometry') takers.set(id, createOdometryMotion(sink));
    else if (kind === 'pose') takers.set(id, createPoseMotion(sink));
    else if (kind === 'twist') takers.set(id, createTwistMotion(sink));
    else if (kind === 'fix') takers.set(id, createFixMotion(sink));
  }

  return {
    take(frame) {
      takers.get(frame.stream)?.(frame);
    },
    delays: () =>
      followed
        .filter(({ told, pairing }) => told && hasBegun(series, pairing))
        .map(({ pairing, pair }) => delayOf(pairing, pair)),
  };
}

function hasBegun(series: ReadonlyMap<string, IntegralSeries>, { of, against, by, finer }: Pairing): boolean {
  const quantity = by === 'yaw rate' || by === 'course' ? 'yaw rate' : 'speed';
  return !Number.isNaN(series.get(`${quantity} ${finer === 'of' ? of : against}`)?.end() ?? NaN);
}

/** Hands a stream's motion to whoever listens to it. */
function sinkOf(stream: StreamId, listeners: ReadonlyMap<string, readonly Listener[]>): MotionSink {
  const to = (quantity: string): Listener | undefined => {
    const all = listeners.get(`${quantity} ${stream}`);
    return (
      all && ((from, until, value, companion) => all.forEach((listener) => listener(from, until, value, companion)))
    );
  };
  const position = to('position');
  const track = position && createAlongTrack((at, way) => position(at, at, way));
  return {
    yawRate: to('yaw rate'),
    speed: to('speed'),
    course: to('course'),
    position: track && ((at, x, y) => track.take(at, x, y)),
  };
}

function delayOf({ of, against, by, finer }: Pairing, pair: DelayPair): Delay {
  const found = pair.estimate();
  if (found.delay === undefined) return { of, against, by, ms: null, low: null, high: null, why: found.why };
  // What was estimated is how late the coarser side is.
  const sign = finer === 'of' ? -1 : 1;
  const ends = [found.low, found.high].map((end) => sign * end * 1000).sort((a, b) => a - b);
  return { of, against, by, ms: sign * found.delay * 1000, low: ends[0], high: ends[1] };
}
