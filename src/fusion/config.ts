import { flag, listOf, mapOf, numberIn, oneOf, optional, text, type SchemaTree } from '../contract/index.ts';
import type { StreamId } from '../frame/index.ts';

/** Fields of an IMU's messages that the pose filter may use. */
export type ImuField = 'angularVelocity' | 'linearAcceleration' | 'orientation';
/** Fields of odometry that the pose filter may use: velocities in the base frame. */
export type OdometryField = 'vx' | 'vy' | 'vz' | 'yawRate';

/** Fields of a localiser's pose that the pose filter may use. */
export type PositionField = 'position' | 'orientation';

/** The section `fusion`. */
export interface FusionConfig {
  readonly orientation: OrientationConfig;
  readonly pose: PoseConfig;
}

/** The section `fusion.orientation`. */
export interface OrientationConfig {
  readonly imu?: StreamId;
  readonly magneticField?: StreamId;
  readonly useMagneticField: boolean;
  readonly gyroNoise: number;
  readonly gyroBiasWalk: number;
  readonly initialGyroBias: number;
  readonly accelerationNoise: number;
  readonly accelerationCorrelation: number;
  readonly headingNoise: number;
  readonly headingCorrelation: number;
}

/** The section `fusion.pose`. */
export interface PoseConfig {
  readonly imu: { readonly stream?: StreamId; readonly use: readonly ImuField[] };
  readonly odometry: {
    readonly stream?: StreamId;
    readonly use: readonly OdometryField[];
    readonly variance: 'stated' | 'configured';
  };
  readonly fix: FixConfig;
  readonly range: RangeConfig;
  readonly position: {
    readonly stream?: StreamId;
    readonly use: readonly PositionField[];
    readonly positionNoise: number;
    readonly orientationNoise: number;
  };
  readonly start: 'zero' | 'measured';
  readonly gate: number;
  readonly historySeconds: number;
  readonly noise: PoseNoise;
}

/** The section `fusion.pose.fix`. */
export interface FixConfig {
  readonly stream?: StreamId;
  readonly velocity?: StreamId;
  readonly useAltitude: boolean;
  readonly noise: number;
  readonly drift: number;
  readonly driftSeconds: number;
  readonly latency: number;
  readonly latencyDeviation: number;
}

/** The section `fusion.pose.range`. */
export interface RangeConfig {
  readonly stream?: StreamId;
  readonly noise: number;
  readonly scale: number;
  readonly bias: number;
  readonly biasSeconds: number;
  /** Where anchors stand in the map, m. */
  readonly anchors: Readonly<Record<string, { readonly x: number; readonly y: number; readonly z: number }>>;
  /** Where the base is in the map when the filter starts, m and rad. */
  readonly start: { readonly x: number; readonly y: number; readonly z: number; readonly yaw: number };
}

/** The section `fusion.pose.noise`. */
export interface PoseNoise {
  readonly gyro: number;
  readonly gyroBiasWalk: number;
  readonly initialGyroBias: number;
  readonly accel: number;
  readonly vibration: boolean;
  readonly imuMount: number;
  readonly gyroMatrix: number;
  readonly accelBiasWalk: number;
  readonly initialAccelBias: number;
  readonly orientation: number;
  readonly wheelSpeed: number;
  readonly wheelSpeedShare: number;
  readonly wheelScale: number;
  readonly wheelTurn: number;
  readonly wheelSlipArm: number;
  readonly wheelScaleSeconds: number;
  readonly lateralSpeed: number;
  readonly lateralSlipShare: number;
  readonly wheelYawRate: number;
  readonly wheelYawRateShare: number;
  readonly stepTurn: number;
  readonly stepTurnShare: number;
}

const stream = (what: string) => ({
  doc: `Stream of ${what}. Unset: the first of that kind.`,
  format: optional(text()),
  default: undefined,
});

const gyro = {
  doc:
    'White noise of the angular velocity, rad/s/√Hz (data sheet: noise density). Too small: heading is trusted for too ' +
    'long; too large: wheels steer the heading.',
  format: numberIn(1e-7, 1),
  default: 5e-4,
};
const gyroBiasWalk = {
  doc: 'Random walk of the gyroscope’s bias, rad/s²/√Hz. Too small: a bias that moves is not followed; too large: the heading’s covariance grows too fast.',
  format: numberIn(0, 1),
  default: 2e-5,
};
const initialGyroBias = {
  doc: 'Standard deviation of the gyroscope’s bias at the start, rad/s.',
  format: numberIn(1e-9, 1),
  default: 0.02,
};

/** Schema of the section `fusion`. */
export const schema = {
  orientation: {
    imu: stream('the IMU'),
    magneticField: stream('the magnetometer'),
    useMagneticField: {
      doc: 'Whether the magnetic field corrects the heading. Without it the heading drifts; with it, iron nearby turns it.',
      format: flag(),
      default: true,
    },
    gyroNoise: gyro,
    gyroBiasWalk,
    initialGyroBias,
    accelerationNoise: {
      doc: 'Accelerations of the body that hide gravity, m/s² (standard deviation). Too small: motion tilts the estimate; too large: tilt errors stay.',
      format: numberIn(1e-4, 100),
      default: 1,
    },
    accelerationCorrelation: {
      doc: 'Time over which such accelerations stay alike, s. Larger counts successive readings as less independent.',
      format: numberIn(0.001, 100),
      default: 0.3,
    },
    headingNoise: {
      doc: 'Error of the direction of the magnetic field, rad (standard deviation). Too small: disturbances turn the heading; too large: drift stays.',
      format: numberIn(1e-4, 10),
      default: 0.2,
    },
    headingCorrelation: {
      doc: 'Time over which magnetic disturbances stay alike, s.',
      format: numberIn(0.001, 1000),
      default: 2,
    },
  },
  pose: {
    imu: {
      stream: stream('the IMU'),
      use: {
        doc: 'Fields of the IMU to use: angularVelocity, linearAcceleration, and orientation (what the IMU computed itself).',
        format: listOf(oneOf('angularVelocity', 'linearAcceleration', 'orientation')),
        default: ['angularVelocity', 'linearAcceleration'],
      },
    },
    odometry: {
      stream: stream('the wheel odometry'),
      use: {
        doc: 'Velocities of the odometry to use, in the base frame: vx, vy, vz (m/s), yawRate (rad/s).',
        format: listOf(oneOf('vx', 'vy', 'vz', 'yawRate')),
        default: ['vx', 'vy', 'vz', 'yawRate'],
      },
      variance: {
        doc:
          'Least variance of a velocity: `stated` in its message, or only as `configured` under noise. Many drivers state ' +
          'constants that cover lasting errors; taken as noise from message to message they make the pose too cautious.',
        format: oneOf('stated', 'configured'),
        default: 'stated',
      },
    },
    fix: {
      stream: stream('satellite fixes'),
      velocity: {
        doc: 'Stream of the receiver’s velocity east and north. Unset: the first twist in a frame named enu.',
        format: optional(text()),
        default: undefined,
      },
      useAltitude: {
        doc: 'Whether fixes correct the height too. Where wheels roll on ground that is not level, only they know it.',
        format: flag(),
        default: false,
      },
      noise: {
        doc:
          'Noise of a fix from one to the next where it states none, m (standard deviation, east and north; up twice ' +
          'that). Too small: the pose jerks after every fix; too large: it wanders with the wheels.',
        format: numberIn(1e-3, 100),
        default: 0.5,
      },
      drift: {
        doc:
          'Error of fixes that lasts (satellites, air), m (standard deviation). Too small: the covariance shrinks with ' +
          'every fix as if it were not there; too large: a pose in the map is never sure.',
        format: numberIn(0, 100),
        default: 1,
      },
      driftSeconds: {
        doc: 'Time over which that error stays alike, s. Too small: it counts as noise and is averaged away.',
        format: numberIn(1, 1e5),
        default: 300,
      },
      latency: {
        doc:
          'How late fixes are before anything is known of it, s: receivers filter, compute and send for 0.05 to 0.2 s. ' +
          'The filter finds the rest against the wheels where the speed changes.',
        format: numberIn(0, 1),
        default: 0.1,
      },
      latencyDeviation: {
        doc: 'How well that is known, s (standard deviation). 0: exactly. Too large: it takes longer until it is found.',
        format: numberIn(0, 1),
        default: 0.03,
      },
    },
    range: {
      stream: stream('ranges to anchors'),
      noise: {
        doc:
          'Least noise of a range, m (standard deviation). Too small: the pose jerks after every range; too large: it ' +
          'drifts with the wheels.',
        format: numberIn(1e-4, 100),
        default: 0.3,
      },
      scale: {
        doc:
          'Error of all ranges in proportion to their length (clocks, what they go through), as a share (standard ' +
          'deviation). 0: none is estimated. Too small: far anchors draw the pose away; too large: as bias.',
        format: numberIn(0, 1),
        default: 0.01,
      },
      bias: {
        doc:
          'Error of the ranges to one anchor that lasts (antenna delay, obstacles), m (standard deviation). Too small: ' +
          'it draws the pose away; too large: much must be driven before ranges say where.',
        format: numberIn(0, 100),
        default: 0.5,
      },
      biasSeconds: {
        doc: 'Time over which that error stays alike, s. Too small: it follows noise; too large: it does not follow a change.',
        format: numberIn(1, 1e6),
        default: 600,
      },
      anchors: {
        doc: 'Where the anchors stand in the map, by the names that ranges bear; m. Ranges to others are dropped.',
        format: mapOf({
          x: { doc: 'm.', format: numberIn(-1e6, 1e6), default: 0 },
          y: { doc: 'm.', format: numberIn(-1e6, 1e6), default: 0 },
          z: { doc: 'm.', format: numberIn(-1e6, 1e6), default: 0 },
        }),
        default: {},
      },
      start: {
        x: {
          doc: 'Where the base is in the map at the start, m, when ranges tell its place.',
          format: numberIn(-1e6, 1e6),
          default: 0,
        },
        y: { doc: 'As x.', format: numberIn(-1e6, 1e6), default: 0 },
        z: { doc: 'As x.', format: numberIn(-1e6, 1e6), default: 0 },
        yaw: { doc: 'Heading in the map at the start, rad.', format: numberIn(-7, 7), default: 0 },
      },
    },
    position: {
      stream: stream('the pose from a localiser (a motion capture system, a map matcher)'),
      use: {
        doc: 'What of it to use: position, orientation.',
        format: listOf(oneOf('position', 'orientation')),
        default: ['position', 'orientation'],
      },
      positionNoise: {
        doc: 'Least noise of its position, m (standard deviation a axis). Too small: the pose jerks; too large: it drifts.',
        format: numberIn(1e-5, 100),
        default: 0.05,
      },
      orientationNoise: {
        doc: 'Least noise of its orientation, rad (standard deviation). Too small: the heading jerks; too large: it drifts.',
        format: numberIn(1e-5, 10),
        default: 0.02,
      },
    },
    start: {
      doc: 'Heading at the start: `zero`, or `measured` by the IMU’s own orientation. Position starts at the origin.',
      format: oneOf('zero', 'measured'),
      default: 'zero',
    },
    gate: {
      doc: 'Innovations beyond this many standard deviations are refused. Too small: good data is refused; too large: outliers enter.',
      format: numberIn(1, 100),
      default: 5,
    },
    historySeconds: {
      doc: 'How late a measurement may come and still be fused at its own time, s. Larger costs memory: 2.3 kB a measurement.',
      format: numberIn(0.01, 10),
      default: 1,
    },
    noise: {
      gyro,
      gyroBiasWalk,
      initialGyroBias,
      accel: {
        doc: 'White noise of the specific force, m/s²/√Hz, vibration included. Too small: vibration moves the velocity; too large: only the wheels do.',
        format: numberIn(1e-6, 10),
        default: 0.5,
      },
      imuMount: {
        doc:
          'How well the IMU’s rotation on the base is known, rad (standard deviation); the rest is estimated against wheels ' +
          'and places. 0: exactly, nothing is estimated. Too small: turns leak into each other; too large: it takes longer to find.',
        format: numberIn(0, 0.5),
        default: 0,
      },
      gyroMatrix: {
        doc:
          'Error of the gyroscope’s scales, and of its axes’ angles to each other (standard deviation; 0.01: 1 % and 0.6 deg); ' +
          'it is estimated. 0: nothing is. Too small: a robot that turns much loses its heading; too large: it takes longer to find.',
        format: numberIn(0, 0.5),
        default: 0,
      },
      vibration: {
        doc:
          'Whether the shaking that is measured counts where it is more than the configured noise: right for what rolls. ' +
          'What flies turns so quickly that its own motion looks like shaking: false, and noise as its flights need it.',
        format: flag(),
        default: true,
      },
      accelBiasWalk: {
        doc: 'Random walk of the accelerometer’s bias, m/s³/√Hz.',
        format: numberIn(0, 1),
        default: 3e-4,
      },
      initialAccelBias: {
        doc: 'Standard deviation of the accelerometer’s bias at the start, m/s².',
        format: numberIn(1e-9, 10),
        default: 0.2,
      },
      orientation: {
        doc: 'Least standard deviation of the IMU’s own orientation, rad: its errors last, whatever its message states.',
        format: numberIn(1e-5, 10),
        default: 0.01,
      },
      wheelSpeed: {
        doc: 'Constant part of the error of a wheel’s speed, m/s (standard deviation).',
        format: numberIn(1e-5, 10),
        default: 0.01,
      },
      wheelSpeedShare: {
        doc: 'Part of the error of the speed that changes from message to message, as a share of the speed.',
        format: numberIn(0, 1),
        default: 0.03,
      },
      wheelScale: {
        doc: 'Part of the error of the speed that lasts (radius, load, slip), as a share of the speed (standard deviation).',
        format: numberIn(0, 1),
        default: 0.02,
      },
      wheelTurn: {
        doc: 'Part of the error of the turn rate that lasts (unequal radii), rad for each metre driven (standard deviation).',
        format: numberIn(0, 1),
        default: 0.02,
      },
      wheelSlipArm: {
        doc:
          'Error of the speed for each rad/s by which the wheels turn otherwise than the gyroscope, m: a wheel that slips ' +
          'betrays itself. About the track for wheels that roll; 0, not used, for skid steering, whose wheels slip in ' +
          'every turn. Too small: a slip counts as travel. Too large: turns say nothing of the speed.',
        format: numberIn(0, 100),
        default: 0,
      },
      wheelScaleSeconds: {
        doc: 'Time over which the lasting errors stay alike, s.',
        format: numberIn(0.1, 1e6),
        default: 60,
      },
      lateralSpeed: {
        doc: 'Constant part of sideways and vertical speed, m/s: what “wheels do not move sideways” is worth.',
        format: numberIn(1e-5, 10),
        default: 0.02,
      },
      lateralSlipShare: {
        doc: 'Sideways speed in turns, as a share of speed times turn rate (s).',
        format: numberIn(0, 10),
        default: 0.1,
      },
      wheelYawRate: {
        doc: 'Error of the wheels’ turn rate at rest, rad/s.',
        format: numberIn(1e-6, 10),
        default: 0.005,
      },
      wheelYawRateShare: {
        doc: 'Error of the wheels’ turn rate when moving, as a share of the turn rate and of speed per metre of track.',
        format: numberIn(0, 10),
        default: 0.5,
      },
      stepTurn: {
        doc:
          'Error of the heading of odometry that tells poses only, for each root of a metre driven, rad/√m. Too small: its ' +
          'heading is trusted for too long; too large: nothing but a place in the map tells the heading.',
        format: numberIn(0, 1),
        default: 0.01,
      },
      stepTurnShare: {
        doc: 'The same, as a share of each turn.',
        format: numberIn(0, 1),
        default: 0.05,
      },
    },
  },
} satisfies SchemaTree;
