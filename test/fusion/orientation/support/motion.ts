import {
  stampOf,
  type Frame,
  type ImuMeasurement,
  type InputNumber,
  type MagneticFieldMeasurement,
  type Quaternion,
  type Vector3,
} from '../../../../src/frame/index.ts';
import {
  createOrientationFilter,
  fusionSchema,
  type OrientationConfig,
  type OrientationFilter,
} from '../../../../src/fusion/index.ts';
import {
  add,
  compose,
  fromRollPitchYaw,
  IDENTITY_TRANSFORM,
  inverse,
  rotate,
  scale,
  toRotationVector,
} from '../../../../src/geometry/index.ts';

/** The configuration's defaults, for an ideal gyroscope: without a delay of its own. */
export function configured(changes: Partial<OrientationConfig> = {}): OrientationConfig {
  const entries = Object.entries(fusionSchema.orientation).map(([name, node]) => [name, node.default] as const);
  return { ...(Object.fromEntries(entries) as unknown as OrientationConfig), gyroDelay: 0, ...changes };
}

/** A motion: orientation (base to east-north-up) and position, m, by time, s. */
export interface Motion {
  readonly orientation: (t: number) => Quaternion;
  readonly position: (t: number) => Vector3;
}

/** Rests for `rest` s, then rolls, pitches and yaws to and fro while it is moved about by a few centimetres. */
export function waving(rest = 3, heading = 0): Motion {
  const since = (t: number): number => Math.max(0, t - rest);
  // Begins softly: without a jump of the acceleration.
  const wave = (t: number, size: number, hz: number): number => {
    const s = Math.min(1, since(t) / 2);
    return size * Math.sin(2 * Math.PI * hz * since(t)) * s ** 3 * (10 - 15 * s + 6 * s * s);
  };
  return {
    orientation: (t) => fromRollPitchYaw(wave(t, 0.7, 0.31), wave(t, 0.5, 0.23), heading + wave(t, 1.2, 0.17)),
    position: (t) => [wave(t, 0.05, 0.7), wave(t, 0.04, 0.9), wave(t, 0.03, 0.8)],
  };
}

const H = 1e-4;
const GRAVITY: Vector3 = [0, 0, 9.80665];
/** Of the middle latitudes, T: north and down. */
export const EARTH: Vector3 = [0, 18e-6, -44e-6];

/** What sensors on the body give at a time. */
export interface Reading {
  rate: Vector3;
  force: Vector3;
  field: Vector3;
}

export function readingOf({ orientation, position }: Motion, t: number, bias: Vector3 = [0, 0, 0]): Reading {
  const turned = toRotationVector(compose(inverse(orientation(t - H)), orientation(t + H)));
  const back = inverse(orientation(t));
  const [before, now, after] = [position(t - H), position(t), position(t + H)];
  const acceleration = now.map((value, i) => (after[i] - 2 * value + before[i]) / H ** 2);
  const [ax, ay, az] = acceleration;
  return {
    rate: add(scale(turned, 1 / (2 * H)), bias),
    force: rotate(back, add([ax, ay, az], GRAVITY)),
    field: rotate(back, EARTH),
  };
}

/** How a run goes: from 0 to `seconds`, `rate` samples a second. */
export interface Run {
  readonly seconds: number;
  readonly rate?: number;
  readonly config?: Partial<OrientationConfig>;
  readonly bias?: Vector3;
  readonly withField?: boolean;
  /** Changes a reading, or leaves it out. */
  readonly change?: (reading: Reading, t: number, i: number) => Reading | undefined;
  /** Sees the filter after every sample. */
  readonly see?: (filter: OrientationFilter, t: number) => void;
}

/** Runs a filter along a motion. */
export function run(motion: Motion, options: Run): OrientationFilter {
  const { seconds, rate = 100, withField = true, change = (reading) => reading } = options;
  const filter = createOrientationFilter(configured(options.config));
  for (let i = 0; i <= seconds * rate; i += 1) {
    const t = i / rate;
    const reading = change(readingOf(motion, t, options.bias), t, i);
    if (reading !== undefined) {
      filter.imu(imuFrame(reading, t), IDENTITY_TRANSFORM);
      if (withField) filter.magneticField(fieldFrame(reading, t), IDENTITY_TRANSFORM);
    }
    options.see?.(filter, t);
  }
  return filter;
}

export function imuFrame({ rate, force }: Reading, t: number): Frame<ImuMeasurement> {
  return frameOf(t, { kind: 'imu', angularVelocity: rate, linearAcceleration: force });
}

export function fieldFrame({ field }: Reading, t: number): Frame<MagneticFieldMeasurement> {
  return frameOf(t, { kind: 'magneticField', field });
}

function frameOf<M extends ImuMeasurement | MagneticFieldMeasurement>(t: number, measurement: M): Frame<M> {
  const stamp = stampOf(Math.round(t * 1e9) + 1e9);
  const stream = measurement.kind;
  return { input: 1 as InputNumber, stream, frameId: stream, stamp, deviation: 0, received: stamp, measurement };
}

/** Angle between the filter's orientation and another, degrees. */
export function degreesFrom(filter: OrientationFilter, truth: Quaternion): number {
  const estimate = filter.estimate()?.orientation;
  if (estimate === undefined) return NaN;
  return (Math.hypot(...toRotationVector(compose(estimate, inverse(truth)))) * 180) / Math.PI;
}

/** The largest such angle from `from` on. */
export function worstFrom(motion: Motion, options: Run, from: number): number {
  let worst = 0;
  run(motion, {
    ...options,
    see: (filter, t) => {
      if (t >= from) worst = Math.max(worst, degreesFrom(filter, motion.orientation(t)));
    },
  });
  return worst;
}
