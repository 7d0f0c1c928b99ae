/**
 * The state of the pose filter, flat in one Float64Array so that it can be kept in a history without allocation.
 *
 * Nominal: position and velocity in odom, orientation base to odom, biases of gyroscope and accelerometer in base axes,
 * lasting errors of the wheels' speed and turn rate; then the inertial input that holds until the next one, and what the
 * filter remembers of the measurements.
 * Error: the same in the order of {@link ERROR}, the attitude error a rotation vector about the axes of odom
 * (q_true = exp(δθ) ⊗ q; the "global" error of Solà, arXiv:1711.02508, section 7).
 */
export const NOMINAL = {
  position: 0,
  velocity: 3,
  orientation: 6,
  gyroBias: 10,
  accelBias: 13,
  wheelScale: 16,
  /** Angular velocity and specific force in base axes, as last measured. */
  gyro: 17,
  accel: 20,
  /** 1 once an accelerometer, a gyroscope has been heard. */
  hasAccel: 23,
  hasGyro: 24,
  /** Since when (ns) every scalar of that kind has been refused; negative: when it was last taken; 0: neither. */
  refusedVelocity: 25,
  refusedOrientation: 26,
  /** When (ns) a velocity was last taken. */
  aided: 27,
  /** Since when (ns) the wheels have stood still; Infinity: they move, or nothing is known. */
  standing: 28,
  /** 1 once odometry has been heard. */
  hasOdometry: 29,
  /** Error of the wheels' turn rate for each m/s of speed, rad/m: unequal radii. */
  wheelTurn: 30,
  /** When (ns) the inertial input was measured; what it had changed by then. */
  inertial: 31,
  gyroStep: 32,
  accelStep: 35,
  /** Density of the white noise that the inertial input shows, (rad/s)²/Hz and (m/s²)²/Hz. */
  gyroDensity: 38,
  accelDensity: 39,
  /** 1 once the heading in the map is known, or when nothing but odom is asked for. */
  hasHeading: 40,
  /** The first place that was told, x and y in the map; 1 once there was one. */
  firstPlace: 41,
  hasPlace: 43,
  /** What was predicted since the last step of odometry: translation in the base's axes then, and rotation. */
  rolled: 44,
  rolledTurn: 47,
  /** 1 while the steps of odometry move the robot, and nothing inertial does. */
  driven: 51,
  /** When (ns) a place in the map was last taken. */
  located: 52,
  /** As `refusedVelocity`, of places and of a receiver's velocity. */
  refusedFix: 53,
  refusedPosition: 54,
  refusedRange: 55,
  refusedTwist: 56,
  /** Means of the inertial input that are being made: see vibration.ts. */
  block: 57,
  /** Running mean of gyroscope and accelerometer, and since when (ns) neither left it; Infinity: just now, or no telling. */
  calm: 72,
  calmSince: 78,
  /** 1 at the end of a block of means. */
  blockEnds: 79,
  /** The wheels' speed, and since when (ns) it has been that to the last digit. */
  heldSpeed: 80,
  heldSince: 81,
  /** How many readings in a row each axis of the accelerometer has told the same. */
  sameAccel: 82,
  /** How often in a row that speed was told again, how often at most before, and how many speeds driving wheels have told. */
  heldOften: 85,
  longestHeld: 86,
  speeds: 87,
  /** What is known of the accelerometer's range, and since when (ns) it is looked for: see clip.ts. */
  range: 88,
  rangeSince: 106,
  /** Where what lasts of single sources begins: see layout.ts. */
  lasting: 107,
} as const;

/** Offsets into the error state. */
export const ERROR = {
  position: 0,
  velocity: 3,
  attitude: 6,
  gyroBias: 9,
  accelBias: 12,
  wheelScale: 15,
  wheelTurn: 16,
} as const;

/** Length of the error state without what lasts of single sources. */
export const BASE_SIZE = 17;

/** The state at one time. */
export interface State {
  /** ns since the epoch. */
  stamp: number;
  readonly nominal: Float64Array;
  /** Length of the error. */
  readonly size: number;
  /** Row-major size x size covariance of the error. */
  readonly covariance: Float64Array;
}

/**
 * A state at the origin that knows everything exactly.
 * @param size length of the error
 */
export function createState(size: number): State {
  const nominal = new Float64Array(NOMINAL.lasting + size - BASE_SIZE);
  nominal[NOMINAL.orientation] = 1;
  nominal[NOMINAL.standing] = Infinity;
  nominal[NOMINAL.calmSince] = Infinity;
  nominal[NOMINAL.rolledTurn] = 1;
  nominal[NOMINAL.hasHeading] = 1;
  return { stamp: 0, nominal, size, covariance: new Float64Array(size * size) };
}

/** Overwrites `to` with `from`. */
export function copyState(from: State, to: State): void {
  to.stamp = from.stamp;
  to.nominal.set(from.nominal);
  to.covariance.set(from.covariance);
}
