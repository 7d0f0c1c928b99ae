import type { StreamDescriptor, StreamId } from '../frame/index.ts';
import { IDENTITY_TRANSFORM, type Transform } from '../geometry/index.ts';
import type { TransformReport } from '../publish/index.ts';
import type { PipelineConfig } from './config.ts';

/** The mounts as transforms from the base to each sensor's own coordinate frame, one a frame. */
export function staticTransforms(
  { frames }: Pick<PipelineConfig, 'frames'>,
  streams: readonly StreamDescriptor[],
  mounts: ReadonlyMap<StreamId, Transform>,
): Omit<TransformReport, 'stamp'>[] {
  const byFrame = new Map<string, Omit<TransformReport, 'stamp'>>();
  for (const stream of streams) {
    if (stream.role === 'reference' || stream.kind === 'odometry' || stream.frameId === frames.base) continue;
    const { translation, rotation } = mounts.get(stream.id) ?? IDENTITY_TRANSFORM;
    byFrame.set(stream.frameId, {
      parentFrameId: frames.base,
      childFrameId: stream.frameId,
      translation,
      rotation,
    });
  }
  return [...byFrame.values()];
}
