import type { Ticket, Verdict } from '../contract/index.ts';
import type {
  Frame,
  ImuMeasurement,
  Measurement,
  OdometryMeasurement,
  StreamDescriptor,
  StreamId,
} from '../frame/index.ts';
import {
  createOrientationFilter,
  createPoseFilter,
  type FusionConfig,
  type OrientationFilter,
  type PoseFilter,
} from '../fusion/index.ts';
import type { Transform } from '../geometry/index.ts';

/** The fusion stage: both filters, and which streams feed them. */
export interface Fusion {
  readonly orientation: OrientationFilter;
  readonly pose: PoseFilter;
  /** Streams that feed a filter. */
  readonly streams: ReadonlySet<StreamId>;
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
 * @param mounts T_base_sensor of every stream
 */
export function createFusion(
  config: FusionConfig,
  streams: readonly StreamDescriptor[],
  mounts: ReadonlyMap<StreamId, Transform>,
): Fusion {
  const orientation = createOrientationFilter(config.orientation);
  const pose = createPoseFilter(config.pose);
  const feeds = new Map<StreamId, Feed[]>();

  function connect<M extends Measurement>(
    named: StreamId | undefined,
    kind: M['kind'],
    feed: (frame: Frame<M>, mount: Transform) => Verdict,
  ): void {
    const stream = streams.find(({ id, kind: its }) => (named === undefined ? its === kind : id === named));
    const mount = stream && mounts.get(stream.id);
    if (stream === undefined || mount === undefined) return;
    const entrance: Feed = (frame) =>
      isOf<M>(frame, kind) ? feed(frame, mount) : { verdict: 'dropped', reason: 'wrong kind' };
    feeds.set(stream.id, [...(feeds.get(stream.id) ?? []), entrance]);
  }

  connect<ImuMeasurement>(config.orientation.imu, 'imu', (frame, mount) => orientation.imu(frame, mount));
  connect<Extract<Measurement, { kind: 'magneticField' }>>(
    config.orientation.magneticField,
    'magneticField',
    (frame, mount) => orientation.magneticField(frame, mount),
  );
  connect<ImuMeasurement>(config.pose.imu.stream, 'imu', (frame, mount) => pose.imu(frame, mount));
  connect<OdometryMeasurement>(config.pose.odometry.stream, 'odometry', (frame, mount) => pose.odometry(frame, mount));

  return {
    orientation,
    pose,
    streams: new Set(feeds.keys()),
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
