import type { Verdict } from '../../contract/index.ts';
import {
  NS_PER_SECOND,
  type Frame,
  type ImuMeasurement,
  type OdometryMeasurement,
  type Stamp,
} from '../../frame/index.ts';
import type { Transform } from '../../geometry/index.ts';
import type { PoseConfig } from '../config.ts';
import type { PoseEstimate } from '../estimate.ts';
import { describeState, type Source } from './describe.ts';
import { createDifferencer } from './difference.ts';
import { imuEvent, odometryEvent, type PoseEvent } from './event.ts';
import { createFuser } from './fuse.ts';
import { createHistory } from './history.ts';
import { startFrom } from './start.ts';

/** The pose filter: frames in, the pose of the base out. */
export interface PoseFilter {
  /** @param mount T_base_imu */
  imu(frame: Frame<ImuMeasurement>, mount: Transform): Verdict;
  /** @param mount T_base_odometry: where the coordinate frame sits that the twist is expressed in */
  odometry(frame: Frame<OdometryMeasurement>, mount: Transform): Verdict;
  /** The newest state; `undefined` before the filter has started. */
  estimate(): PoseEstimate | undefined;
}

/** Events a second that the history has room for. */
const EVENTS_PER_SECOND = 500;
/** Odometry alone starts the filter after this long, s: an IMU that comes is worth the wait. */
const WAIT_FOR_IMU = 1;

const USED: Verdict = { verdict: 'used' };

/**
 * 3D pose from inertial measurements and wheel odometry: an error-state Kalman filter whose measurements are fused at
 * their own time of validity, late ones within `historySeconds` included. Position is in odom, which is where the robot
 * started; nothing here corrects its drift, and its covariance says so.
 */
export function createPoseFilter(config: PoseConfig): PoseFilter {
  const fuser = createFuser(config);
  const differencer = createDifferencer();
  const history = createHistory(
    Math.ceil(config.historySeconds * EVENTS_PER_SECOND),
    config.historySeconds * NS_PER_SECOND,
  );
  const latest: Record<PoseEvent['kind'], PoseEvent | undefined> = { imu: undefined, odometry: undefined };
  let firstOdometry: Stamp | undefined;

  function begin(event: PoseEvent): Verdict {
    if (event.kind === 'odometry') {
      firstOdometry ??= event.stamp;
      if (event.stamp - firstOdometry < WAIT_FOR_IMU * NS_PER_SECOND)
        return { verdict: 'dropped', reason: 'not started' };
    }
    const { state, headingOffset } = startFrom(event.kind === 'imu' ? event : undefined, event.stamp, config);
    fuser.setHeadingOffset(headingOffset);
    history.begin(state);
    latest[event.kind] = event;
    return USED;
  }

  function take(event: PoseEvent | undefined): Verdict {
    if (event === undefined) return { verdict: 'dropped', reason: 'not finite' };
    if (history.newest() === undefined) return begin(event);
    let refused = false;
    const insertion = history.insert(event, (state, next) => {
      fuser.fuse(state, next);
      if (next === event) refused = fuser.outcome.refused > 0 && fuser.outcome.taken === 0;
    });
    if (insertion !== 'fused') return { verdict: 'dropped', reason: insertion };
    const newest = latest[event.kind];
    if (newest === undefined || event.stamp >= newest.stamp) latest[event.kind] = event;
    // An IMU's rates are used even when its own orientation is refused.
    return refused && event.kind === 'odometry' ? { verdict: 'dropped', reason: 'gated' } : USED;
  }

  function sources(): Source[] {
    return (['imu', 'odometry'] as const).map((kind) => ({
      kind,
      input: latest[kind]?.input,
      stamp: latest[kind]?.stamp ?? (0 as Stamp),
    }));
  }

  return {
    imu: (frame, mount) => take(imuEvent(frame, mount, config.imu.use)),
    odometry(frame, mount) {
      const moving = differencer(frame);
      if (moving === undefined) return { verdict: 'dropped', reason: 'no velocity' };
      return take(odometryEvent(moving, mount, config.odometry.use));
    },
    estimate() {
      const state = history.newest();
      return state && describeState(state, sources());
    },
  };
}
