import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inject, type Injection } from '../../../src/evaluate/orientation/inject.ts';
import { runTrial } from '../../../src/evaluate/orientation/run.ts';
import { meanOf, scoreOf, splitError, type OrientationError } from '../../../src/evaluate/orientation/score.ts';
import { readTrial, trialsIn, type Trial } from '../../../src/evaluate/orientation/trial.ts';
import { describeWithData } from '../../support/requirements.ts';
import { configured } from './support/motion.ts';

const DEFAULTS = configured({ gyroDelay: 0.004 });
const MAGNET = '28_disturbed_stationary_magnet_A';

describeWithData('the orientation filter on recordings with a known orientation', (data) => {
  const folder = join(data, 'orientation');
  const trial = (name: string): Promise<Trial> => readTrial(folder, name);

  it('is better than VQF, whose means are 2.74 and 0.74 degrees', { timeout: 120_000 }, async () => {
    const errors: OrientationError[] = [];
    for (const name of await trialsIn(folder)) {
      const read = await trial(name);
      errors.push(scoreOf(read, runTrial(read, DEFAULTS).estimates));
    }
    const { totalDeg, inclinationDeg } = meanOf(errors);
    expect(totalDeg).toBeLessThan(2.3);
    expect(inclinationDeg).toBeLessThan(0.6);
  });

  it('agrees with VQF about the tilt, within what both are wrong by', { timeout: 60_000 }, async () => {
    const { estimates } = runTrial(await trial(MAGNET), configured({ useMagneticField: false }));
    const lines = readFileSync(join(data, 'goldens', `vqf_${MAGNET}.csv`), 'utf8')
      .trim()
      .split('\n')
      .slice(1);
    const error = { total: 0, heading: 0, inclination: 0 };
    let [sum, worst] = [0, 0];
    for (const line of lines) {
      const [i, , , , , ...without] = line.split(',').map(Number);
      splitError(estimates.subarray(4 * i, 4 * i + 4), Float64Array.from(without), 0, error);
      const degrees = (error.inclination * 180) / Math.PI;
      sum += degrees ** 2;
      worst = Math.max(worst, degrees);
    }
    expect(lines.length).toBeGreaterThan(500);
    expect(Math.sqrt(sum / lines.length)).toBeLessThan(0.8);
    expect(worst).toBeLessThan(3);
  });

  it('is the same to the last bit when a recording ends earlier: nothing that comes later was used', async () => {
    const whole = await trial(MAGNET);
    const count = Math.floor(whole.count / 3);
    const { estimates } = runTrial({ ...whole, count }, DEFAULTS);
    expect(estimates).toEqual(runTrial({ ...whole, count: 2 * count }, DEFAULTS).estimates.subarray(0, 4 * count));
  });

  it.each<[Injection, string | undefined, number]>([
    ['nan', 'inertial samples not finite', 4],
    ['magnet', 'magnetic disturbance', 6],
    ['vibration', 'vibration', 4],
    ['clip', 'accelerometer clipped', 6],
    ['restart', 'inertial samples missing', 25],
  ])('survives %s', { timeout: 60_000 }, async (what, reason, most) => {
    // Its accelerations reach 50 m/s²; it has no disturbance of its own.
    const read = await trial('15_undisturbed_fast_translation_A');
    const { estimates, faults } = runTrial(inject(read, what, 60, 80), DEFAULTS);
    const at = faults.find((fault) => fault.reason === reason)?.at ?? NaN;
    // A restart is seen when it is over, after 3 s.
    expect(at).toBeGreaterThanOrEqual(60);
    expect(at).toBeLessThan(what === 'restart' ? 64 : 61);
    expect(scoreOf(read, estimates).totalDeg).toBeLessThan(most);
  });
});
