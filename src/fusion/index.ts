export {
  schema as fusionSchema,
  type FusionConfig,
  type ImuField,
  type OdometryField,
  type OrientationConfig,
  type PoseConfig,
  type PoseNoise,
} from './config.ts';
export type { OrientationEstimate, PoseEstimate, SourceFault, Validity } from './estimate.ts';
export { createOrientationFilter, type OrientationFilter } from './orientation/filter.ts';
export { createPoseFilter, type LastingErrors, type PoseFilter } from './pose/filter.ts';
export type { StartPose } from './pose/start.ts';
export {
  Decider,
  isHeadAnswer,
  isOpened,
  type DeciderCounters,
  type Decision,
  type HeadAnswer,
  type HeadConfig,
  type ModalityShare,
  type ModalityWindow,
  type Opened,
  type Swapped,
} from './decision/index.ts';
