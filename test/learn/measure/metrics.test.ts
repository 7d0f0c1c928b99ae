import { describe, expect, it } from 'vitest';
import { bootstrapInterval } from '../../../src/learn/measure/bootstrap.ts';
import { figuresPerGroup } from '../../../src/learn/measure/groups.ts';
import {
  accuracyOf,
  areaUnderCurve,
  calibrationError,
  negativeLogLikelihood,
  recallPerClass,
} from '../../../src/learn/measure/metrics.ts';
import { fitTemperature, probabilitiesOf } from '../../../src/learn/measure/temperature.ts';
import { createRandom, normal } from '../../../src/random/index.ts';

const decisions = {
  classes: 2,
  labels: [0, 0, 1, 1],
  probabilities: Float32Array.of(0.9, 0.1, 0.4, 0.6, 0.3, 0.7, 0.45, 0.55),
};

describe('metrics', () => {
  it('agree with what is worked out by hand', () => {
    expect(accuracyOf(decisions)).toBe(0.75);
    expect(recallPerClass(decisions)).toEqual([0.5, 1]);
    expect(negativeLogLikelihood(decisions)).toBeCloseTo(
      -(Math.log(0.9) + Math.log(0.4) + Math.log(0.7) + Math.log(0.55)) / 4,
      6,
    );
    // Bins of 1/15: 0.9 and right, 0.6 and wrong, 0.7 and right, 0.55 and right are four bins of one.
    expect(calibrationError(decisions)).toBeCloseTo((0.1 + 0.6 + 0.3 + 0.45) / 4, 6);
    // For class 0 three of four pairs are in order; for class 1 the same.
    expect(areaUnderCurve(decisions)).toBeCloseTo(0.75, 6);
  });

  it('of each group are told, the worst first', () => {
    const [first, second] = figuresPerGroup(decisions, [7, 3, 3, 7]);
    expect(first).toMatchObject({ group: 3, decisions: 2, accuracy: 0.5 });
    expect(first.confidence).toBeCloseTo((0.6 + 0.7) / 2, 6);
    expect(first.nll).toBeCloseTo(-(Math.log(0.4) + Math.log(0.7)) / 2, 6);
    expect(second).toMatchObject({ group: 7, decisions: 2, accuracy: 1 });
  });

  it('count ties half, and leave out classes that do not occur', () => {
    const even = { classes: 3, labels: [0, 1], probabilities: new Float32Array(6).fill(1 / 3) };
    expect(areaUnderCurve(even)).toBe(0.5);
    expect(recallPerClass(even)[2]).toBeNaN();
  });

  it('give a wider interval where decisions hang together', () => {
    const right = Array.from({ length: 400 }, (_, i) => Number(Math.floor(i / 40) % 2 === 0));
    const apart = bootstrapInterval(
      right,
      right.map((_, i) => i),
    );
    const together = bootstrapInterval(
      right,
      right.map((_, i) => Math.floor(i / 40)),
    );
    expect(apart.low).toBeGreaterThan(0.44);
    expect(apart.high).toBeLessThan(0.56);
    expect(together.low).toBeLessThan(0.3);
    expect(together.high).toBeGreaterThan(0.7);
  });

  it('find the temperature that logits were multiplied by', () => {
    const random = createRandom(2);
    const truth = new Float32Array(3 * 4000).map(() => 1.5 * normal(random));
    const probabilities = probabilitiesOf(truth, 3, 1);
    const labels = Array.from({ length: 4000 }, (_, i) => {
      const draw = random();
      return draw < probabilities[3 * i] ? 0 : draw < probabilities[3 * i] + probabilities[3 * i + 1] ? 1 : 2;
    });
    const sure = truth.map((logit) => 3 * logit);
    expect(fitTemperature(sure, labels, 3)).toBeGreaterThan(2.7);
    expect(fitTemperature(sure, labels, 3)).toBeLessThan(3.3);
    const calibrated = { labels, classes: 3, probabilities: probabilitiesOf(sure, 3, 3) };
    expect(calibrationError(calibrated)).toBeLessThan(0.025);
    expect(calibrationError({ ...calibrated, probabilities: probabilitiesOf(sure, 3, 1) })).toBeGreaterThan(0.1);
  });

  it('are no surer of everything because none of few was wrong', () => {
    const labels = Array.from({ length: 100 }, (_, i) => i % 3);
    const logits = Float32Array.from(labels.flatMap((label) => [0, 1, 2].map((c) => (c === label ? 5 : 0))));
    const temperature = fitTemperature(logits, labels, 3);
    const sure = probabilitiesOf(logits, 3, temperature)[0];
    // One more of 101 is right in one case of three.
    expect(sure).toBeCloseTo(1 - 2 / 3 / 101, 3);
  });

  it('are not much less sure of everything because of one recording of few that is unlike the others', () => {
    const groups = Array.from({ length: 200 }, (_, i) => Math.floor(i / 20));
    const labels = groups.map((group) => Number(group === 0));
    const logits = Float32Array.from(labels.flatMap(() => [6, 0]));
    const [each, few, many] = [undefined, groups, groups.map((_, i) => i)].map((of) =>
      fitTemperature(logits, labels, 2, of),
    );
    expect(few).toBeGreaterThan(1);
    expect(few).toBeLessThan(0.9 * each);
    // Where every decision is a group of its own, what was thought beforehand hardly counts.
    expect(many).toBeGreaterThan(few);
    expect(many).toBeCloseTo(each, 1);
  });
});
