import { flag, integerIn, numberIn, oneOf, optional, type SchemaTree } from '../../src/contract/index.ts';
import { fromRollPitchYaw, IDENTITY, type Transform } from '../../src/geometry/index.ts';
import { SPLITS, type Split } from './place/split.ts';

/** Streams of the simulated robot that it always has. */
export const SENSORS = ['imu', 'mag', 'wheels', 'scan', 'truth'] as const;
export type SensorName = (typeof SENSORS)[number];

/** Streams that it has with `senses: all`, or one by one. */
export const SENSES = [
  'camera',
  'depth',
  'lidar3d',
  'microphones',
  'speech',
  'gnss',
  'temperature',
  'pressure',
  'scene',
] as const;
export type SenseName = (typeof SENSES)[number];

/** Clocks that a device may have: see {@link clockOf} of channel.ts. */
export const CLOCKS = ['counter16', 'counter24', 'counter32', 'counter64', 'unix', 'sequence', 'none'] as const;
export type ClockName = (typeof CLOCKS)[number];

/** A stream's sampling, noise, clock and way to the host. */
export interface StreamConfig {
  /** Unset: as `senses` has it. */
  readonly enabled?: boolean;
  readonly rate: number;
  readonly noise: number;
  readonly clock: ClockName;
  readonly driftPpm: number;
  readonly wallStepEverySeconds: number;
  readonly wallStepMs: number;
  readonly latencyMs: number;
  readonly jitterMs: number;
  readonly dropShare: number;
  readonly burstEverySeconds: number;
  readonly burstMs: number;
}

/** Size and angle of a picture. */
export interface PictureConfig {
  readonly width: number;
  readonly height: number;
  readonly fieldOfViewDegrees: number;
}

/** The colour camera. */
export interface CameraConfig extends StreamConfig, PictureConfig {
  readonly exposureMs: number;
}

/** The depth camera. */
export interface DepthConfig extends StreamConfig, PictureConfig {}

/** The lidar with 16 rings. */
export interface Lidar3dConfig extends StreamConfig {
  readonly columns: number;
}

/** The world around the robot. */
export interface WorldConfig {
  readonly split: Split;
  readonly varied: boolean;
  readonly outdoors: boolean;
}

/** A source of the simulation driver. */
export interface SimulationConfig {
  readonly seed: number;
  readonly senses: 'basic' | 'all';
  readonly world: WorldConfig;
  readonly streams: Readonly<Record<SensorName | SenseName, StreamConfig>> & {
    readonly camera: CameraConfig;
    readonly depth: DepthConfig;
    readonly lidar3d: Lidar3dConfig;
  };
}

/** Whether the robot has a sensor. */
export function isOn({ senses, streams }: SimulationConfig, name: SensorName | SenseName): boolean {
  return streams[name].enabled ?? (senses === 'all' || !(SENSES as readonly string[]).includes(name));
}

/** A sense that only `senses: all` brings. */
function sense(rate: number, standard: Partial<StreamConfig> = {}): SchemaTree {
  return {
    ...stream(rate, standard),
    enabled: {
      doc: 'Whether the robot has this sense. Unset: only with `senses: all`.',
      format: optional(flag()),
      default: undefined,
    },
  };
}

function picture(fieldOfView: number): SchemaTree {
  return {
    width: {
      doc: 'Pixels across. The time to draw a picture, and its bytes, grow with width times height.',
      format: integerIn(16, 1920),
      default: 320,
    },
    height: { doc: 'Pixels down.', format: integerIn(16, 1200), default: 240 },
    fieldOfViewDegrees: {
      doc: 'Horizontal angle of view, degrees. Small: far things are large; large: more is seen at once.',
      format: numberIn(20, 140),
      default: fieldOfView,
    },
  };
}

function stream(rate: number, standard: Partial<StreamConfig> = {}): SchemaTree {
  const leaf = (doc: string, most: number, value: number) => ({ doc, format: numberIn(0, most), default: value });
  return {
    enabled: { doc: 'Whether the robot has this sensor.', format: flag(), default: true },
    rate: { doc: 'Samples a second, Hz.', format: numberIn(0.1, 1000), default: rate },
    noise: leaf(
      'Factor on every error of the sensor. 0: perfect; 1: as its data sheet has it.',
      100,
      standard.noise ?? 1,
    ),
    clock: {
      doc:
        'What its device tells of time: a counter of so many bits (microseconds; one of 16 bits: tenths of a ' +
        'millisecond), the time of day, the number of the sample, or nothing.',
      format: oneOf(...CLOCKS),
      default: standard.clock ?? 'counter64',
    },
    driftPpm: leaf(
      'Largest rate error of its clock, parts per million; the seed decides how much of it.',
      10_000,
      standard.driftPpm ?? 40,
    ),
    wallStepEverySeconds: leaf(
      'Time after which a device that tells the time of day is set wrong, ahead and back in turn, and as long after is ' +
        'set right again, s. 0: never.',
      1e6,
      standard.wallStepEverySeconds ?? 0,
    ),
    wallStepMs: leaf('By how much it is set wrong, ms.', 1e9, standard.wallStepMs ?? 3_600_000),
    latencyMs: leaf('Least time from the sample (a scan’s end) to the host, ms.', 10_000, standard.latencyMs ?? 2),
    jitterMs: leaf('Mean of what comes on top, exponentially distributed, ms.', 10_000, standard.jitterMs ?? 0.5),
    dropShare: leaf('Share of frames lost on the way.', 1, standard.dropShare ?? 0.001),
    burstEverySeconds: leaf(
      'Mean time between stalls, after which what piled up comes at once, s. 0: never.',
      1e6,
      standard.burstEverySeconds ?? 0,
    ),
    burstMs: leaf('Length of a stall, ms.', 60_000, standard.burstMs ?? 100),
  };
}

/** Schema of a source with `driver: simulation`. */
export const schema: SchemaTree = {
  seed: {
    doc: 'Number that everything follows from: same seed, same run.',
    format: integerIn(0, 2 ** 31 - 1),
    default: 1,
  },
  senses: {
    doc:
      'Which sensors the robot has where `streams.<name>.enabled` does not say: `basic` (IMU, magnetometer, wheels, 2D ' +
      'lidar: next to no work) or `all` (pictures, depth, 3D lidar, microphones, words, satellites, air, and the truth ' +
      'about the scene: about a sixth of a core of a PC).',
    format: oneOf('basic', 'all'),
    default: 'basic',
  },
  world: {
    split: {
      doc:
        'Worlds to learn from (`train`) or to be judged by (`test`): people, voices, object instances, rooms, some classes ' +
        'and some combinations of class and colour of the latter are not among the former.',
      format: oneOf(...SPLITS),
      default: 'train',
    },
    varied: {
      doc:
        'False: 3 x 2 rooms, doors that stand open, four people who never rest. True: another layout for each seed, ' +
        'doors that slide, people who stand about and get in the way, sills under the wheels, posts in the lidars’ view.',
      format: flag(),
      default: false,
    },
    outdoors: {
      doc: 'Rooms without a ceiling, under the sun: `gnss` has a fix. False: a building, where it has none.',
      format: flag(),
      default: false,
    },
  },
  streams: {
    imu: stream(200, { clock: 'counter32', latencyMs: 1.5 }),
    mag: stream(50, { latencyMs: 3, jitterMs: 1 }),
    wheels: stream(50, { clock: 'counter32', latencyMs: 4, jitterMs: 1 }),
    scan: stream(10, { latencyMs: 5, jitterMs: 2, burstEverySeconds: 60 }),
    truth: stream(50, { clock: 'unix', noise: 0, driftPpm: 0, latencyMs: 0, jitterMs: 0, dropShare: 0 }),
    camera: {
      ...sense(15, { latencyMs: 30, jitterMs: 4, dropShare: 0.002 }),
      ...picture(75),
      exposureMs: {
        doc: 'Time of exposure, ms: what turns while it lasts is smeared. 0: no motion blur.',
        format: numberIn(0, 100),
        default: 8,
      },
    },
    depth: { ...sense(15, { latencyMs: 35, jitterMs: 4, dropShare: 0.002 }), ...picture(75) },
    lidar3d: {
      ...sense(10, { latencyMs: 5, jitterMs: 2 }),
      columns: {
        doc: 'Directions of a turn in which all 16 rings measure. The work and the bytes grow with it.',
        format: integerIn(36, 3600),
        default: 900,
      },
    },
    microphones: sense(31.25, { clock: 'counter32', driftPpm: 20, latencyMs: 10, jitterMs: 1, dropShare: 0 }),
    speech: sense(5, { clock: 'none', latencyMs: 250, jitterMs: 50, dropShare: 0 }),
    gnss: sense(1, { clock: 'unix', driftPpm: 0, latencyMs: 80, jitterMs: 20 }),
    temperature: sense(1, { latencyMs: 2 }),
    pressure: sense(10, { latencyMs: 2 }),
    scene: sense(15, { clock: 'unix', noise: 0, driftPpm: 0, latencyMs: 0, jitterMs: 0, dropShare: 0 }),
  },
};

/** Where the sensors sit: T_base_<stream>. The simulation and a configuration must agree on it. */
export const MOUNTS: Readonly<Record<'imu' | 'mag' | 'scan', Transform>> = {
  imu: { translation: [0.05, 0, 0.1], rotation: IDENTITY },
  mag: { translation: [0, 0, 0.3], rotation: IDENTITY },
  scan: { translation: [0.1, 0, 0.2], rotation: IDENTITY },
};

/** A camera's axes on the base when it looks forward and level: z forward, x right, y down. */
const FORWARD = fromRollPitchYaw(-Math.PI / 2, 0, -Math.PI / 2);

/** Where the other senses sit. The driver tells the daemon; a configuration may say otherwise. */
export const SENSE_MOUNTS = {
  camera: { translation: [0.1, 0, 1.15], rotation: FORWARD },
  depth: { translation: [0.1, -0.05, 1.15], rotation: FORWARD },
  lidar3d: { translation: [0, 0, 1.3], rotation: IDENTITY },
  microphones: { translation: [0, 0, 1.25], rotation: IDENTITY },
  speech: { translation: [0, 0, 1.25], rotation: IDENTITY },
  gnss: { translation: [-0.1, 0, 1.2], rotation: IDENTITY },
  temperature: { translation: [0, 0, 1], rotation: IDENTITY },
  pressure: { translation: [0, 0, 1], rotation: IDENTITY },
} as const satisfies Readonly<Record<Exclude<SenseName, 'scene'>, Transform>>;
