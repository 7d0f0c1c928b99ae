import type {
  Covariance3,
  InputNumber,
  PoseEstimate3,
  Quaternion,
  Stamp,
  TwistEstimate3,
  Vector3,
} from '../frame/index.ts';

/** How far an estimate can be relied on; the words of the messages. */
export type Validity = 'initialising' | 'valid' | 'degraded' | 'lost';

/** What every estimate says of itself. */
interface Estimate {
  /** Time of validity. */
  readonly stamp: Stamp;
  readonly validity: Validity;
  /** Why it is not valid. */
  readonly validityReason?: string;
  /** The latest input of each kind that it rests on, and their ages in s. */
  readonly inputs: readonly InputNumber[];
  readonly ages: readonly number[];
  /** Kinds of measurement that are configured and gave nothing yet. */
  readonly absent: readonly string[];
}

/** What is wrong with a source: it disagrees with all else (outvoted by two or more, or refused), has fallen silent, is stuck (frozen wheels, a
 * clipped accelerometer), or tells what is no number. */
export interface SourceFault {
  /** `imu`, `odometry`, `fix`, `twist`, `position`, or `range` and the anchor. */
  readonly source: string;
  readonly fault: 'disagrees' | 'silent' | 'stuck' | 'not finite';
  readonly since: Stamp;
}

/** Pose of the base in odom or in the map, and its velocity in base axes. */
export interface PoseEstimate extends Estimate {
  /** Whether the pose means something in its frame: a pose in the map does from the first place on. */
  readonly isPlaced: boolean;
  readonly faults: readonly SourceFault[];
  /** Mean squared innovation of each source for each degree of freedom; about 1 where noises are as configured. */
  readonly innovations: Readonly<Record<string, number>>;
  readonly pose: PoseEstimate3;
  readonly twist: TwistEstimate3;
}

/** Orientation of the base in a frame with z up. */
export interface OrientationEstimate extends Estimate {
  readonly orientation: Quaternion;
  /** About the fixed axes, rad². */
  readonly covariance: Covariance3;
  /** rad/s in base axes, bias removed. */
  readonly angularVelocity: Vector3;
}
