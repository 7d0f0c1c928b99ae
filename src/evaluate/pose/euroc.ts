import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { SensoriumError } from '../../contract/index.ts';
import { NS_PER_SECOND, stampOf, type Frame, type InputNumber, type StreamDescriptor } from '../../frame/index.ts';
import { compose, IDENTITY_TRANSFORM, inverse, toRotationVector, type Vec3 } from '../../geometry/index.ts';
import { createRandom, normal } from '../../random/index.ts';
import { band, neesOf, rms } from '../consistency.ts';
import { readText, readTrajectory } from '../trajectory/index.ts';
import type { PoseRow, PoseTask, Truth } from './task.ts';

/** Truth that aids the filter: so often (Hz), with independent Gaussian noise on each axis (m). */
export interface PositionAid {
  readonly rate: number;
  readonly noise: number;
  readonly seed: number;
}

const IMU = ['imu0/data.csv', 'imu0/data.csv.gz', 'mav0/imu0/data.csv', 'mav0/imu0/data.csv.gz'];
const TRUTH = [
  'truth.txt',
  'truth.txt.gz',
  ...['state_groundtruth_estimate0', 'gt0'].flatMap((name) =>
    ['', 'mav0/'].flatMap((folder) => ['csv', 'csv.gz'].map((end) => `${folder}${name}/data.${end}`)),
  ),
];
/** In flight rotors shake it, and its axes err: so many times the noise of a sensor at rest, as its sheet states it. */
const IN_FLIGHT = { gyro: 2, accel: 10 };
/** Noise densities of an inertial sensor that its folder states none of: consumer grade. */
const NOISE = { gyro: 1e-3, gyroWalk: 1e-4, accel: 1e-2, accelWalk: 1e-2 };
/** Biases that such a sensor is switched on with, rad/s and m/s², and how well it is aligned with the truth's body, rad. */
const SWITCHED_ON = { gyro: 0.1, accel: 0.5, mount: 0.2 };
/** What the truth errs by at the start: motion capture. */
const START = { position: 2e-3, orientation: 0.01, velocity: 0.1 };
/** The velocity at the start is the truth's over so long, s. */
const START_SECONDS = 0.1;

const STREAMS: readonly StreamDescriptor[] = [
  { id: 'imu', kind: 'imu', frameId: 'imu', clock: { domain: 'unix' }, role: 'sensor' },
  { id: 'aid', kind: 'pose', frameId: 'map', clock: { domain: 'unix' }, role: 'sensor' },
];

/** Whether a folder holds an IMU as EuRoC lays it out. */
export async function isEuroc(folder: string): Promise<boolean> {
  return (await firstOf(folder, IMU)) !== undefined;
}

/**
 * A flight of EuRoC (M. Burri et al., IJRR 35(10), 2016): its IMU, and its truth as an aid: decimated and noised.
 * @throws SensoriumError E_FILE_MISSING, E_FILE_FORMAT, E_FILE_DAMAGED, E_USAGE
 */
export async function eurocTask(folder: string, aid: PositionAid | undefined): Promise<PoseTask> {
  if (aid === undefined)
    throw new SensoriumError('E_USAGE', 'an IMU alone tells no place: give --aid position:1Hz:0.05m');
  const [imuPath, truthPath] = [await firstOf(folder, IMU), await firstOf(folder, TRUTH)];
  if (imuPath === undefined || truthPath === undefined) {
    throw new SensoriumError('E_FILE_FORMAT', 'expected imu0/data.csv and a truth as EuRoC lays them out', {
      path: folder,
    });
  }
  const readings = await readImu(imuPath);
  const { poses } = await readTrajectory(truthPath);
  const epoch = readings[0].ns;
  const stampOfSeconds = (seconds: number) => stampOf(Math.round((seconds - Number(epoch) / 1e9) * NS_PER_SECOND));
  const truth: Truth[] = poses.map((pose) => ({ ...pose, stamp: stampOfSeconds(pose.time) }));
  const [first] = truth;
  const frames: Frame[] = [];
  for (const { ns, gyro, accel } of readings) {
    const stamp = stampOf(Number(ns - epoch));
    if (stamp < first.stamp) continue;
    const measurement = { kind: 'imu', angularVelocity: gyro, linearAcceleration: accel } as const;
    frames.push({ ...HEAD, stream: 'imu', frameId: 'imu', stamp, received: stamp, measurement });
  }
  frames.push(...aidsOf(truth, aid));
  frames.sort((a, b) => a.received - b.received);
  const later = truth.find(({ time }) => time >= first.time + START_SECONDS) ?? first;
  const span = Math.max(later.time - first.time, 1e-9);
  const velocity = first.position.map((value, i) => (later.position[i] - value) / span);
  return {
    streams: STREAMS,
    mounts: new Map(STREAMS.map(({ id }) => [id, IDENTITY_TRANSFORM])),
    frames,
    truth,
    start: {
      stamp: first.stamp,
      position: first.position,
      orientation: first.orientation,
      velocity: [velocity[0], velocity[1], velocity[2]],
      deviation: START,
    },
    settings: {
      ...(await noiseSettings(imuPath)),
      'fusion.pose.position.use': ['position'],
      'fusion.pose.position.positionNoise': Math.max(aid.noise, 1e-3),
    },
    express: ({ position, orientation }) => ({ position, orientation }),
    error: ({ truth: { position }, pose }) => position.map((value, i) => value - pose.position[i]),
    score({ rows }) {
      const nees = rows.map(neesOfRow);
      // Errors stay alike between two aids: as many are independent as there were aids.
      const independent = Math.max(1, frames.filter(({ stream }) => stream === 'aid').length);
      return {
        positionRmsM: rms(rows.map(({ truth: { position }, pose }) => distance(position, pose.position))),
        attitudeRmsDeg: rms(rows.map((row) => (180 / Math.PI) * Math.hypot(...turnOf(row)))),
        neesMean: nees.reduce((sum, value) => sum + value, 0) / nees.length,
        nees95Band: band(independent, 6),
      };
    },
  };
}

const HEAD = { input: 0 as InputNumber, deviation: 0 } as const;

/** The truth every so often, off by what was asked for; the orientation is kept to itself. */
function aidsOf(truth: readonly Truth[], { rate, noise, seed }: PositionAid): Frame[] {
  const random = createRandom(seed);
  const period = NS_PER_SECOND / rate;
  const frames: Frame[] = [];
  let due = truth[0].stamp + period;
  for (const { stamp, position } of truth) {
    if (stamp < due - 0.5e6) continue;
    while (due <= stamp + 0.5e6) due += period;
    const [x, y, z] = position.map((value) => value + noise * normal(random));
    const measurement = { kind: 'pose', pose: { position: [x, y, z], orientation: [1, 0, 0, 0] } } as const;
    frames.push({ ...HEAD, stream: 'aid', frameId: 'map', stamp, received: stamp, measurement });
  }
  return frames;
}

function turnOf({ truth, pose }: PoseRow): Vec3 {
  return toRotationVector(compose(truth.orientation, inverse(pose.orientation)));
}

function neesOfRow(row: PoseRow): number {
  const { truth, pose, estimate } = row;
  const error = [...truth.position.map((value, i) => value - pose.position[i]), ...turnOf(row)];
  return neesOf({ error, covariance: estimate.pose.covariance ?? new Float64Array(36) });
}

function distance(a: Vec3, b: Vec3): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/** A reading of an IMU: ns of Unix time, rad/s, m/s². */
export interface EurocReading {
  readonly ns: bigint;
  readonly gyro: Vec3;
  readonly accel: Vec3;
}

/**
 * The readings of a flight's IMU.
 * @throws SensoriumError E_FILE_FORMAT for a folder without one, E_FILE_DAMAGED
 */
export async function eurocReadings(folder: string): Promise<EurocReading[]> {
  const path = await firstOf(folder, IMU);
  if (path === undefined) throw new SensoriumError('E_FILE_FORMAT', 'expected imu0/data.csv', { path: folder });
  return readImu(path);
}

async function readImu(path: string): Promise<EurocReading[]> {
  const lines = (await readText(path)).split('\n').filter((line) => /^\s*\d/.test(line));
  const readings = lines.map((line, at): EurocReading => {
    const [ns, ...numbers] = line.trim().split(',');
    const [wx, wy, wz, ax, ay, az] = numbers.map(Number);
    if (numbers.length < 6 || !/^\d+$/.test(ns)) {
      throw new SensoriumError('E_FILE_DAMAGED', `reading ${at + 1} is none: ${line.slice(0, 60)}`, { path });
    }
    return { ns: BigInt(ns), gyro: [wx, wy, wz], accel: [ax, ay, az] };
  });
  if (readings.length === 0) throw new SensoriumError('E_FILE_FORMAT', 'holds no readings of an IMU', { path });
  return readings;
}

/** The noise of the sensor, as `sensor.yaml` beside its data states it. */
async function noiseSettings(imuPath: string): Promise<Record<string, unknown>> {
  const path = join(imuPath, '..', 'sensor.yaml');
  const text = await readText(path).catch(() => '');
  const of = (name: string, otherwise: number): number => {
    const value = Number(new RegExp(`^${name}:\\s*([-+.\\deE]+)`, 'm').exec(text)?.[1]);
    return value > 0 ? value : otherwise;
  };
  return {
    'fusion.pose.noise.gyro': IN_FLIGHT.gyro * of('gyroscope_noise_density', NOISE.gyro),
    'fusion.pose.noise.gyroBiasWalk': of('gyroscope_random_walk', NOISE.gyroWalk),
    'fusion.pose.noise.vibration': false,
    'fusion.pose.noise.initialGyroBias': SWITCHED_ON.gyro,
    'fusion.pose.noise.initialAccelBias': SWITCHED_ON.accel,
    'fusion.pose.noise.imuMount': SWITCHED_ON.mount,
    'fusion.pose.noise.accel': IN_FLIGHT.accel * of('accelerometer_noise_density', NOISE.accel),
    'fusion.pose.noise.accelBiasWalk': of('accelerometer_random_walk', NOISE.accelWalk),
  };
}

async function firstOf(folder: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    const path = join(folder, name);
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  return undefined;
}
