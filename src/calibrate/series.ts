import { NS_PER_SECOND, type Frame, type Stamp } from '../frame/index.ts';
import {
  rotate,
  tangentPlaneAt,
  toEarthFixed,
  toPlane,
  wrapAngle,
  yawOf,
  type Quat,
  type TangentPlane,
  type Vec3,
} from '../geometry/index.ts';

/** Readings of an IMU in its own axes, in order of time. Every reading has both sensors. */
export interface ImuSeries {
  /** s. */
  readonly times: number[];
  /** rad/s, by axis. */
  readonly gyro: readonly [number[], number[], number[]];
  /** Specific force, m/s², by axis. */
  readonly accel: readonly [number[], number[], number[]];
}

/** What wheels (or any odometry) say that the base did, summed up. In order of time. */
export interface WheelSeries {
  /** s. */
  readonly times: number[];
  /** m, signed: backwards it falls. */
  readonly way: number[];
  /** rad, not wrapped; `undefined` where the odometry does not measure turns. */
  readonly heading: number[] | undefined;
}

/** Places in a plane, m, in order of time; the base's, or those of an antenna on it. */
export interface PlaceSeries {
  readonly times: number[];
  readonly x: number[];
  readonly y: number[];
}

/** A variance from which on a velocity is not measured (ROS drivers write 1e6). */
const NOT_MEASURED = 1e5;
const YAW_VARIANCE = 35;

/** Takes the readings of one stream and gives its series. */
export interface Collector<T> {
  take(frame: Pick<Frame, 'stamp' | 'measurement'>): void;
  series(): T;
}

/** Seconds of a stamp. */
export const secondsOf = (stamp: Stamp): number => stamp / NS_PER_SECOND;

/** Readings of an IMU; those that lack a sensor, or with numbers that are none, are left out. */
export function collectImu(): Collector<ImuSeries> {
  const series: ImuSeries = { times: [], gyro: [[], [], []], accel: [[], [], []] };
  return {
    take({ stamp, measurement }) {
      if (measurement.kind !== 'imu') return;
      const { angularVelocity: w, linearAcceleration: f } = measurement;
      const at = secondsOf(stamp);
      if (w === undefined || f === undefined || !isLater(series.times, at)) return;
      if (![...w, ...f].every(Number.isFinite)) return;
      series.times.push(at);
      for (let axis = 0; axis < 3; axis += 1) {
        series.gyro[axis].push(w[axis]);
        series.accel[axis].push(f[axis]);
      }
    },
    series: () => series,
  };
}

/**
 * Way and heading of odometry: from its poses where it tells poses (each step for exactly the time between two stamps), else
 * summed up from its velocities.
 */
export function collectWheels(): Collector<WheelSeries> {
  const [times, way, heading]: [number[], number[], number[]] = [[], [], []];
  let turns = true;
  let last: { readonly x: number; readonly y: number; readonly yaw: number } | undefined;
  let speed = 0;
  let rate = 0;

  function push(at: number, moved: number, turned: number): void {
    way.push((way.at(-1) ?? 0) + moved);
    heading.push((heading.at(-1) ?? 0) + turned);
    times.push(at);
  }

  return {
    take({ stamp, measurement }) {
      if (measurement.kind !== 'odometry') return;
      const at = secondsOf(stamp);
      if (!isLater(times, at)) return;
      const { pose, twist } = measurement;
      if (pose !== undefined) {
        const [x, y] = pose.position;
        const yaw = yawOf(pose.orientation);
        if (!Number.isFinite(x + y + yaw)) return;
        const turned = last === undefined ? 0 : wrapAngle(yaw - last.yaw);
        const middle = yaw - turned / 2;
        const moved = last === undefined ? 0 : (x - last.x) * Math.cos(middle) + (y - last.y) * Math.sin(middle);
        // An arc is longer than its chord.
        push(at, moved * (1 + turned ** 2 / 24), turned);
        last = { x, y, yaw };
        return;
      }
      if (twist === undefined || !Number.isFinite(twist.linear[0] + twist.angular[2])) return;
      const dt = times.length === 0 ? 0 : at - times[times.length - 1];
      push(at, (dt * (speed + twist.linear[0])) / 2, (dt * (rate + twist.angular[2])) / 2);
      [speed, rate] = [twist.linear[0], twist.angular[2]];
      if ((twist.covariance?.[YAW_VARIANCE] ?? 0) >= NOT_MEASURED) turns = false;
    },
    series: () => ({ times, way, heading: turns ? heading : undefined }),
  };
}

/** Places that a localiser, a reference or a receiver tells; those of a receiver east and north of its first one. */
export function collectPlaces(): Collector<PlaceSeries> {
  const series: PlaceSeries = { times: [], x: [], y: [] };
  let plane: TangentPlane | undefined;
  return {
    take({ stamp, measurement }) {
      if (measurement.kind === 'pose' || measurement.kind === 'odometry') {
        if (measurement.pose !== undefined) push(series, stamp, measurement.pose.position);
      } else if (measurement.kind === 'fix' && measurement.quality !== 'none') {
        const { latitude, longitude, altitude = 0 } = measurement;
        if (!Number.isFinite(latitude + longitude + altitude)) return;
        plane ??= tangentPlaneAt(latitude, longitude, altitude);
        push(series, stamp, toPlane(plane, toEarthFixed(latitude, longitude, altitude)));
      }
    },
    series: () => series,
  };
}

/** Velocities over the ground that a receiver tells, m/s, in the places of x and y. */
export function collectVelocities(): Collector<PlaceSeries> {
  const series: PlaceSeries = { times: [], x: [], y: [] };
  return {
    take({ stamp, measurement }) {
      if (measurement.kind === 'twist') push(series, stamp, measurement.twist.linear);
    },
    series: () => series,
  };
}

function push({ times, x, y }: PlaceSeries, stamp: Stamp, value: Vec3): void {
  const at = secondsOf(stamp);
  if (!isLater(times, at) || !Number.isFinite(value[0] + value[1])) return;
  times.push(at);
  x.push(value[0]);
  y.push(value[1]);
}

function isLater(times: readonly number[], at: number): boolean {
  return times.length === 0 || at > times[times.length - 1];
}

/** The same readings in the axes that a rotation takes the sensor's to. */
export function turnedImu({ times, gyro, accel }: ImuSeries, rotation: Quat): ImuSeries {
  const out: ImuSeries = { times, gyro: [[], [], []], accel: [[], [], []] };
  for (let i = 0; i < times.length; i += 1) {
    const w = rotate(rotation, readingAt(gyro, i));
    const f = rotate(rotation, readingAt(accel, i));
    for (let axis = 0; axis < 3; axis += 1) {
      out.gyro[axis].push(w[axis]);
      out.accel[axis].push(f[axis]);
    }
  }
  return out;
}

/** One reading of three axes. */
export function readingAt(axes: readonly [number[], number[], number[]], i: number): Vec3 {
  return [axes[0][i], axes[1][i], axes[2][i]];
}
