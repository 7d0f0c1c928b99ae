import type { LoggedMount, LogReader } from '../../record/index.ts';

/** Where the sensors of a log sit, for a format that tells it by transforms. Each coordinate frame once. */
export function mountsOf({ session, streams, mounts }: LogReader, base: string): LoggedMount[] {
  if (session === undefined) return [...mounts];
  const found = new Map<string, LoggedMount>();
  for (const { id, frameId } of streams) {
    const transform = session.mounts[id];
    if (transform === undefined || frameId === base || frameId === '') continue;
    found.set(frameId, { parent: base, child: frameId, transform });
  }
  return [...found.values()];
}
