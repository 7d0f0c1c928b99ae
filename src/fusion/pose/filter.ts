import type { Verdict } from '../../contract/index.ts';
import {
  NS_PER_SECOND,
  stampOf,
  type FixMeasurement,
  type Frame,
  type ImuMeasurement,
  type OdometryMeasurement,
  type PoseMeasurement,
  type RangeMeasurement,
  type Stamp,
  type TwistMeasurement,
} from '../../frame/index.ts';
import { tangentPlaneAt, type TangentPlane, type Transform } from '../../geometry/index.ts';
import type { PoseConfig } from '../config.ts';
import type { PoseEstimate } from '../estimate.ts';
import { describeState, type Source } from './describe.ts';
import { createDifferencer } from './difference.ts';
import {
  fixEvent,
  imuEvent,
  positionEvent,
  rangeEvent,
  rangeSource,
  twistEvent,
  type ImuEvent,
  type PoseEvent,
} from './event.ts';
import { createFuser } from './fuse.ts';
import { createHistory } from './history.ts';
import { layoutOf } from './layout.ts';
import { startFrom, type StartPose } from './start.ts';
import { Suspects } from './suspects.ts';
import { Vote } from './vote.ts';
import { BASE_SIZE, copyState, createState, NOMINAL } from './state.ts';

/** The pose filter: frames in, the pose of the base out. */
export interface PoseFilter {
  /** @param mount T_base_imu */
  imu(frame: Frame<ImuMeasurement>, mount: Transform): Verdict;
  /** @param mount T_base_odometry: where the coordinate frame sits that the twist is expressed in */
  odometry(frame: Frame<OdometryMeasurement>, mount: Transform): Verdict;
  /** @param mount T_base_antenna */
  fix(frame: Frame<FixMeasurement>, mount: Transform): Verdict;
  /** A receiver's velocity, east and north. */
  velocity(frame: Frame<TwistMeasurement>): Verdict;
  /** @param mount T_base_radio */
  range(frame: Frame<RangeMeasurement>, mount: Transform): Verdict;
  /** A localiser's pose in the map. @param mount T_base_localised */
  position(frame: Frame<PoseMeasurement>, mount: Transform): Verdict;
  /** The newest state, or what follows from it for a later time; `undefined` before the filter has started. */
  estimate(at?: Stamp): PoseEstimate | undefined;
  /** What lasts of single sources, as far as it is estimated. */
  lasting(): LastingErrors | undefined;
  /** Where the map touches the Earth: at the first fix. */
  plane(): TangentPlane | undefined;
}

/** Errors of sources that last, with their standard deviations. */
export interface LastingErrors {
  /** How late fixes are, s. */
  readonly fixLatency?: { readonly value: number; readonly deviation: number };
  /** How much too long all ranges are, as a share. */
  readonly rangeScale?: { readonly value: number; readonly deviation: number };
  /** How much too long the ranges to each anchor are, m. */
  readonly rangeBias: Readonly<Record<string, { readonly value: number; readonly deviation: number }>>;
}

/** What corrects the pose in a map. */
export interface MapAids {
  readonly fix: boolean;
  readonly range: boolean;
  /** Where the base is at the start; unset: the heading is found. */
  readonly start?: StartPose;
}

/** What else a pose filter is told. */
export interface PoseFilterOptions {
  /** Whether there is an IMU, which the start is worth waiting for. Default: yes. */
  readonly hasImu?: boolean;
}

/** Events a second that the history has room for. */
const EVENTS_PER_SECOND = 500;
/** Where there is an IMU, others start the filter without it after this long, s. */
const WAIT_FOR_IMU = 1;

const USED: Verdict = { verdict: 'used' };
const OUTVOTED: Verdict = { verdict: 'dropped', reason: 'outvoted' };
const UNUSABLE: Verdict = { verdict: 'dropped', reason: 'not finite' };

/** Where a radio started that the configuration told the place of. */
const TOLD_DEVIATION = { position: 0.1, orientation: 0.05, velocity: 0.5 } as const;

/**
 * 3D pose from inertial measurements, wheel odometry, and whatever tells a place: an error-state Kalman filter whose
 * measurements are fused at their own time of validity, late ones within `historySeconds` included.
 *
 * Without `map` position is in odom, which is where the robot started, nothing corrects its drift, and its covariance says
 * so. With it position is in the map, and jumps where a place says so.
 */
export function createPoseFilter(
  config: PoseConfig,
  map?: MapAids,
  { hasImu = true }: PoseFilterOptions = {},
): PoseFilter {
  const anchors = new Map(
    Object.entries(config.range.anchors).map(([name, { x, y, z }]) => [name, [x, y, z] as const]),
  );
  const layout = layoutOf(config, { fix: map?.fix ?? false, anchors: map?.range ? [...anchors.keys()] : [] });
  const fuser = createFuser(config, layout);
  const differencer = createDifferencer();
  const history = createHistory(
    Math.ceil(config.historySeconds * EVENTS_PER_SECOND),
    config.historySeconds * NS_PER_SECOND,
    layout.size,
  );
  const vote = new Vote(config);
  const suspects = new Suspects(vote, config.gate);
  const ahead = createState(layout.size);
  const told = map && (map.start ?? (map.range ? startOf(config) : undefined));
  const seeks = map !== undefined && told === undefined;
  const latest = new Map<string, PoseEvent | undefined>(
    ['imu', 'odometry', ...(map === undefined ? [] : ['place'])].map((kind) => [kind, undefined]),
  );
  let firstOther: Stamp | undefined;
  let plane: TangentPlane | undefined;

  function startAt(stamp: Stamp, imu?: ImuEvent): void {
    const { state, headingOffset } = startFrom(imu, stamp, config, layout, told, seeks);
    fuser.setHeadingOffset(headingOffset);
    history.begin(state);
  }

  /** Starts with what is measured first, unless an IMU is worth the wait. @returns whether */
  function begins(event: PoseEvent): boolean {
    // Who is told where it starts need not wait for what else may come.
    if (event.kind !== 'imu' && hasImu && map?.start === undefined) {
      firstOther ??= event.stamp;
      if (event.stamp - firstOther < WAIT_FOR_IMU * NS_PER_SECOND) return false;
    }
    startAt(event.stamp, event.kind === 'imu' ? event : undefined);
    return true;
  }

  function take(event: PoseEvent | undefined, source: string, stamp: Stamp): Verdict {
    if (event === undefined) {
      suspects.notFinite(source, stamp);
      return UNUSABLE;
    }
    const state = history.newest();
    if (state === undefined) {
      if (!begins(event)) return { verdict: 'dropped', reason: 'not started' };
      latest.set(kindOf(event), event);
      // The first inertial reading is in the state that begins with it; what else comes first corrects that.
      if (event.kind === 'imu') return USED;
    }
    let refused = false;
    const now = stampOf(Math.max(event.stamp, state?.stamp ?? 0));
    const counting = vote.rule(event);
    if (counting === undefined) {
      vote.heard(event, state);
      suspects.heard(event, { now, refused: true, stuck: false });
      return OUTVOTED;
    }
    const insertion = history.insert(counting, (after, next) => {
      fuser.fuse(after, next);
      if (next !== counting) return;
      const { outcome } = fuser;
      refused = outcome.refused > 0 && outcome.taken === 0;
      const nis = outcome.freedom > 0 ? outcome.squared / outcome.freedom : undefined;
      vote.heard(event, after);
      suspects.heard(event, { now, refused, nis, stuck: outcome.stuck });
    });
    if (insertion !== 'fused') return { verdict: 'dropped', reason: insertion };
    const kind = kindOf(event);
    const newest = latest.get(kind);
    if (newest === undefined || event.stamp >= newest.stamp) latest.set(kind, event);
    // An IMU's rates are used even when its own orientation is refused.
    return refused && event.kind !== 'imu' ? { verdict: 'dropped', reason: 'gated' } : USED;
  }

  function sources(): Source[] {
    return [...latest].map(([kind, event]) => ({
      kind,
      input: event?.input,
      stamp: event?.stamp ?? (0 as Stamp),
    }));
  }

  // An IMU's own orientation is turned by what it tells first: that has to be there.
  if (map?.start?.stamp !== undefined && !(hasImu && config.imu.use.includes('orientation'))) startAt(map.start.stamp);

  /** When a receiver's answer was true, as far as that is assumed before the filter finds out. */
  const ofReceiver = ({ stamp }: Frame): Stamp => stampOf(stamp - Math.round(config.fix.latency * NS_PER_SECOND));

  return {
    imu: (frame, mount) => take(imuEvent(frame, mount, config.imu.use), 'imu', frame.stamp),
    odometry(frame, mount) {
      const inertial = latest.get('imu') !== undefined;
      const event = differencer(frame, mount, config.odometry.use, inertial);
      if (event === 'frozen') {
        suspects.frozen('odometry', frame.stamp);
        return { verdict: 'dropped', reason: 'frozen' };
      }
      if (event !== undefined) return take(event, 'odometry', frame.stamp);
      // Odometry that tells poses alone moves the robot from its first one on.
      if (!hasImu && frame.measurement.pose !== undefined && history.newest() === undefined) startAt(frame.stamp);
      return { verdict: 'dropped', reason: 'no velocity' };
    },
    fix(frame, mount) {
      const { latitude, longitude, altitude, quality } = frame.measurement;
      if (quality === 'none') return { verdict: 'dropped', reason: 'no fix' };
      if (![latitude, longitude, altitude ?? 0].every(Number.isFinite)) return take(undefined, 'fix', frame.stamp);
      plane ??= tangentPlaneAt(latitude, longitude, altitude ?? 0);
      return take(fixEvent(frame, ofReceiver(frame), plane, mount, config.fix.useAltitude), 'fix', frame.stamp);
    },
    velocity: (frame) => take(twistEvent(frame, ofReceiver(frame), config.fix.noise), 'twist', frame.stamp),
    range(frame, mount) {
      if (!anchors.has(frame.measurement.anchor ?? '')) return { verdict: 'dropped', reason: 'unknown anchor' };
      if (frame.measurement.distance === undefined) return { verdict: 'dropped', reason: 'no return' };
      return take(
        rangeEvent(frame, anchors, mount, config.range.noise),
        rangeSource(frame.measurement.anchor ?? ''),
        frame.stamp,
      );
    },
    position: (frame, mount) =>
      take(
        positionEvent(frame, mount, config.position.use, {
          position: config.position.positionNoise,
          orientation: config.position.orientationNoise,
        }),
        'position',
        frame.stamp,
      ),
    estimate(at) {
      const state = history.newest();
      if (state === undefined) return undefined;
      if (at === undefined || at <= state.stamp) return describeState(state, sources(), suspects, map !== undefined);
      copyState(state, ahead);
      fuser.predict(ahead, at);
      return describeState(ahead, sources(), suspects, map !== undefined);
    },
    lasting() {
      const state = history.newest();
      if (state === undefined) return undefined;
      const of = (index: number) => ({
        value: state.nominal[NOMINAL.lasting + index - BASE_SIZE],
        deviation: Math.sqrt(state.covariance[index * (layout.size + 1)]),
      });
      const late = layout.fixLatency === undefined ? undefined : of(layout.fixLatency);
      return {
        fixLatency: late && { value: late.value + config.fix.latency, deviation: late.deviation },
        rangeScale: layout.rangeScale === undefined ? undefined : of(layout.rangeScale),
        rangeBias: Object.fromEntries([...layout.rangeBias].map(([anchor, index]) => [anchor, of(index)])),
      };
    },
    plane: () => plane,
  };
}

function kindOf({ kind }: PoseEvent): string {
  if (kind === 'imu') return 'imu';
  return kind === 'odometry' || kind === 'step' ? 'odometry' : 'place';
}

function startOf({ range: { start } }: PoseConfig): StartPose {
  return {
    position: [start.x, start.y, start.z],
    orientation: [Math.cos(start.yaw / 2), 0, 0, Math.sin(start.yaw / 2)],
    deviation: TOLD_DEVIATION,
  };
}
