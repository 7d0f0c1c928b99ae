import type { OdometryMeasurement } from '../../frame/index.ts';
import type { LoggedMount } from '../log.ts';
import type { RosTransformStamped } from '../ros/types.ts';

/** A transform tree message. */
export interface RosTransforms {
  readonly transforms: readonly RosTransformStamped[];
}

/** Coordinate frames that a localiser places: a transform to or from them may be the answer that fusion is asked for. */
const ODOM = /^\/?odom$/;
const BASE = /^\/?base_/;

/** True for what odometry says: `odom` to a frame of the base. Nothing else that moves is taken from a tree. */
export function isOdometry(transform: RosTransformStamped): boolean {
  return ODOM.test(transform.header.frame_id) && BASE.test(transform.child_frame_id);
}

/** An odometry transform as a measurement: a pose without covariance and without velocity. */
export function odometryOf({ child_frame_id, transform }: RosTransformStamped): OdometryMeasurement {
  const { translation: t, rotation: q } = transform;
  return {
    kind: 'odometry',
    childFrameId: child_frame_id.replace(/^\//, ''),
    pose: { position: [t.x, t.y, t.z], orientation: [q.w, q.x, q.y, q.z] },
  };
}

/**
 * Collects the mounts of a log: transforms that hang below a frame of the base and never change. What hangs below `odom`,
 * `map` or anything else is left alone, even when it stands still.
 */
export function createMountCollector(): { add(message: RosTransforms): void; mounts(): LoggedMount[] } {
  const seen = new Map<string, LoggedMount | 'moves'>();
  return {
    add({ transforms }) {
      for (const item of transforms) {
        const mount = mountOf(item);
        const key = `${mount.parent}>${mount.child}`;
        const before = seen.get(key);
        if (before === undefined) seen.set(key, mount);
        else if (before !== 'moves' && !alike(before, mount)) seen.set(key, 'moves');
      }
    },
    mounts() {
      const still = [...seen.values()].filter((mount) => mount !== 'moves');
      const reached = new Set(still.map((mount) => mount.parent).filter((frame) => BASE.test(frame)));
      const taken = new Set<LoggedMount>();
      for (let grown = true; grown;) {
        grown = false;
        for (const mount of still) {
          if (taken.has(mount) || !reached.has(mount.parent)) continue;
          taken.add(mount);
          reached.add(mount.child);
          grown = true;
        }
      }
      return [...taken];
    },
  };
}

function mountOf({
  header,
  child_frame_id,
  transform: { translation: t, rotation: q },
}: RosTransformStamped): LoggedMount {
  return {
    parent: header.frame_id.replace(/^\//, ''),
    child: child_frame_id.replace(/^\//, ''),
    transform: { translation: [t.x, t.y, t.z], rotation: [q.w, q.x, q.y, q.z] },
  };
}

function alike(a: LoggedMount, b: LoggedMount): boolean {
  const values = (mount: LoggedMount) => [...mount.transform.translation, ...mount.transform.rotation];
  const other = values(b);
  return values(a).every((value, i) => Math.abs(value - other[i]) < 1e-6);
}
