import { createRandom } from '../../../../drivers/simulation/random.ts';
import { createDelayMonitor, type Delay, type DelayOptions } from '../../../../src/clock/delay/index.ts';
import {
  stampOf,
  type InputNumber,
  type Measurement,
  type Quaternion,
  type StreamDescriptor,
  type Vector3,
} from '../../../../src/frame/index.ts';
import { inverse, rotate } from '../../../../src/geometry/index.ts';

/** A car's motion in time: speed, m/s, and turn rate, rad/s. */
export interface Drive {
  readonly speed: (seconds: number) => number;
  readonly turn: (seconds: number) => number;
}

/** A drive through a town: stops, bends to either side. */
export function townDrive(seed: number): Drive {
  const random = createRandom(seed, 'drive');
  const wave = (): ((seconds: number) => number) => {
    const [rate, phase] = [0.3 + 0.5 * random.uniform(), 2 * Math.PI * random.uniform()];
    return (seconds) => Math.sin(rate * seconds + phase);
  };
  const [a, b, c, d] = [wave(), wave(), wave(), wave()];
  return {
    speed: (t) => Math.max(0, 6 + 3 * a(t) + 2 * b(t)),
    turn: (t) => 0.2 * c(t) + 0.15 * d(t),
  };
}

/** How much a drive shows of when it turns: the root mean square of the change of its turn rate, rad/s². */
export function turningOf({ turn }: Drive, seconds: number): number {
  const each = Array.from({ length: 10 * seconds }, (_, i) => (turn((i + 1) / 10) - turn(i / 10)) * 10);
  return Math.hypot(...each) / Math.sqrt(each.length);
}

/** ms that each stream is late by. */
export type Late = Partial<Record<'imu' | 'wheels' | 'fix' | 'velocity' | 'pose', number>>;

/** How good the sensors are, and how the IMU sits. */
export interface Senses {
  readonly noise?: number;
  /** T_base_imu. */
  readonly mount?: Quaternion;
  /** Factor that the wheels' radius is wrong by, rad/s that the gyroscope is off by. */
  readonly radius?: number;
  readonly bias?: number;
  readonly without?: readonly string[];
  /** What the wheels see instead. */
  readonly wheels?: Drive;
  /** From a time on, s, the streams are late by something else. */
  readonly changed?: { readonly at: number; readonly late: Late };
  /** How often the monitor is asked meanwhile, s. */
  readonly askEverySeconds?: number;
}

const RATES = { imu: 100, wheels: 50, fix: 10, velocity: 10, pose: 20 } as const;
const KINDS = { imu: 'imu', wheels: 'odometry', fix: 'fix', velocity: 'twist', pose: 'pose' } as const;
const METRES_PER_DEGREE = 110_574;
const STEP = 0.001;

const descriptors = Object.entries(KINDS).map(([id, kind]): StreamDescriptor => ({
  id,
  kind,
  frameId: id,
  clock: { domain: 'none' },
  nominalRate: RATES[id as keyof typeof RATES],
  role: 'sensor',
}));

/** The delays that a monitor finds in a drive of `seconds`, every sensor stamped as late as said. */
export function delaysOfDrive(
  drive: Drive,
  seconds: number,
  late: Late,
  senses: Senses = {},
  options: DelayOptions = {},
): Delay[] {
  const streams = descriptors.filter(({ id }) => senses.without?.includes(id) !== true);
  const monitor = createDelayMonitor(streams, options);
  const random = createRandom(Math.round(1e6 * drive.speed(1)), 'senses');
  const { noise = 1, mount = [1, 0, 0, 0], radius = 1, bias = 0, wheels = drive, changed } = senses;
  const noisy = (value: number, deviation: number): number => value + noise * deviation * random.gaussian();
  const toImu = (v: Vector3): Vector3 => rotate(inverse(mount), v);
  let [x, y, yaw] = [0, 0, 0];
  const sense = {
    imu: (t: number): Measurement => ({
      kind: 'imu',
      angularVelocity: toImu([0, 0, noisy(drive.turn(t) + bias, 0.02)]),
      linearAcceleration: toImu([noisy(0, 0.3), noisy(drive.speed(t) * drive.turn(t), 0.3), noisy(9.81, 0.3)]),
    }),
    wheels: (t: number): Measurement => ({
      kind: 'odometry',
      childFrameId: 'base',
      twist: { linear: [radius * noisy(wheels.speed(t), 0.03), 0, 0], angular: [0, 0, noisy(wheels.turn(t), 0.02)] },
    }),
    fix: (): Measurement => ({
      kind: 'fix',
      latitude: noisy(y, 0.05) / METRES_PER_DEGREE,
      longitude: noisy(x, 0.05) / METRES_PER_DEGREE,
      quality: 'fix',
      service: 1,
    }),
    velocity: (t: number): Measurement => ({
      kind: 'twist',
      twist: {
        linear: [noisy(drive.speed(t) * Math.cos(yaw), 0.05), noisy(drive.speed(t) * Math.sin(yaw), 0.05), 0],
        angular: [0, 0, 0],
      },
    }),
    pose: (): Measurement => ({
      kind: 'pose',
      pose: {
        position: [noisy(x, 0.02), noisy(y, 0.02), 0],
        orientation: [Math.cos(yaw / 2), 0, 0, Math.sin(yaw / 2)],
      },
    }),
  };
  for (let i = 0; i < seconds / STEP; i += 1) {
    const t = i * STEP;
    const lateness = changed !== undefined && t >= changed.at ? changed.late : late;
    if (senses.askEverySeconds !== undefined && i % Math.round(senses.askEverySeconds / STEP) === 0) monitor.delays();
    for (const { id } of streams) {
      const stream = id as keyof typeof RATES;
      if (i % Math.round(1 / STEP / RATES[stream]) !== 0) continue;
      const stamp = stampOf(Math.round((t + (lateness[stream] ?? 0) / 1000) * 1e9));
      const measurement = sense[stream](t);
      monitor.take({
        input: (i + 1) as InputNumber,
        stream,
        frameId: stream,
        stamp,
        deviation: 0,
        received: stamp,
        measurement,
      });
    }
    x += drive.speed(t) * Math.cos(yaw) * STEP;
    y += drive.speed(t) * Math.sin(yaw) * STEP;
    yaw += drive.turn(t) * STEP;
  }
  return monitor.delays();
}
