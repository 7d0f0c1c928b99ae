import type { MeasurementKind } from '../../frame/index.ts';
import type { LoggedMount, LogReader } from '../../record/index.ts';

/** What these say is told in a coordinate frame of the world, not in one that sits on the robot. */
const OF_THE_WORLD: readonly MeasurementKind[] = ['odometry', 'pose', 'twist', 'scene'];

/** Where the sensors of a log sit, for a format that tells it by transforms. Each coordinate frame once. */
export function mountsOf({ session, streams, mounts }: LogReader, base: string): LoggedMount[] {
  if (session === undefined) return [...mounts];
  const found = new Map<string, LoggedMount>();
  for (const { id, frameId, kind } of streams) {
    if (OF_THE_WORLD.includes(kind)) continue;
    const transform = session.mounts[id];
    if (transform === undefined || frameId === base || frameId === '') continue;
    found.set(frameId, { parent: base, child: frameId, transform });
  }
  return [...found.values()];
}
