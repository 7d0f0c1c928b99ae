import { beforeAll, describe, expect, it } from 'vitest';
import { fitScaling } from '../../../src/learn/dataset/scaling.ts';
import { initialise } from '../../../src/learn/head/initialise.ts';
import { startEngine, type Engine } from '../../../src/learn/tensorflow/engine.ts';
import { describeHead } from '../../../src/learn/train/describe.ts';
import { predict } from '../../../src/learn/train/predict.ts';
import { reachesOf, withReaches } from '../../../src/learn/train/reach.ts';
import { hearVoices } from '../../../src/learn/train/voices.ts';
import { createRandom } from '../../../src/random/index.ts';
import { vectors } from '../support/datasets.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});

const dataset = vectors(200);
const description = describeHead(dataset, { kind: 'late-bayes', hidden: 8, layers: 1 });
const begun = { description, scalings: fitScaling(dataset), parameters: initialise(description, createRandom(5)) };
const withKnown = (): typeof begun => ({
  ...begun,
  parameters: new Map(withReaches(description, begun.parameters, reachesOf(engine, begun, dataset))),
});

describe('reach', () => {
  it('leaves what was learned as it is, but for one sample in a hundred', () => {
    const [before, after] = [begun, withKnown()].map((head) => predict(engine, head, dataset));
    const moved = dataset.labels.filter((_, i) =>
      before.slice(3 * i, 3 * i + 3).some((x, c) => x !== after[3 * i + c]),
    );
    expect(moved.length).toBeGreaterThan(0);
    // One in a hundred of each of two modalities.
    expect(moved.length).toBeLessThanOrEqual(4);
  });

  it('bounds what is said of anything, and tells how far beyond it is', () => {
    const far = (times: number): typeof dataset => ({
      ...dataset,
      modalities: dataset.modalities.map((one) => ({ ...one, values: one.values.map((value) => times * value) })),
    });
    const [near, further] = [1e3, 1e6].map((times) => predict(engine, withKnown(), far(times)));
    further.forEach((value, i) => expect(value).toBeCloseTo(near[i], 1));
    const { clear } = hearVoices(engine, withKnown(), far(1e3), 1) ?? { clear: new Float32Array(0) };
    // After three classes: how far beyond the first modality is.
    expect(clear[3]).toBeGreaterThan(100);
  });

  it('is not known of heads that decide by all modalities at once', () => {
    const early = describeHead(dataset, { kind: 'early', hidden: 8 });
    const trained = { ...begun, description: early, parameters: initialise(early, createRandom(5)) };
    expect(reachesOf(engine, trained, dataset)).toEqual([]);
  });
});
