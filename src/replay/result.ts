import type { FrameId } from '../frame/index.ts';
import { yawOf } from '../geometry/index.ts';
import type { Pipeline, PipelineReport } from '../pipeline/index.ts';

/** What a run over a log came to. */
export interface ReplayResult {
  readonly inputs: number;
  readonly sets: number;
  readonly published: number;
  /** By stream and reason, what the driver lost before admission included. Streams without losses are left out. */
  readonly dropped: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** SHA-256 over everything published, in hex. */
  readonly digest: string;
  /** m and rad; `undefined` when nothing could be estimated. */
  readonly finalPose:
    | { readonly x: number; readonly y: number; readonly z: number; readonly yaw: number; readonly frameId: FrameId }
    | undefined;
  readonly wallSeconds: number;
}

/** Sums up a pipeline that has taken its last input. */
export function resultOf(pipeline: Pipeline, odom: FrameId, wallSeconds: number): ReplayResult {
  const report = pipeline.report();
  return {
    inputs: report.inputs,
    sets: report.sets.count,
    published: report.published,
    dropped: droppedOf(report),
    digest: pipeline.digest(),
    finalPose: finalPoseOf(report, odom),
    wallSeconds,
  };
}

/** Every frame that was given up or lost, by stream and reason. */
export function droppedOf(report: PipelineReport): Record<string, Record<string, number>> {
  const dropped: Record<string, Record<string, number>> = {};
  for (const { descriptor, account } of report.streams) {
    const reasons = { ...account.dropped };
    for (const [reason, count] of Object.entries(account.lost)) reasons[reason] = (reasons[reason] ?? 0) + count;
    if (Object.keys(reasons).length > 0) dropped[descriptor.id] = reasons;
  }
  return dropped;
}

function finalPoseOf({ pose }: PipelineReport, frameId: FrameId): ReplayResult['finalPose'] {
  if (pose === undefined) return undefined;
  const [x, y, z] = pose.pose.position;
  return { x, y, z, yaw: yawOf(pose.pose.orientation), frameId };
}
