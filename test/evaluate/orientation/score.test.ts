import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scoreOf, splitError } from '../../../src/evaluate/orientation/score.ts';
import { CHANNELS, type Trial } from '../../../src/evaluate/orientation/trial.ts';
import type { Quaternion } from '../../../src/frame/index.ts';
import { compose, fromRollPitchYaw, fromRotationVector } from '../../../src/geometry/index.ts';

const degrees = (rad: number): number => (rad * 180) / Math.PI;

function trialOf(truth: readonly Quaternion[], moving: readonly number[]): Trial {
  const count = truth.length;
  return {
    name: 'made',
    rate: 100,
    count,
    samples: new Float64Array(CHANNELS * count),
    truth: Float64Array.from(truth.flat()),
    moving: Float64Array.from(moving),
  };
}

describe('the error of an orientation', () => {
  it('is told apart: a turn about the vertical is heading, a tilt about a horizontal axis inclination', () => {
    const truth = fromRollPitchYaw(0.5, -0.3, 2);
    fc.assert(
      fc.property(
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.double({ min: 0, max: 3, noNaN: true }),
        fc.double({ min: 0, max: 6, noNaN: true }),
        (heading, tilt, about) => {
          const tilted = fromRotationVector([tilt * Math.cos(about), tilt * Math.sin(about), 0]);
          const estimate = compose(compose(fromRollPitchYaw(0, 0, heading), tilted), truth);
          const error = { total: 0, heading: 0, inclination: 0 };
          splitError(Float64Array.from(estimate), Float64Array.from(truth), 0, error);
          expect(error.heading).toBeCloseTo(Math.abs(heading), 6);
          expect(error.inclination).toBeCloseTo(tilt, 6);
          expect(Math.cos(error.total / 2)).toBeCloseTo(Math.cos(heading / 2) * Math.cos(tilt / 2), 6);
        },
      ),
    );
  });

  it('counts samples that move and whose truth was seen', () => {
    const level: Quaternion = [1, 0, 0, 0];
    const trial = trialOf([level, level, [NaN, NaN, NaN, NaN], level], [1, 1, 1, 0]);
    const off = fromRollPitchYaw(0, 0, 0.2);
    const far = fromRollPitchYaw(0, 0, 2);
    const { headingDeg, inclinationDeg, totalDeg } = scoreOf(trial, Float64Array.from([off, level, far, far].flat()));
    expect(headingDeg).toBeCloseTo(degrees(0.2) / Math.SQRT2, 6);
    expect(totalDeg).toBeCloseTo(headingDeg, 6);
    expect(inclinationDeg).toBeCloseTo(0, 6);
  });

  it('is the same for a quaternion and its negative', () => {
    const trial = trialOf([fromRollPitchYaw(0.1, 0.2, 0.3)], [1]);
    const q = fromRollPitchYaw(0.2, 0.1, 0.5);
    const negative = q.map((value) => -value);
    expect(scoreOf(trial, Float64Array.from(q))).toEqual(scoreOf(trial, Float64Array.from(negative)));
  });
});
