import { flag, listOf, numberIn, oneOf, type SchemaTree } from '../contract/index.ts';
import type { StreamId } from '../frame/index.ts';
import { headsSchema, type HeadConfig } from './decision/config.ts';
import { placesSchema, stream, type FixConfig, type PositionConfig, type RangeConfig } from './places.ts';

/** Fields of an IMU's messages that the pose filter may use. */
export type ImuField = 'angularVelocity' | 'linearAcceleration' | 'orientation';
/** Fields of odometry that the pose filter may use: velocities in the base frame. */
export type OdometryField = 'vx' | 'vy' | 'vz' | 'yawRate';

/** The section `fusion`. */
export interface FusionConfig {
  readonly orientation: OrientationConfig;
  readonly pose: PoseConfig;
  /** By name. */
  readonly heads: Readonly<Record<string, HeadConfig>>;
}

/** The section `fusion.orientation`. */
export interface OrientationConfig {
  readonly imu?: StreamId;
  readonly magneticField?: StreamId;
  readonly useMagneticField: boolean;
  readonly gyroDelay: number;
  readonly gyroNoise: number;
  readonly gyroShare: number;
  readonly gyroBiasWalk: number;
  readonly initialGyroBias: number;
  readonly restRate: number;
  readonly restAcceleration: number;
  readonly restSeconds: number;
  readonly bodySpeed: number;
  readonly headingNoise: number;
  readonly headingCorrelation: number;
  readonly fieldTolerance: number;
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
  readonly position: PositionConfig;
  readonly start: 'zero' | 'measured';
  readonly gate: number;
  readonly historySeconds: number;
  readonly findDelays: boolean;
  readonly noise: PoseNoise;
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
    gyroDelay: {
      doc:
        'Delay of the gyroscope’s own low-pass filter, s (data sheet: group delay; 3 to 6 ms is usual). The orientation is ' +
        'carried ahead by it. Too small: in fast turns the orientation lags; too large: it runs ahead. 0 where the driver’s ' +
        'stamps allow for it.',
      format: numberIn(0, 0.1),
      default: 0.004,
    },
    gyroNoise: {
      doc:
        'Random walk of the angle that the gyroscope sums up to, rad/√s, with all that its bias and its temperature do in ' +
        'motion. Too small: accelerations and the field correct too slowly; too large: they move the orientation.',
      format: numberIn(1e-6, 1),
      default: 0.002,
    },
    gyroShare: {
      doc:
        'As `gyroNoise`, for each rad/s of turning, √s: errors of scale and of alignment. Too small: what fast turns leave ' +
        'stays; too large: in fast turns accelerations tilt the estimate.',
      format: numberIn(0, 1),
      default: 0.002,
    },
    gyroBiasWalk: {
      doc: 'Random walk of the gyroscope’s bias, rad/s/√s. Too small: a bias that moves is not followed; too large: accelerations and the field move it.',
      format: numberIn(0, 1),
      default: 2e-4,
    },
    initialGyroBias: {
      doc: 'Standard deviation of the gyroscope’s bias at the start, rad/s; it never gets larger. Too small: the bias is found late; too large: a start in motion goes wrong.',
      format: numberIn(1e-9, 1),
      default: 0.01,
    },
    restRate: {
      doc: 'Largest rate at rest, bias included, rad/s; also the largest bias. Too small: rest is not seen; too large: slow turns are taken for it.',
      format: numberIn(1e-4, 1),
      default: 0.035,
    },
    restAcceleration: {
      doc: 'Most that an acceleration departs from its mean at rest, m/s². Too small: an idling motor hides rest; too large: even motion is taken for it.',
      format: numberIn(1e-3, 100),
      default: 0.5,
    },
    restSeconds: {
      doc: 'How long it must have been still to be at rest, s. Too small: turning points of a motion are taken for it; too large: short stops tell nothing.',
      format: numberIn(0.1, 60),
      default: 1.5,
    },
    bodySpeed: {
      doc:
        'Speed that the body usually has for half a second, m/s: what bounds the sum of accelerations. Too small: motion tilts ' +
        'the estimate; too large: tilt errors stay longer.',
      format: numberIn(1e-3, 100),
      default: 0.3,
    },
    headingNoise: {
      doc:
        'Error of the direction of an undisturbed magnetic field, rad (standard deviation). Too small: the field of each place ' +
        'turns the heading; too large: the gyroscope’s drift stays.',
      format: numberIn(1e-4, 10),
      default: 0.05,
    },
    headingCorrelation: {
      doc: 'Time over which the error of the field’s direction stays alike, s. Larger counts successive readings as less independent: as a larger `headingNoise`.',
      format: numberIn(0.001, 1000),
      default: 0.5,
    },
    fieldTolerance: {
      doc:
        'Most that the field may differ from its reference, as a share of it. Beyond, it is a magnetic disturbance and not ' +
        'used. Too small: the field of another place is refused; too large: magnets turn the heading.',
      format: numberIn(0.001, 10),
      default: 0.1,
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
    ...placesSchema,
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
    findDelays: {
      doc:
        'Whether IMU, wheels and localiser are put in step by the delays that are found between them (`diag/delays`), where ' +
        'those are known to 25 ms. false: the stamps are right as they are, `latencyMs` of the streams included.',
      format: flag(),
      default: true,
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
  heads: headsSchema,
} satisfies SchemaTree;
