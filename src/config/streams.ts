import type { StreamDescriptor, StreamId } from '../frame/index.ts';
import type { StreamConfig } from './types.ts';

/** A stream under the name that the configuration gives it. */
export interface NamedStream {
  /** Its name where it comes from. */
  readonly original: StreamId;
  readonly descriptor: StreamDescriptor;
}

/**
 * Gives the streams of a source or a log their configured names, coordinate frames and roles.
 * @param origin the source's name in the configuration: `streams.x.source` may be `origin/stream`
 */
export function nameStreams(
  streams: Readonly<Record<StreamId, StreamConfig>>,
  found: readonly StreamDescriptor[],
  origin?: string,
): NamedStream[] {
  const byOriginal = new Map<string, [StreamId, StreamConfig]>();
  for (const [id, config] of Object.entries(streams)) byOriginal.set(config.source ?? id, [id, config]);
  return found.map((descriptor) => {
    const named = byOriginal.get(`${origin}/${descriptor.id}`) ?? byOriginal.get(descriptor.id);
    if (named === undefined) return { original: descriptor.id, descriptor };
    const [id, { frameId, role }] = named;
    return {
      original: descriptor.id,
      descriptor: { ...descriptor, id, frameId: frameId ?? descriptor.frameId, role: role ?? descriptor.role },
    };
  });
}
