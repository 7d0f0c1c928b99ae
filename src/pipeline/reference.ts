import type { Frame, PoseEstimate3, Stamp } from '../frame/index.ts';
import { composeTransforms, invertTransform, wrapAngle, yawOf, type Transform } from '../geometry/index.ts';

/** How far an estimate is from the reference. */
export interface PoseError {
  /** m, in space. */
  readonly distance: number;
  /** rad, -π..π. */
  readonly yaw: number;
}

/**
 * Compares the fused pose with a reference (ground truth of a simulation, a localiser) for people to look at. The
 * reference has its own origin: both are tied together where the first reference meets the first estimate.
 */
export interface ReferenceComparison {
  seen(frame: Frame): void;
  /** The latest reference in the coordinates of the estimate, and the error; `undefined` before both are there. */
  compare(
    estimate: PoseEstimate3,
  ): { readonly reference: Transform; readonly stamp: Stamp; readonly error: PoseError } | undefined;
}

/** Makes a comparison that has seen nothing. */
export function createReferenceComparison(): ReferenceComparison {
  let latest: { readonly stamp: Stamp; readonly pose: Transform } | undefined;
  /** T_odom_map: takes the reference's coordinates to the estimate's. */
  let tie: Transform | undefined;
  return {
    seen(frame) {
      const pose = poseOf(frame);
      if (pose !== undefined)
        latest = { stamp: frame.stamp, pose: { translation: pose.position, rotation: pose.orientation } };
    },
    compare(estimate) {
      if (latest === undefined) return undefined;
      tie ??= composeTransforms(
        { translation: estimate.position, rotation: estimate.orientation },
        invertTransform(latest.pose),
      );
      const reference = composeTransforms(tie, latest.pose);
      const [dx, dy, dz] = estimate.position.map((value, axis) => value - reference.translation[axis]);
      const yaw = wrapAngle(yawOf(estimate.orientation) - yawOf(reference.rotation));
      return { reference, stamp: latest.stamp, error: { distance: Math.hypot(dx, dy, dz), yaw } };
    },
  };
}

function poseOf(frame: Frame): PoseEstimate3 | undefined {
  const { measurement } = frame;
  return measurement.kind === 'odometry' || measurement.kind === 'pose' ? measurement.pose : undefined;
}
