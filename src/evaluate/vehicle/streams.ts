import type { Measurement, MeasurementKind, StreamId, Vector3 } from '../../frame/index.ts';
import type { Series } from './series.ts';

/** A stream that series of a folder become. */
export interface Source {
  /** Path of the series that gives its times; with a suffix where one series gives two streams. */
  readonly topic: string;
  readonly stream: StreamId;
  readonly kind: MeasurementKind;
  readonly frameId: string;
  readonly times: Float64Array;
  /** `undefined` where a number is missing. */
  readonly measurement: (row: number) => Measurement | undefined;
  /** Further series that it takes in. */
  readonly also: readonly string[];
}

const GYRO = ['IMU/gyro', 'IMU/gyro_uncalibrated'];
const ACCELEROMETER = ['IMU/accelerometer'];
const MAGNETOMETER = ['IMU/magnetometer', 'IMU/magnetometer_uncalibrated'];
const WHEELS = ['CAN/wheel_speed', 'CAN/speed'];
const GNSS = 'GNSS/';
/** Columns of a receiver. */
const [LATITUDE, LONGITUDE, SPEED, UTC_MS, ALTITUDE, COURSE] = [0, 1, 2, 3, 4, 5];
const GNSS_COLUMNS = 6;

/** An acceleration belongs to a turn rate no further away than this, s. */
const SAME_MOMENT = 0.01;
const TESLA_PER_MICROTESLA = 1e-6;
/** What is not measured: as ROS drivers say it. */
const UNKNOWN = 1e6;
/**
 * Variance of a speed, (m/s)²: steps of 0.06 km/h and unevenness of wheels; Doppler speeds of a receiver in the open
 * (0.05 m/s by data sheet) and in streets.
 */
const WHEEL_VARIANCE = 0.05 ** 2;
const DOPPLER_VARIANCE = 0.1 ** 2;

const NOT_TURNING = [UNKNOWN, UNKNOWN, UNKNOWN];
const WHEEL_COVARIANCE = diagonal([WHEEL_VARIANCE, UNKNOWN, UNKNOWN, ...NOT_TURNING]);
const DOPPLER_COVARIANCE = diagonal([DOPPLER_VARIANCE, DOPPLER_VARIANCE, UNKNOWN, ...NOT_TURNING]);

function diagonal(values: readonly number[]): Float64Array {
  const matrix = new Float64Array(values.length ** 2);
  values.forEach((value, i) => (matrix[i * (values.length + 1)] = value));
  return matrix;
}

/** Axes x forward, y right, z down to x forward, y left, z up. */
function upward({ values, columns }: Series, row: number, unit = 1): Vector3 | undefined {
  const at = row * columns;
  const vector: Vector3 = [values[at] * unit, -values[at + 1] * unit, -values[at + 2] * unit];
  return vector.every(Number.isFinite) ? vector : undefined;
}

/**
 * What the series of a folder become:
 *
 * - `imu` from the gyroscope with the acceleration nearest in time;
 * - `mag` from the magnetometer (µT);
 * - `wheels`, odometry without a pose: the mean of the wheels' speeds. The left and right wheels' difference is not made
 *   a turn rate: the track is not known, and at speed their steps are coarser than what turning makes of them;
 * - `fix` and `fix_velocity` (east, north; m/s) from the receiver that says most.
 */
export function sourcesOf(series: readonly Series[]): Source[] {
  const find = (names: readonly string[], columns: number): Series | undefined =>
    names
      .map((name) => series.find((one) => one.name === name && one.rows > 0 && one.columns >= columns))
      .find((one) => one !== undefined);
  const receivers = series.filter(({ name, columns }) => name.startsWith(GNSS) && columns >= GNSS_COLUMNS);
  const receiver = receivers.reduce<Series | undefined>(
    (best, one) => (one.rows > (best?.rows ?? 0) ? one : best),
    undefined,
  );
  const magnetometer = find(MAGNETOMETER, 3);
  const wheels = find(WHEELS, 1);
  return [
    ...imuOf(find(GYRO, 3), find(ACCELEROMETER, 3)),
    ...(magnetometer === undefined ? [] : [magneticOf(magnetometer)]),
    ...(wheels === undefined ? [] : [wheelsOf(wheels)]),
    ...(receiver === undefined ? [] : [fixOf(receiver), velocityOf(receiver)]),
  ];
}

function imuOf(gyro: Series | undefined, accelerometer: Series | undefined): Source[] {
  const leading = gyro ?? accelerometer;
  if (leading === undefined) return [];
  let near = 0;
  const accelerationAt = (time: number): Vector3 | undefined => {
    if (accelerometer === undefined) return undefined;
    const { times, rows } = accelerometer;
    if (times[near] > time) near = 0;
    while (near + 1 < rows && Math.abs(times[near + 1] - time) <= Math.abs(times[near] - time)) near += 1;
    return Math.abs(times[near] - time) <= SAME_MOMENT ? upward(accelerometer, near) : undefined;
  };
  return [
    {
      topic: leading.name,
      stream: 'imu',
      kind: 'imu',
      frameId: 'imu_link',
      times: leading.times,
      also: gyro !== undefined && accelerometer !== undefined ? [accelerometer.name] : [],
      measurement(row) {
        const angularVelocity = gyro && upward(gyro, row);
        const linearAcceleration = accelerationAt(leading.times[row]);
        return angularVelocity === undefined && linearAcceleration === undefined
          ? undefined
          : { kind: 'imu', angularVelocity, linearAcceleration };
      },
    },
  ];
}

function magneticOf(series: Series): Source {
  return {
    topic: series.name,
    stream: 'mag',
    kind: 'magneticField',
    frameId: 'imu_link',
    times: series.times,
    also: [],
    measurement(row) {
      const field = upward(series, row, TESLA_PER_MICROTESLA);
      return field && { kind: 'magneticField', field };
    },
  };
}

function wheelsOf({ name, times, values, columns }: Series): Source {
  return {
    topic: name,
    stream: 'wheels',
    kind: 'odometry',
    frameId: 'odom',
    times,
    also: [],
    measurement(row) {
      let sum = 0;
      for (let wheel = 0; wheel < columns; wheel += 1) sum += values[row * columns + wheel];
      const linear: Vector3 = [sum / columns, 0, 0];
      if (!Number.isFinite(sum)) return undefined;
      const twist = { linear, angular: [0, 0, 0], covariance: WHEEL_COVARIANCE } as const;
      return { kind: 'odometry', childFrameId: 'base_link', twist };
    },
  };
}

function fixOf({ name, times, values, columns }: Series): Source {
  return {
    topic: name,
    stream: 'fix',
    kind: 'fix',
    frameId: 'gnss',
    times,
    also: [],
    measurement(row) {
      const at = row * columns;
      const [latitude, longitude, altitude] = [values[at + LATITUDE], values[at + LONGITUDE], values[at + ALTITUDE]];
      if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 360)) return undefined;
      return {
        kind: 'fix',
        latitude,
        longitude,
        altitude: Number.isFinite(altitude) ? altitude : undefined,
        quality: 'fix',
        service: 1,
      };
    },
  };
}

function velocityOf({ name, times, values, columns }: Series): Source {
  return {
    topic: `${name}/velocity`,
    stream: 'fix_velocity',
    kind: 'twist',
    frameId: 'enu',
    times,
    also: [],
    measurement(row) {
      const speed = values[row * columns + SPEED];
      const course = (values[row * columns + COURSE] * Math.PI) / 180;
      if (!Number.isFinite(speed + course)) return undefined;
      const linear: Vector3 = [speed * Math.sin(course), speed * Math.cos(course), 0];
      return { kind: 'twist', twist: { linear, angular: [0, 0, 0], covariance: DOPPLER_COVARIANCE } };
    },
  };
}

/** Satellites' time in Unix s less the folder's own, by the receiver that says most; `undefined` without one. */
export function unixOffset(series: readonly Series[]): number | undefined {
  const offsets = series
    .filter(({ name, columns }) => name.startsWith(GNSS) && columns >= GNSS_COLUMNS)
    .flatMap(({ times, values, columns }) =>
      [...times]
        .map((time, row) => values[row * columns + UTC_MS] / 1000 - time)
        .filter((offset) => offset > YEAR_2000),
    )
    .sort((a, b) => a - b);
  return offsets.length === 0 ? undefined : offsets[offsets.length >> 1];
}

const YEAR_2000 = 946_684_800;
