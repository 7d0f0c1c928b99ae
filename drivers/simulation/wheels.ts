import { fromRollPitchYaw } from '../../src/geometry/index.ts';
import type { Scene, Sensor } from './sensor.ts';

/** Half the distance between the wheels, m, and encoder steps a metre (a 0.1 m wheel with 2048 steps). */
const HALF_TRACK = 0.2;
const STEPS_PER_METRE = 2048 / (Math.PI * 0.1);
/** Errors of geometry after a calibration by UMBmark (J. Borenstein, L. Feng, 1996): share of radius and of track. */
const RADIUS = 0.006;
const TRACK = 0.015;
/** Slip that turning always has, as a share of the wheel's speed against the robot's. */
const TURN_SLIP = 0.02;
/** Now and then a wheel loses its hold: mean time between, s; longest, s; share of the speed. */
const EPISODE_EVERY = 45;
const EPISODE_SECONDS = 0.8;
const EPISODE_SLIP = 0.25;

/** What a driver of such wheels states: variances of vx, vy, vz, roll, pitch and yaw rate. */
const STATED = [1e-3, 1e-3, 1e-3, 1e6, 1e6, 3e-2];

/** Wheel odometry of a differential drive: two encoders, dead-reckoned. */
export function createWheels({ motionAt, random, noise, period }: Scene): Sensor {
  const radius = [1 + RADIUS * noise * random.gaussian(), 1 + RADIUS * noise * random.gaussian()];
  const track = 1 + TRACK * noise * random.gaussian();
  const travelled = [0, 0];
  const counted = [0, 0];
  let last = 0;
  let nextEpisode = EPISODE_EVERY * random.exponential();
  let episodeEnd = 0;
  let slipping: readonly number[] = [0, 0];
  let x = 0;
  let y = 0;
  let yaw = 0;
  const covariance = new Float64Array(36);
  STATED.forEach((variance, i) => (covariance[i * 7] = variance));

  function slip(seconds: number): readonly number[] {
    if (seconds >= nextEpisode) {
      episodeEnd = seconds + EPISODE_SECONDS * random.uniform();
      nextEpisode = episodeEnd + EPISODE_EVERY * random.exponential();
      slipping = [EPISODE_SLIP * random.uniform() * noise, EPISODE_SLIP * random.uniform() * noise];
    }
    return seconds < episodeEnd ? slipping : [0, 0];
  }

  return {
    kind: 'odometry',
    frameId: 'odom',
    duration: 0,
    sample(seconds) {
      const dt = seconds - last || period;
      last = seconds;
      const { speed, turn } = motionAt(seconds - dt / 2);
      const lost = slip(seconds);
      const moved = [-1, 1].map((side, wheel) => {
        const wheelSpeed = speed + side * turn * HALF_TRACK * (1 + TURN_SLIP * noise);
        travelled[wheel] += wheelSpeed * radius[wheel] * (1 + lost[wheel]) * dt;
        const steps = Math.floor(travelled[wheel] * STEPS_PER_METRE);
        const distance = (steps - counted[wheel]) / STEPS_PER_METRE;
        counted[wheel] = steps;
        return distance;
      });
      const forward = (moved[0] + moved[1]) / 2;
      const turned = (moved[1] - moved[0]) / (2 * HALF_TRACK * track);
      x += forward * Math.cos(yaw + turned / 2);
      y += forward * Math.sin(yaw + turned / 2);
      yaw += turned;
      return {
        kind: 'odometry',
        childFrameId: 'base_link',
        pose: { position: [x, y, 0], orientation: fromRollPitchYaw(0, 0, yaw) },
        twist: { linear: [forward / dt, 0, 0], angular: [0, 0, turned / dt], covariance },
      };
    },
  };
}
