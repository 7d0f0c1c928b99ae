import type { Scene, Sensor } from './sensor.ts';

/** The field in central Europe (World Magnetic Model 2025): 20 µT to the north (y of the map), 44 µT down. */
const NORTH = 20e-6;
const DOWN = 44e-6;
/** Noise of an AK09916, and what the robot itself adds after calibration, tesla. */
const NOISE = 0.3e-6;
const HARD_IRON = 0.5e-6;
/** Iron in the building turns the field from place to place: amplitude (tesla) and extent (m). */
const INDOORS = 2e-6;
const EXTENT = 3;

/** A three-axis magnetometer indoors. */
export function createMagnetometer({ motionAt, random, noise }: Scene): Sensor {
  const hard = [0, 1, 2].map(() => HARD_IRON * noise * random.gaussian());
  const phases = [0, 1, 2, 3].map(() => 2 * Math.PI * random.uniform());
  return {
    kind: 'magneticField',
    frameId: 'mag_link',
    duration: 0,
    sample(seconds) {
      const { x, y, yaw } = motionAt(seconds);
      const east = INDOORS * noise * Math.sin(x / EXTENT + phases[0]) * Math.sin(y / EXTENT + phases[1]);
      const north = NORTH + INDOORS * noise * Math.sin(x / EXTENT + phases[2]) * Math.sin(y / EXTENT + phases[3]);
      const c = Math.cos(yaw);
      const s = Math.sin(yaw);
      const white = (): number => NOISE * noise * random.gaussian();
      return {
        kind: 'magneticField',
        field: [
          c * east + s * north + hard[0] + white(),
          c * north - s * east + hard[1] + white(),
          -DOWN + hard[2] + white(),
        ],
      };
    },
  };
}
