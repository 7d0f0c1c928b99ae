import { describe, expect, it } from 'vitest';
import { createMagnetometer } from '../../../drivers/simulation/magnetometer.ts';
import { createRandom } from '../../../drivers/simulation/random.ts';
import type { Motion } from '../../../drivers/simulation/robot.ts';
import type { MagneticFieldMeasurement, Vector3 } from '../../../src/frame/index.ts';
import { deviationBound, deviationOf, meanOf } from '../../support/statistics.ts';

const REST: Motion = { x: 0, y: 0, yaw: 0, speed: 0, acceleration: 0, turn: 0, turnAcceleration: 0 };
const MICRO = 1e-6;

function fieldsOf(motion: Motion, samples: number, { seed = 1, noise = 1 } = {}): Vector3[] {
  const random = createRandom(seed, 'mag');
  const sensor = createMagnetometer({ motionAt: () => motion, random, noise, period: 0.02 });
  return Array.from({ length: samples }, (_, i) => (sensor.sample(i / 50) as MagneticFieldMeasurement).field);
}

describe('simulated magnetometer', () => {
  it('without errors has the field of central Europe in its own axes: north is y of the map', () => {
    for (const yaw of [0, 0.7, Math.PI / 2, -2.5]) {
      const [[x, y, z]] = fieldsOf({ ...REST, yaw }, 1, { noise: 0 });
      expect(x * Math.cos(yaw) - y * Math.sin(yaw)).toBeCloseTo(0, 12);
      expect(x * Math.sin(yaw) + y * Math.cos(yaw)).toBeCloseTo(20 * MICRO, 12);
      expect(z).toBeCloseTo(-44 * MICRO, 12);
    }
  });

  it('has the noise of its data sheet', () => {
    const fields = fieldsOf(REST, 20_000);
    for (const axis of [0, 1, 2]) {
      const deviation = deviationOf(fields.map((field) => field[axis]));
      expect(Math.abs(deviation / (0.3 * MICRO) - 1)).toBeLessThan(deviationBound(fields.length));
    }
  });

  it('has hard iron that turns with it, and iron in the building that does not', () => {
    const runs = 400;
    const offsets = Array.from({ length: runs }, (_, seed) => {
      const mean = (motion: Motion): Vector3 => {
        const fields = fieldsOf(motion, 400, { seed });
        return [0, 1, 2].map((axis) => meanOf(fields.map((field) => field[axis]))) as unknown as Vector3;
      };
      const [there, back] = [mean(REST), mean({ ...REST, yaw: Math.PI })];
      // Over half a turn the outer field cancels in x and y.
      const hard = [(there[0] + back[0]) / 2, (there[1] + back[1]) / 2];
      const outer = (there[1] - back[1]) / 2 - 20 * MICRO;
      return { hard, outer };
    });
    const hard = offsets.flatMap((run) => run.hard);
    expect(Math.abs(deviationOf(hard) / (0.5 * MICRO) - 1)).toBeLessThan(deviationBound(hard.length) + 0.01);
    const outer = offsets.map((run) => Math.abs(run.outer));
    expect(outer.reduce((a, b) => Math.max(a, b))).toBeLessThan(2.1 * MICRO);
    expect(meanOf(outer)).toBeGreaterThan(0.5 * MICRO);
  });
});
