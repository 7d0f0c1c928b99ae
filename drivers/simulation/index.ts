import { defineDriver } from '../../src/contract/index.ts';
import { toRollPitchYaw } from '../../src/geometry/index.ts';
import { MOUNTS, schema, type SimulationConfig } from './config.ts';
import { createDriver } from './driver.ts';
import { createGoals } from './goals/goals.ts';
import { createSource } from './source.ts';
import { createStills } from './stills/stills.ts';

/** The simulated robot; see docs/drivers/simulation.md. */
export const simulation = defineDriver<SimulationConfig>({
  type: 'simulation',
  summary:
    'a seeded differential-drive robot in a world of rooms: IMU, magnetometer, wheels, 2D lidar and the truth, or all senses',
  schema,
  create: (_name, config) => createDriver(config),
  simulate: (_name, config) => createSource(config),
  stills: createStills,
  goals: createGoals,
});

/**
 * The configuration of a run without a file, as a file would say it: the simulated robot with its sensors in place, and
 * what the engineer who built it knows of them from data sheets and a calibrated drive (docs/estimation.md). It is not told
 * what the simulation does beyond that: slips, biases and how they walk, vibration, errors of the stamps.
 */
export const simulatedRobot = {
  sources: { robot: { driver: 'simulation' } },
  mounts: Object.fromEntries(
    Object.entries(MOUNTS).map(([stream, { translation, rotation }]) => [
      `T_base_${stream}`,
      { translation: [...translation], rpy: [...toRollPitchYaw(rotation)] },
    ]),
  ),
  fusion: {
    pose: {
      odometry: { variance: 'configured' },
      noise: {
        gyro: 2.7e-4,
        gyroBiasWalk: 5e-6,
        accel: 0.1,
        wheelSpeedShare: 0.04,
        wheelSlipArm: 0.5,
        wheelScale: 0.005,
        wheelScaleSeconds: 600,
        lateralSpeed: 0.01,
      },
    },
  },
};
