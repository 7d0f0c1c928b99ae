import { fromRollPitchYaw } from '../../src/geometry/index.ts';
import type { Scene, Sensor } from './sensor.ts';

/** Where the robot truly is, in `map`, and its velocity in its own axes. */
export function createTruth({ motionAt }: Scene): Sensor {
  return {
    kind: 'odometry',
    frameId: 'map',
    duration: 0,
    sample(seconds) {
      const { x, y, yaw, speed, turn } = motionAt(seconds);
      return {
        kind: 'odometry',
        childFrameId: 'base_link',
        pose: { position: [x, y, 0], orientation: fromRollPitchYaw(0, 0, yaw) },
        twist: { linear: [speed, 0, 0], angular: [0, 0, turn] },
      };
    },
  };
}
