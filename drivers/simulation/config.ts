import { flag, integerIn, numberIn, oneOf, type SchemaTree } from '../../src/contract/index.ts';
import { IDENTITY, type Transform } from '../../src/geometry/index.ts';

/** Streams of the simulated robot. */
export const SENSORS = ['imu', 'mag', 'wheels', 'scan', 'truth'] as const;
export type SensorName = (typeof SENSORS)[number];

/** Clocks that a device may have: see {@link clockOf} of channel.ts. */
export const CLOCKS = ['counter16', 'counter24', 'counter32', 'counter64', 'unix', 'sequence', 'none'] as const;
export type ClockName = (typeof CLOCKS)[number];

/** A stream's sampling, noise, clock and way to the host. */
export interface StreamConfig {
  readonly enabled: boolean;
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

/** A source of the simulation driver. */
export interface SimulationConfig {
  readonly seed: number;
  readonly streams: Readonly<Record<SensorName, StreamConfig>>;
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
  streams: {
    imu: stream(200, { clock: 'counter32', latencyMs: 1.5 }),
    mag: stream(50, { latencyMs: 3, jitterMs: 1 }),
    wheels: stream(50, { clock: 'counter32', latencyMs: 4, jitterMs: 1 }),
    scan: stream(10, { latencyMs: 5, jitterMs: 2, burstEverySeconds: 60 }),
    truth: stream(50, { clock: 'unix', noise: 0, driftPpm: 0, latencyMs: 0, jitterMs: 0, dropShare: 0 }),
  },
};

/** Where the sensors sit: T_base_<stream>. The simulation and a configuration must agree on it. */
export const MOUNTS: Readonly<Record<'imu' | 'mag' | 'scan', Transform>> = {
  imu: { translation: [0.05, 0, 0.1], rotation: IDENTITY },
  mag: { translation: [0, 0, 0.3], rotation: IDENTITY },
  scan: { translation: [0.1, 0, 0.2], rotation: IDENTITY },
};
