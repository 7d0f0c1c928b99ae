import type { FrameId, StreamDescriptor, StreamId } from '../frame/index.ts';
import { composeTransforms, IDENTITY_TRANSFORM, invertTransform, type Transform } from '../geometry/index.ts';

/** A static transform found in a log or given by a driver: takes coordinates in `child` to `parent`. */
export interface StaticMount {
  readonly parent: FrameId;
  readonly child: FrameId;
  readonly transform: Transform;
}

/** Where each stream's sensor sits on the base, and for which streams nobody said. */
export interface ResolvedMounts {
  /** T_base_sensor by stream. Streams that nobody placed are taken to sit at the base. */
  readonly mounts: ReadonlyMap<StreamId, Transform>;
  readonly unplaced: readonly StreamId[];
}

/**
 * Places every stream's sensor on the base: as configured; else along the static transforms from the base to the
 * stream's coordinate frame; else at the base itself. Frames named `base_*` hang together in one body, so a chain may
 * end at any of them when the configured base is not part of the tree.
 */
export function resolveMounts(
  streams: readonly StreamDescriptor[],
  configured: Readonly<Record<StreamId, Transform>>,
  known: readonly StaticMount[],
  base: FrameId,
): ResolvedMounts {
  const mounts = new Map<StreamId, Transform>();
  const unplaced: StreamId[] = [];
  for (const stream of streams) {
    const placed = configured[stream.id] ?? chain(known, base, stream.frameId) ?? ownFrame(stream, base);
    if (placed === undefined) unplaced.push(stream.id);
    mounts.set(stream.id, placed ?? IDENTITY_TRANSFORM);
  }
  return { mounts, unplaced };
}

/** Odometry and references speak of the base; a sensor without a place of its own may also be stamped with it. */
function ownFrame(stream: StreamDescriptor, base: FrameId): Transform | undefined {
  const speaksOfBase = stream.kind === 'odometry' || stream.role === 'reference';
  return speaksOfBase || stream.frameId === base || stream.frameId.startsWith('base_') ? IDENTITY_TRANSFORM : undefined;
}

/** T_base_frame along the static transforms, searched breadth-first in both directions. */
function chain(known: readonly StaticMount[], base: FrameId, frame: FrameId): Transform | undefined {
  const roots = known.some((mount) => mount.parent === base || mount.child === base)
    ? [base]
    : known.map((mount) => mount.parent).filter((parent) => parent.startsWith('base_'));
  const found = new Map<FrameId, Transform>(roots.slice(0, 1).map((root) => [root, IDENTITY_TRANSFORM]));
  const queue = [...found.keys()];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    const T_base_at = found.get(at) as Transform;
    if (at === frame) return T_base_at;
    for (const mount of known) {
      const next = mount.parent === at ? mount.child : mount.child === at ? mount.parent : undefined;
      if (next === undefined || found.has(next)) continue;
      const T_at_next = mount.parent === at ? mount.transform : invertTransform(mount.transform);
      found.set(next, composeTransforms(T_base_at, T_at_next));
      queue.push(next);
    }
  }
  return undefined;
}
