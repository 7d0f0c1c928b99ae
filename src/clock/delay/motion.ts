import {
  NS_PER_SECOND,
  type FixMeasurement,
  type Frame,
  type PoseEstimate3,
  type Quaternion,
  type TwistEstimate3,
} from '../../frame/index.ts';
import { inverse, rotate, wrapAngle, yawOf, type Vec3 } from '../../geometry/index.ts';

/** Where what a stream says of its motion goes. Times in s. Each is called in order of time. */
export interface MotionSink {
  /**
   * A turn rate about the vertical, rad/s, anticlockwise from above: at a moment, or the mean over a time.
   * @param speed of wheels that tell it, m/s: unequal ones err in proportion to it
   */
  yawRate?(from: number, to: number, rate: number, speed?: number): void;
  /** A speed over the ground, m/s, never negative. */
  speed?(from: number, to: number, speed: number): void;
  /** Mean rate of change of the direction of travel, rad/s, over a time. */
  course?(from: number, to: number, rate: number): void;
  /** A position in a plane, m: east and north, or x and y. */
  position?(at: number, x: number, y: number): void;
}

/** Poses further apart than this say too little of the velocity in between, s. */
const LONGEST_STEP = 0.5;
/** A variance from which on a velocity is taken for not measured (ROS drivers write 1e6). */
const NOT_MEASURED = 1e5;
const YAW_VARIANCE = 35;
const VX_VARIANCE = 0;
/** Accelerations that the vertical is the mean of, s, and how many must have been seen. */
const GRAVITY_SECONDS = 20;
const LEAST_GRAVITY = 20;
/** Slower than this a velocity has no direction, m/s. */
const LEAST_COURSE_SPEED = 0.5;
/** Time over which the course's change is taken, s: white noise of the course counts the less the longer. */
const COURSE_SECONDS = 1;
const COURSES = 256;
/** WGS 84. */
const EQUATOR = 6378137;
const ECCENTRICITY2 = 6.69437999014e-3;

const secondsOf = ({ stamp }: Frame): number => stamp / NS_PER_SECOND;

/**
 * Turn rate from an IMU.
 * @param rotation takes the sensor's axes to the base's; without it the vertical is where the mean acceleration points
 * @param finest s; samples that come much more often are told as their mean over so long. 0: each by itself
 */
export function createImuMotion(
  sink: MotionSink,
  rotation: Quaternion | undefined,
  finest: number,
): (frame: Frame) => void {
  const means = finest > 0 ? new Means(finest, sink) : undefined;
  const tell = (at: number, rate: number): void =>
    means === undefined ? sink.yawRate?.(at, at, rate) : means.take(at, rate);
  const up: Vec3 | undefined = rotation && rotate(inverse(rotation), [0, 0, 1]);
  const mean = [0, 0, 0];
  let seen = 0;
  let last = NaN;
  return (frame) => {
    if (frame.measurement.kind !== 'imu') return;
    const { angularVelocity: w, linearAcceleration: f } = frame.measurement;
    const at = secondsOf(frame);
    if (up === undefined && f !== undefined) {
      seen += 1;
      const share = Math.max(1 / seen, Math.min(1, (at - last) / GRAVITY_SECONDS || 0));
      for (let i = 0; i < 3; i += 1) mean[i] += share * (f[i] - mean[i]);
      last = at;
    }
    if (w === undefined) return;
    if (up !== undefined) return tell(at, w[0] * up[0] + w[1] * up[1] + w[2] * up[2]);
    const length = Math.sqrt(mean[0] ** 2 + mean[1] ** 2 + mean[2] ** 2);
    if (seen < LEAST_GRAVITY || !(length > 0)) return;
    tell(at, (w[0] * mean[0] + w[1] * mean[1] + w[2] * mean[2]) / length);
  };
}

/** Rates at moments as means over times that join; between two moments a rate is the mean of both. */
class Means {
  readonly #seconds: number;
  readonly #sink: MotionSink;
  #from = NaN;
  #before = NaN;
  #lastRate = 0;
  #sum = 0;

  constructor(seconds: number, sink: MotionSink) {
    this.#seconds = seconds;
    this.#sink = sink;
  }

  take(at: number, rate: number): void {
    const passed = at - this.#before;
    if (passed <= 0 && passed > -LONGEST_STEP) return;
    if (passed > 0 && passed <= LONGEST_STEP) {
      this.#sum += (passed * (rate + this.#lastRate)) / 2;
      const whole = at - this.#from;
      if (whole >= this.#seconds) {
        this.#sink.yawRate?.(this.#from, at, this.#sum / whole);
        this.#from = at;
        this.#sum = 0;
      }
    } else {
      this.#from = at;
      this.#sum = 0;
    }
    this.#before = at;
    this.#lastRate = rate;
  }
}

/**
 * Speed and turn rate from odometry. Where there are poses, velocities are the steps between them, each for exactly the
 * time between their stamps: a twist that a driver made by differencing is the mean over the period *before* its stamp,
 * half a period late, and one cannot tell by looking at it. A twist alone is taken at its stamp.
 */
export function createOdometryMotion(sink: MotionSink): (frame: Frame) => void {
  const steps = createSteps(sink);
  return (frame) => {
    if (frame.measurement.kind !== 'odometry') return;
    const { pose, twist } = frame.measurement;
    if (pose !== undefined) steps(secondsOf(frame), pose);
    else if (twist !== undefined) bodyTwist(sink, secondsOf(frame), twist);
  };
}

/** Turn rate and position from poses. */
export function createPoseMotion(sink: MotionSink): (frame: Frame) => void {
  const steps = createSteps(sink);
  return (frame) => {
    if (frame.measurement.kind !== 'pose') return;
    const { pose } = frame.measurement;
    const at = secondsOf(frame);
    steps(at, pose);
    sink.position?.(at, pose.position[0], pose.position[1]);
  };
}

function createSteps(sink: MotionSink): (at: number, pose: PoseEstimate3) => void {
  let last: PoseEstimate3 | undefined;
  let before = NaN;
  return (at, pose) => {
    const dt = at - before;
    if (dt <= 0) return;
    if (last !== undefined && dt <= LONGEST_STEP) {
      const turned = wrapAngle(yawOf(pose.orientation) - yawOf(last.orientation));
      const [x, y] = pose.position;
      const speed = Math.hypot(x - last.position[0], y - last.position[1]) / dt;
      sink.yawRate?.(before, at, turned / dt, speed);
      sink.speed?.(before, at, speed);
    }
    last = pose;
    before = at;
  };
}

function bodyTwist(sink: MotionSink, at: number, { linear, angular, covariance }: TwistEstimate3): void {
  const measured = (place: number): boolean => covariance === undefined || !(covariance[place] >= NOT_MEASURED);
  const speed = Math.hypot(linear[0], linear[1]);
  if (measured(VX_VARIANCE)) sink.speed?.(at, at, speed);
  if (measured(YAW_VARIANCE)) sink.yawRate?.(at, at, angular[2], measured(VX_VARIANCE) ? speed : 0);
}

/**
 * Speed and course from a velocity in fixed axes, as a satellite receiver gives it. Course is compared over about
 * {@link COURSE_SECONDS}, while the speed has a direction. In the axes of a vehicle the direction does not change, and
 * nothing follows from it.
 */
export function createTwistMotion(sink: MotionSink): (frame: Frame) => void {
  const times = new Float64Array(COURSES);
  const courses = new Float64Array(COURSES);
  let first = 0;
  let count = 0;
  return (frame) => {
    if (frame.measurement.kind !== 'twist') return;
    const { linear } = frame.measurement.twist;
    const at = secondsOf(frame);
    const speed = Math.hypot(linear[0], linear[1]);
    sink.speed?.(at, at, speed);
    if (sink.course === undefined) return;
    const last = (first + count - 1) % COURSES;
    if (!(speed >= LEAST_COURSE_SPEED) || (count > 0 && !(at - times[last] <= COURSE_SECONDS))) count = 0;
    if (!(speed >= LEAST_COURSE_SPEED)) return;
    if (count > 0 && at <= times[last]) return;
    const direction = Math.atan2(linear[1], linear[0]);
    const course = count === 0 ? direction : courses[last] + wrapAngle(direction - courses[last]);
    if (count === COURSES) {
      first = (first + 1) % COURSES;
      count -= 1;
    }
    const to = (first + count) % COURSES;
    times[to] = at;
    courses[to] = course;
    count += 1;
    // The oldest within the time is the other end.
    while (count > 1 && at - times[first] > COURSE_SECONDS) {
      first = (first + 1) % COURSES;
      count -= 1;
    }
    const passed = at - times[first];
    if (passed > COURSE_SECONDS / 2) sink.course(times[first], at, (course - courses[first]) / passed);
  };
}

/** Position from satellite fixes, in the plane that touches the ellipsoid at the first one. */
export function createFixMotion(sink: MotionSink): (frame: Frame) => void {
  let origin: FixMeasurement | undefined;
  let perLatitude = 0;
  let perLongitude = 0;
  return (frame) => {
    if (frame.measurement.kind !== 'fix' || frame.measurement.quality === 'none') return;
    const fix = frame.measurement;
    if (!Number.isFinite(fix.latitude + fix.longitude)) return;
    if (origin === undefined) {
      origin = fix;
      const latitude = (fix.latitude * Math.PI) / 180;
      const w2 = 1 - ECCENTRICITY2 * Math.sin(latitude) ** 2;
      const height = fix.altitude ?? 0;
      perLatitude = ((EQUATOR * (1 - ECCENTRICITY2)) / w2 ** 1.5 + height) * (Math.PI / 180);
      perLongitude = (EQUATOR / Math.sqrt(w2) + height) * Math.cos(latitude) * (Math.PI / 180);
    }
    const east = wrapDegrees(fix.longitude - origin.longitude) * perLongitude;
    sink.position?.(secondsOf(frame), east, (fix.latitude - origin.latitude) * perLatitude);
  };
}

function wrapDegrees(degrees: number): number {
  return degrees - 360 * Math.round(degrees / 360);
}
