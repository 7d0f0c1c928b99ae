import { NS_PER_SECOND, type Frame, type OdometryMeasurement } from '../../frame/index.ts';
import { compose, inverse, rotate, scale, subtract, toRotationVector } from '../../geometry/index.ts';

/** Poses further apart in time than this say too little of the velocity now, s. */
const LONGEST_STEP = 1;

/**
 * Gives odometry without velocities its velocity: the step from the pose before, in the axes of the base before the step.
 * @returns the frame with a twist; `undefined` for the first pose, one out of order, one after a hole, or without a pose
 */
export function createDifferencer(): (frame: Frame<OdometryMeasurement>) => Frame<OdometryMeasurement> | undefined {
  let before: Frame<OdometryMeasurement> | undefined;
  return (frame) => {
    const { pose, twist } = frame.measurement;
    if (twist !== undefined) return frame;
    const last = before;
    if (last === undefined || frame.stamp > last.stamp) before = frame;
    const from = last?.measurement.pose;
    if (last === undefined || from === undefined || pose === undefined) return undefined;
    const dt = (frame.stamp - last.stamp) / NS_PER_SECOND;
    if (!(dt > 0 && dt <= LONGEST_STEP)) return undefined;
    const back = inverse(from.orientation);
    const linear = scale(rotate(back, subtract(pose.position, from.position)), 1 / dt);
    const angular = scale(toRotationVector(compose(back, pose.orientation)), 1 / dt);
    return { ...frame, measurement: { ...frame.measurement, twist: { linear, angular } } };
  };
}
