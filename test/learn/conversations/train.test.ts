import { describe, expect, it } from 'vitest';
import { floatTensor } from '../../../src/fusion/heads/index.ts';
import { take } from '../../../src/learn/dataset/dataset.ts';
import { samplesOf } from '../../../src/learn/evaluate/samples.ts';
import { ARCHITECTURES } from '../../../src/learn/head/description.ts';
import { initialise } from '../../../src/learn/head/initialise.ts';
import { accuracyOf } from '../../../src/learn/measure/metrics.ts';
import { probabilitiesOf } from '../../../src/learn/measure/temperature.ts';
import { startEngine } from '../../../src/learn/tensorflow/engine.ts';
import { describeHeadFor } from '../../../src/learn/train/describe.ts';
import { fitHead } from '../../../src/learn/train/fit.ts';
import { TRAINING } from '../../../src/learn/train/options.ts';
import { predict, type Trained } from '../../../src/learn/train/predict.ts';
import { createRandom } from '../../../src/random/index.ts';
import { CONVERSATIONAL, conversations, describeConversations } from '../support/conversations.ts';
import { vectors } from '../support/datasets.ts';
import { inputsFor, lossOf } from '../support/heads.ts';

describe('conversations', () => {
  it.each(CONVERSATIONAL)('%s learns what only the utterance before tells', async (kind) => {
    const engine = await startEngine();
    const dataset = conversations(50);
    const samples = samplesOf(dataset, 'single');
    const description = describeHeadFor(samples, { ...ARCHITECTURES[kind], hidden: 16 });
    const options = { ...TRAINING, epochs: 14, batchSize: 24, rate: 1e-2, dropout: 0, noiseShare: 0, partsUsed: 1 };
    const { head } = await fitHead(engine, description, samples, [...dataset.labels.keys()], options, 3);
    const test = conversations(30, 9);
    const accuracy = (isPresent?: (sample: number, modality: number) => boolean): number =>
      accuracyOf({
        labels: test.labels,
        classes: 2,
        probabilities: probabilitiesOf(predict(engine, head, test, isPresent), 2, head.temperature),
      });
    // By itself an utterance tells of the first of each conversation only, and guesses the others: 58 % of six.
    expect(accuracy()).toBeGreaterThan(0.85);
    expect(accuracy((_, modality) => modality === 0)).toBeGreaterThan(0.75);
  });

  it('longer ones than a head takes are asked in pieces, each utterance once', async () => {
    const engine = await startEngine();
    const dataset = conversations(20);
    const whole = describeHeadFor(samplesOf(dataset, 'single'), ARCHITECTURES['bc-lstm']);
    const description = { ...whole, modalities: whole.modalities.map((one) => ({ ...one, steps: 3 })) };
    const scalings = Object.fromEntries(
      whole.modalities.map(({ name, dims }) => [
        name,
        { shift: new Float32Array(dims), scale: new Float32Array(dims).fill(1), unit: new Float32Array(dims).fill(1) },
      ]),
    );
    const trained: Trained = { description, scalings, parameters: initialise(description, createRandom(1)) };
    const logits = predict(engine, trained, dataset);
    expect(logits.length).toBe(2 * dataset.labels.length);
    expect(logits.every((logit) => logit !== 0)).toBe(true);
    // The order that samples stand in is not the order that they were said in.
    const rows = [...dataset.labels.keys()].reverse();
    const turned = predict(engine, trained, take(dataset, rows));
    rows.forEach((row, i) => expect(turned[2 * i]).toBeCloseTo(logits[2 * row], 5));
  });

  it('are needed by heads that take them', () => {
    const describe = (): unknown => describeHeadFor(samplesOf(vectors(12), 'single'), ARCHITECTURES['bc-lstm']);
    expect(describe).toThrow(
      /^--head: bc-lstm is for conversations: expected files.group and files.order.*\(E_USAGE\)$/,
    );
  });
});

describe('derivatives agree with differences', () => {
  it.each(CONVERSATIONAL)('of a whole head: %s', async (kind) => {
    const engine = await startEngine();
    const description = describeConversations(kind);
    const parameters = initialise(description, createRandom(3));
    const program = lossOf(description, inputsFor(description, 6));
    const { gradients } = engine.differentiate(parameters, program);
    const square = [...gradients.values()].reduce((sum, one) => sum + one.reduce((s, g) => s + g * g, 0), 0);
    expect(square).toBeGreaterThan(0);
    const along = (step: number): number => {
      const moved = [...parameters].map(([name, { shape, data }]) => {
        const gradient = gradients.get(name) ?? new Float32Array(data.length);
        return [
          name,
          floatTensor(
            shape,
            data.map((value, i) => value + step * gradient[i]),
          ),
        ] as const;
      });
      return engine.differentiate(new Map(moved), program).loss;
    };
    const step = 1e-3 / Math.sqrt(square);
    const slope = (along(step) - along(-step)) / (2 * step);
    expect(Math.abs(slope / square - 1)).toBeLessThan(0.01);
  });
});
