import type { Vector3 } from '../../src/frame/index.ts';
import { MOUNTS } from './config.ts';
import { createJolts } from './place/jolts.ts';
import type { Place } from './place/place.ts';
import type { Scene, Sensor } from './sensor.ts';

/** InvenSense ICM-20948 data sheet (DS-000189): noise densities 0.015 dps/√Hz and 230 µg/√Hz. */
const GYRO_DENSITY = (0.015 * Math.PI) / 180;
const ACCEL_DENSITY = 230e-6 * 9.81;
/** Bias after a calibration at switch-on, and its walk: 10 degrees an hour within some minutes. */
const GYRO_BIAS = 0.004;
const GYRO_WALK = 3e-6;
const ACCEL_BIAS = 0.04;
const ACCEL_WALK = 2e-5;
/** Shaking of the body, m/s² and rad/s for each m/s of speed. */
const SHAKE = 0.6;
const SHAKE_TURN = 0.01;
const GRAVITY = 9.81;

/** A MEMS inertial unit: true motion of its own place, biases that walk, white noise, the vibration of driving, jolts. */
export function createImu({ motionAt, random, noise, period }: Scene, place: Place): Sensor {
  const three = (deviation: number): number[] => [0, 1, 2].map(() => deviation * random.gaussian());
  const gyroBias = three(GYRO_BIAS * noise);
  const accelBias = three(ACCEL_BIAS * noise);
  const step = Math.sqrt(period);
  const gyroNoise = (GYRO_DENSITY / step) * noise;
  const accelNoise = (ACCEL_DENSITY / step) * noise;
  const [rx] = MOUNTS.imu.translation;
  const joltAt = createJolts(place);
  const jolt = new Float64Array(3);
  return {
    kind: 'imu',
    frameId: 'imu_link',
    duration: 0,
    sample(seconds) {
      const motion = motionAt(seconds);
      for (let axis = 0; axis < 3; axis += 1) {
        gyroBias[axis] += GYRO_WALK * noise * step * random.gaussian();
        accelBias[axis] += ACCEL_WALK * noise * step * random.gaussian();
      }
      joltAt(seconds, motion, jolt);
      const moving = Math.abs(motion.speed) * noise;
      const shaken = (truth: number, bias: number, white: number, shake: number): number =>
        truth + bias + white * random.gaussian() + shake * moving * random.gaussian();
      // A point ahead of the centre by rx also feels the turn: -ω² rx forward, dω/dt rx sideways.
      const forward = motion.acceleration - motion.turn * motion.turn * rx;
      const sideways = motion.speed * motion.turn + motion.turnAcceleration * rx;
      const angularVelocity: Vector3 = [
        shaken(0, gyroBias[0], gyroNoise, SHAKE_TURN),
        shaken(0, gyroBias[1], gyroNoise, SHAKE_TURN),
        shaken(motion.turn, gyroBias[2], gyroNoise, SHAKE_TURN),
      ];
      const linearAcceleration: Vector3 = [
        shaken(forward + jolt[0], accelBias[0], accelNoise, SHAKE),
        shaken(sideways + jolt[1], accelBias[1], accelNoise, SHAKE),
        shaken(GRAVITY + jolt[2], accelBias[2], accelNoise, SHAKE),
      ];
      return { kind: 'imu', angularVelocity, linearAcceleration };
    },
  };
}
