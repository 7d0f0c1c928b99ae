import type { Frame, PoseEstimate3, Stamp, StreamDescriptor, StreamId } from '../../frame/index.ts';
import type { LastingErrors, PoseEstimate, StartPose } from '../../fusion/index.ts';
import type { TangentPlane, Transform } from '../../geometry/index.ts';
import type { TimedPose } from '../trajectory/index.ts';

/** A true pose and when it was, on the task's clock and on the truth's own. */
export interface Truth extends TimedPose {
  readonly stamp: Stamp;
}

/** A recording with a truth, ready to be run through the filters. */
export interface PoseTask {
  readonly streams: readonly StreamDescriptor[];
  readonly mounts: ReadonlyMap<StreamId, Transform>;
  /** In order of reception. */
  readonly frames: readonly Frame[];
  /** In order of time. */
  readonly truth: readonly Truth[];
  readonly start?: StartPose;
  /** What the configuration says for recordings of this kind, by path. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Brings an estimate into the truth's own coordinates. */
  readonly express: (
    pose: PoseEstimate3,
    plane: TangentPlane | undefined,
  ) => Pick<TimedPose, 'position' | 'orientation'>;
  /** Error of the place that is judged, in the map's axes, m: x and y, and z where it counts. */
  readonly error: (row: PoseRow) => readonly number[];
  /** What is told of a run. */
  readonly score: (run: PoseRun) => Readonly<Record<string, unknown>>;
}

/** The filter's answer at a true pose's time, from what had been received by then. */
export interface PoseRow {
  readonly truth: Truth;
  readonly estimate: PoseEstimate;
  /** In the truth's own coordinates. */
  readonly pose: TimedPose;
}

/** A run of a task. */
export interface PoseRun {
  /** One for each truth from the first estimate in the map on. */
  readonly rows: readonly PoseRow[];
  readonly lasting: LastingErrors | undefined;
  /** What was named, in the order of its first naming; s since the first true pose. */
  readonly faults: readonly {
    readonly source: string;
    readonly fault: string;
    readonly first: number;
    readonly last: number;
  }[];
  /** Frames that the filters did not take, by stream and reason. */
  readonly dropped: Readonly<Record<StreamId, Readonly<Record<string, number>>>>;
}
