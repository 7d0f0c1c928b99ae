import type { OdometryMeasurement } from '../../frame/index.ts';
import type { LoggedMount } from '../log.ts';
import type { RosQuaternion, RosTime, RosTransformStamped, RosVector3 } from '../ros/types.ts';

/** A transform tree message. */
export interface RosTransforms {
  readonly transforms: readonly RosTransformStamped[];
}

/** foxglove.FrameTransform. */
interface FoxgloveTransform {
  readonly timestamp: RosTime;
  readonly parent_frame_id: string;
  readonly child_frame_id: string;
  readonly translation?: RosVector3;
  readonly rotation?: RosQuaternion;
}

const ORIGIN = { x: 0, y: 0, z: 0 };

function fromFoxglove(message: FoxgloveTransform): RosTransformStamped {
  const { timestamp: stamp, parent_frame_id, child_frame_id, translation, rotation } = message;
  return {
    header: { stamp, frame_id: parent_frame_id },
    child_frame_id,
    transform: { translation: translation ?? ORIGIN, rotation: rotation ?? { ...ORIGIN, w: 1 } },
  };
}

/** How messages that tell transforms say them, by plain type name. */
const TREES: Readonly<Record<string, (message: never) => RosTransforms>> = {
  'tf2_msgs/TFMessage': (message: RosTransforms) => message,
  'foxglove_msgs/FrameTransform': (message: FoxgloveTransform) => ({ transforms: [fromFoxglove(message)] }),
  'foxglove_msgs/FrameTransforms': (message: { readonly transforms: readonly FoxgloveTransform[] }) => ({
    transforms: message.transforms.map(fromFoxglove),
  }),
};

export function isTree(type: string): boolean {
  return Object.hasOwn(TREES, type);
}

/** The transforms of a message of a type that {@link isTree}. */
export function transformsOf(type: string, message: unknown): RosTransforms {
  return TREES[type](message as never);
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
