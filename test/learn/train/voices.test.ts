import { beforeAll, describe, expect, it } from 'vitest';
import type { HeadDescription } from '../../../src/learn/head/description.ts';
import { initialise } from '../../../src/learn/head/initialise.ts';
import { joined, type LateKind } from '../../../src/learn/head/late.ts';
import { calibrationError, negativeLogLikelihood } from '../../../src/learn/measure/metrics.ts';
import { probabilitiesOf } from '../../../src/learn/measure/temperature.ts';
import { scalar } from '../../../src/learn/head/layers.ts';
import { fitScaling } from '../../../src/learn/dataset/scaling.ts';
import { startEngine, type Engine } from '../../../src/learn/tensorflow/engine.ts';
import { describeHead } from '../../../src/learn/train/describe.ts';
import { predict } from '../../../src/learn/train/predict.ts';
import { balanceVoices, hearVoices, withBalance, type Heard } from '../../../src/learn/train/voices.ts';
import { below, createRandom } from '../../../src/random/index.ts';
import { vectors } from '../support/datasets.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});

const LATE: readonly LateKind[] = ['late', 'late-attention', 'late-bayes'];
const dataset = vectors(36);
const describeLate = (kind: LateKind): HeadDescription => describeHead(dataset, { kind, hidden: 8, layers: 1 });

/** Modalities that are right as often as told, and each as sure (logits of what it says) as told. */
function said(
  count: number,
  right: readonly number[],
  sure: readonly number[],
  beyond = right.map(() => 0),
  seed = 3,
): [voices: Float32Array, labels: Int32Array] {
  const random = createRandom(seed);
  const labels = Int32Array.from({ length: count }, () => below(random, 3));
  const voices = Array.from(labels).flatMap((label) =>
    right.flatMap((share, m) => {
      const says = random() < share ? label : (label + 1 + below(random, 2)) % 3;
      return [...[0, 1, 2].map((c) => (c === says ? sure[m] : 0)), beyond[m], 3, 1];
    }),
  );
  return [Float32Array.from(voices), labels];
}

describe('temperatures of modalities', () => {
  it('let the one that is surer than it is right say less, and the other more', () => {
    // Log odds of 0.6 against 0.2 each are 1.1, of 0.8 against 0.1 each 2.1.
    const [voices, labels] = said(1500, [0.6, 0.8], [8, 1]);
    const { temperatures, logits } = balanceVoices(
      engine,
      describeLate('late-bayes'),
      { clear: voices, noisy: voices },
      labels,
      0.25,
    );
    expect(8 / temperatures[0]).toBeGreaterThan(0.8);
    expect(8 / temperatures[0]).toBeLessThan(1.4);
    expect(1 / temperatures[1]).toBeGreaterThan(1.7);
    expect(1 / temperatures[1]).toBeLessThan(2.5);
    const loss = negativeLogLikelihood({ labels, probabilities: probabilitiesOf(logits, 3, 1), classes: 3 });
    // Of both by Bayes' rule: 0.38 nats or so; the one that is right more often by itself: 0.64.
    expect(loss).toBeLessThan(0.6);
  });

  it('let one that is far out say the less the less it is right there', () => {
    const [clear, labels] = said(400, [0.8, 0.8], [2, 2]);
    const slopeWhere = (right: number): number => {
      const [noisy] = said(400, [right, right], [2, 2], [3, 3]);
      return balanceVoices(engine, describeLate('late-bayes'), { clear, noisy }, labels, 0.25).slopes[0];
    };
    // Far out one class in three is right: nothing is to be said.
    expect(slopeWhere(1 / 3)).toBeGreaterThan(3);
    expect(slopeWhere(0.8)).toBeLessThan(0.1);
  });

  it('leave any that agree as sure together as they are right', () => {
    // Right four times in five by itself each, and surer than that; the more of them agree, the surer they may be.
    const modalities = ['a', 'b', 'c'].map((name) => ({ ...dataset.modalities[0], name }));
    const description = describeHead({ ...dataset, modalities }, { kind: 'late', hidden: 8, layers: 1 });
    const draw = (seed: number): ReturnType<typeof said> => said(600, [0.8, 0.8, 0.8], [4, 4, 4], [0, 0, 0], seed);
    const [clear, labels] = draw(3);
    const { temperatures, sharpness } = balanceVoices(engine, description, { clear, noisy: clear }, labels, 0.25);
    const [others, truth] = draw(4);
    const column = (m: number, from: number, to: number): number[] =>
      Array.from(truth).flatMap((_, i) => [...others.subarray(18 * i + 6 * m + from, 18 * i + 6 * m + to)]);
    const errorOf = (set: readonly number[], sharp: number): number => {
      const { logits } = engine.compute(new Map(), (ops) => {
        const voices = set.map((m) => ({
          said: ops.mul(ops.constant([600, 3], column(m, 0, 3)), scalar(ops, 1 / temperatures[m])),
          beyond: ops.constant([600, 1], column(m, 3, 4)),
          trust: ops.constant([600, 1], column(m, 4, 5)),
          present: ops.constant([600, 1], column(m, 5, 6)),
        }));
        return { logits: joined(ops, 'late', voices, 3, () => scalar(ops, sharp)) };
      });
      return calibrationError({ labels: truth, probabilities: probabilitiesOf(logits.data, 3, 1), classes: 3 });
    };
    for (const set of [[0], [1, 2], [0, 1, 2]]) expect(errorOf(set, sharpness), set.join()).toBeLessThan(0.04);
    // The mean itself is right more often than it says.
    expect(errorOf([0, 1, 2], 0)).toBeGreaterThan(0.08);
  });

  it.each(LATE)('scale what is said, and nothing else: %s', (kind) => {
    const description = describeLate(kind);
    const trained = {
      description,
      scalings: fitScaling(dataset),
      parameters: initialise(description, createRandom(5)),
    };
    const voices = hearVoices(engine, trained, dataset, 1) as Heard;
    const { logits, ...balance } = balanceVoices(engine, description, voices, dataset.labels, 0.25);
    expect(balance.temperatures).toHaveLength(2);
    const parameters = withBalance(description, trained.parameters, balance);
    predict(engine, { ...trained, parameters }, dataset).forEach((value, i) => expect(value).toBeCloseTo(logits[i], 3));
  });

  it('are for heads that decide by what each modality says alone', () => {
    const description = describeHead(dataset, { kind: 'early', hidden: 8 });
    const trained = {
      description,
      scalings: fitScaling(dataset),
      parameters: initialise(description, createRandom(5)),
    };
    expect(hearVoices(engine, trained, dataset, 1)).toBeUndefined();
    const none = { clear: new Float32Array(0), noisy: new Float32Array(0) };
    expect(() => balanceVoices(engine, description, none, [], 0.25)).toThrow(/early has no voices/);
  });
});
