import type {
  Covariance3,
  FrameId,
  PoseEstimate3,
  Quaternion,
  Stamp,
  TwistEstimate3,
  Vector3,
} from '../../frame/index.ts';
import type { SourceFaultKind, Validity } from '../schema/geometry.ts';
import type { Unnumbered } from '../schema/messages.ts';
import { covariance, provenance, quaternion, vector, type Origin, type ToTime } from './common.ts';

/** What every estimate of where something is has. */
interface Located {
  /** Time of validity. */
  readonly stamp: Stamp;
  /** Coordinate frame that the estimate is given in. */
  readonly frameId: FrameId;
  /** Coordinate frame that it is the estimate of. */
  readonly childFrameId: FrameId;
  readonly validity: Validity;
  /** Why it is not valid, for people. */
  readonly validityReason?: string;
  readonly origin: Origin;
}

/** A pose, and a velocity expressed in `childFrameId`; and how its sources fare. */
export interface PoseReport extends Located {
  readonly pose: PoseEstimate3;
  readonly twist?: TwistEstimate3;
  readonly faults: readonly { readonly source: string; readonly fault: SourceFaultKind; readonly since: Stamp }[];
  /** Mean squared innovation of each source, in standard deviations. */
  readonly innovations: Readonly<Record<string, number>>;
}

export function poseMessage(toTime: ToTime, report: PoseReport): Unnumbered<'Pose'> {
  const { pose, twist, faults, innovations } = report;
  return {
    timestamp: toTime(report.stamp),
    frame_id: report.frameId,
    pose: { position: vector(pose.position), orientation: quaternion(pose.orientation) },
    child_frame_id: report.childFrameId,
    ...covariance(pose.covariance),
    ...(twist === undefined
      ? {}
      : { twist: { linear: vector(twist.linear), angular: vector(twist.angular), ...covariance(twist.covariance) } }),
    ...validityOf(report),
    ...(faults.length === 0
      ? {}
      : { faults: faults.map(({ source, fault, since }) => ({ source, fault, since: toTime(since) })) }),
    ...(Object.keys(innovations).length === 0 ? {} : { innovations }),
    provenance: provenance(report.origin),
  };
}

/** An orientation, and an angular velocity (rad/s) expressed in `childFrameId`. */
export interface OrientationReport extends Located {
  readonly orientation: Quaternion;
  /** About the fixed axes of `frameId`, rad². */
  readonly covariance?: Covariance3;
  readonly angularVelocity?: Vector3;
}

export function orientationMessage(toTime: ToTime, report: OrientationReport): Unnumbered<'Orientation'> {
  return {
    timestamp: toTime(report.stamp),
    frame_id: report.frameId,
    child_frame_id: report.childFrameId,
    orientation: quaternion(report.orientation),
    ...covariance(report.covariance),
    ...(report.angularVelocity === undefined ? {} : { angular_velocity: vector(report.angularVelocity) }),
    ...validityOf(report),
    provenance: provenance(report.origin),
  };
}

/** Where `childFrameId` is in `parentFrameId`. */
export interface TransformReport {
  readonly stamp: Stamp;
  readonly parentFrameId: FrameId;
  readonly childFrameId: FrameId;
  /** m. */
  readonly translation: Vector3;
  readonly rotation: Quaternion;
}

/** @param stamp time of the message; each transform has its own */
export function transformsMessage(
  toTime: ToTime,
  stamp: Stamp,
  transforms: readonly TransformReport[],
  origin: Origin,
): Unnumbered<'FrameTransforms'> {
  return {
    timestamp: toTime(stamp),
    transforms: transforms.map((transform) => ({
      timestamp: toTime(transform.stamp),
      parent_frame_id: transform.parentFrameId,
      child_frame_id: transform.childFrameId,
      translation: vector(transform.translation),
      rotation: quaternion(transform.rotation),
    })),
    provenance: provenance(origin),
  };
}

function validityOf(report: Located): { validity: Validity; validity_reason?: string } {
  return {
    validity: report.validity,
    ...(report.validityReason === undefined ? {} : { validity_reason: report.validityReason }),
  };
}
