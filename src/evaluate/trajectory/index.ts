export type { AlignmentKind } from './align.ts';
export { absoluteError, relativeError, summaryOf, type AbsoluteError, type StepUnit } from './error.ts';
export { poseStreamOf, trajectoriesOf } from './log.ts';
export { trajectoryPicture } from './picture.ts';
export { readText, readTrajectory } from './read.ts';
export {
  pairByIndex,
  pairByInterpolation,
  pairByNearest,
  poseAt,
  type TimedPose,
  type Trajectory,
} from './trajectory.ts';
export { tableOfPoses, writeEstimates } from './write.ts';
