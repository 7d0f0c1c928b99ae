import type { DelayMonitor } from '../clock/delay/index.ts';
import type { Ticket, Verdict } from '../contract/index.ts';
import {
  stampOf,
  type FixMeasurement,
  type Frame,
  type ImuMeasurement,
  type Measurement,
  type OdometryMeasurement,
  type PoseMeasurement,
  type RangeMeasurement,
  type Stamp,
  type StreamDescriptor,
  type StreamId,
  type TwistMeasurement,
} from '../frame/index.ts';
import {
  createOrientationFilter,
  createPoseFilter,
  type FusionConfig,
  type OrientationFilter,
  type PoseFilter,
  type StartPose,
} from '../fusion/index.ts';
import type { Transform } from '../geometry/index.ts';
import { createLatencies } from './latency.ts';

/** The fusion stage: both filters, and which streams feed them. */
export interface Fusion {
  readonly orientation: OrientationFilter;
  /** The pose in odom: continuous, drifting. */
  readonly pose: PoseFilter;
  /** The pose in the map, where something tells places in it: it may jump. */
  readonly map?: PoseFilter;
  /** Streams that feed a filter. */
  readonly streams: ReadonlySet<StreamId>;
  /** Puts the pose's streams in step, where delays between them have been found. */
  tick(now: Stamp): void;
  /**
   * Hands a frame to every filter that wants its stream and tells `judge` what each made of it.
   * @returns whether there is one
   */
  take(frame: Frame, ticket: Ticket, judge: (frame: Frame, ticket: Ticket, verdict: Verdict) => void): boolean;
}

/** A filter's entrance for one stream. */
type Feed = (frame: Frame) => Verdict;

/**
 * Makes the filters and their feeds. A stream that the configuration does not name is the first of its kind.
 * Frames as REP-105 has them: what moves continuously and drifts is a filter of its own, which no place in the map touches.
 * @param mounts T_base_sensor of every stream
 * @param delays between the streams. Fixes and their velocities are not put in step by them: the filter finds how late they are
 * @param start where the base is in the map at the start, where that is known
 */
export function createFusion(
  config: FusionConfig,
  streams: readonly StreamDescriptor[],
  mounts: ReadonlyMap<StreamId, Transform>,
  delays: Pick<DelayMonitor, 'delays'>,
  start?: StartPose,
): Fusion {
  const orientation = createOrientationFilter(config.orientation);
  const feeds = new Map<StreamId, Feed[]>();

  function find(named: StreamId | undefined, kind: Measurement['kind']): StreamDescriptor | undefined {
    return streams.find(({ id, kind: its }) => (named === undefined ? its === kind : id === named));
  }

  function connect<M extends Measurement>(
    stream: StreamDescriptor | undefined,
    kind: M['kind'],
    feed: (frame: Frame<M>, mount: Transform) => Verdict,
  ): void {
    const mount = stream && mounts.get(stream.id);
    if (stream === undefined || mount === undefined) return;
    const entrance: Feed = (frame) =>
      isOf<M>(frame, kind) ? feed(frame, mount) : { verdict: 'dropped', reason: 'wrong kind' };
    feeds.set(stream.id, [...(feeds.get(stream.id) ?? []), entrance]);
  }

  const { imu, odometry, fix, range, position } = config.pose;
  const hasImu = find(imu.stream, 'imu') !== undefined;
  const pose = createPoseFilter(config.pose, undefined, { hasImu });
  connect<ImuMeasurement>(find(config.orientation.imu, 'imu'), 'imu', (frame, mount) => orientation.imu(frame, mount));
  connect<Extract<Measurement, { kind: 'magneticField' }>>(
    find(config.orientation.magneticField, 'magneticField'),
    'magneticField',
    (frame, mount) => orientation.magneticField(frame, mount),
  );
  const places = {
    fix: find(fix.stream, 'fix'),
    range: Object.keys(range.anchors).length > 0 ? find(range.stream, 'range') : undefined,
    position: find(position.stream, 'pose'),
  };
  const map = Object.values(places).every((stream) => stream === undefined)
    ? undefined
    : createPoseFilter(
        config.pose,
        { fix: places.fix !== undefined, range: places.range !== undefined, start },
        { hasImu },
      );
  const inStep = [find(imu.stream, 'imu'), find(odometry.stream, 'odometry'), places.position];
  const latencies = createLatencies(delays, config.pose.findDelays ? inStep.flatMap((stream) => stream?.id ?? []) : []);
  /** The frame at the time when what it tells was true, as far as that has been found. */
  const inTime = <M extends Measurement>(frame: Frame<M>): Frame<M> => {
    const late = latencies.of(frame.stream);
    return late === 0 ? frame : { ...frame, stamp: stampOf(frame.stamp - late) };
  };
  for (const filter of map === undefined ? [pose] : [pose, map]) {
    connect<ImuMeasurement>(inStep[0], 'imu', (frame, mount) => filter.imu(inTime(frame), mount));
    connect<OdometryMeasurement>(inStep[1], 'odometry', (frame, mount) => filter.odometry(inTime(frame), mount));
  }
  if (map !== undefined) {
    connect<FixMeasurement>(places.fix, 'fix', (frame, mount) => map.fix(frame, mount));
    connect<RangeMeasurement>(places.range, 'range', (frame, mount) => map.range(frame, mount));
    connect<PoseMeasurement>(places.position, 'pose', (frame, mount) => map.position(inTime(frame), mount));
    const velocity = streams.find(({ id, kind, frameId }) =>
      fix.velocity === undefined ? kind === 'twist' && frameId === 'enu' : id === fix.velocity,
    );
    if (places.fix !== undefined) connect<TwistMeasurement>(velocity, 'twist', (frame) => map.velocity(frame));
  }

  return {
    orientation,
    pose,
    map,
    streams: new Set(feeds.keys()),
    tick: (now) => latencies.tick(now),
    take(frame, ticket, judge) {
      const those = feeds.get(frame.stream);
      if (those === undefined) return false;
      for (const feed of those) judge(frame, ticket, feed(frame));
      return true;
    },
  };
}

function isOf<M extends Measurement>(frame: Frame, kind: M['kind']): frame is Frame<M> {
  return frame.measurement.kind === kind;
}
