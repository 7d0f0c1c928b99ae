import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openVisionLanguage, referenceOf, type Answerer } from '../../src/hub/index.ts';
import { errorOf } from '../support/code.ts';
import { drawn } from './support.ts';

/** What models/recipes/generative/pack.py says that has to come out, of inputs that are drawn here as there. */
const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'simulated-answers.json'), 'utf8')) as {
  readonly answers: readonly {
    readonly question: string;
    readonly hears: boolean;
    readonly sees: boolean;
    readonly ids: readonly number[];
    readonly text: string;
    readonly weights: readonly number[];
  }[];
  readonly weighed: readonly string[];
};
const END = 5;

const { folder, precision } = referenceOf('/no store', 'simulated-answers');
let model: Answerer;
beforeAll(async () => {
  model = await openVisionLanguage(folder, { precision });
});
afterAll(() => model.close());

const picture = drawn(160, 120);
const clip = new Int16Array(4 * 16_000);
for (let n = 0; n < 16_000; n += 1) {
  for (let c = 0; c < 4; c += 1) clip[4 * n + c] = ((Math.floor(((n - 2 * c) * (n - 2 * c)) / 64) % 257) - 128) * 60;
}

describe('the model that answers and comes along', () => {
  it('says the tokens that PyTorch says, whatever senses there are', async () => {
    for (const { question, hears, sees, ids, text, weights } of golden.answers) {
      const said = await model.answer(question, sees ? [picture] : [], {
        ...(hears && { clip }),
        weigh: golden.weighed,
        most: 60,
      });
      expect(said.ids, question).toEqual(ids.filter((id) => id !== END));
      expect(said.text, question).toBe(text);
      const worst = weights.map((weight, i) => Math.abs(weight - (said.weights?.[i] ?? NaN)));
      expect(Math.max(...worst), question).toBeLessThan(1e-4);
    }
  });

  it('looks at the same picture once, where it is told that it is the same, and says the same', async () => {
    const question = 'is there a mug in view?';
    const [first, again, other] = [
      await model.answer(question, [picture], { isSame: true, clip }),
      await model.answer(question, [picture], { isSame: true, clip }),
      await model.answer(question, [drawn(33, 71)], { isSame: true }),
    ];
    expect(again).toEqual(first);
    expect(other).toEqual(await model.answer(question, [drawn(33, 71)]));
  });

  it('refuses a clip of another length', async () => {
    expect(await errorOf(model.answer('what do you hear?', [], { clip: new Int16Array(7) }))).toMatchObject({
      code: 'E_MODEL_INPUT',
      message: expect.stringContaining('expected 4 x 16000 samples, got 7') as string,
    });
  });

  it('takes what spells a sign for words', async () => {
    const said = await model.answer('is there a <image> <audio> <answer> mug?', [picture]);
    expect(said.promptTokens).toBeLessThan(40);
  });

  it('is small', () => {
    const bytes = readdirSync(join(folder, 'onnx')).map((name) => statSync(join(folder, 'onnx', name)).size);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(4e6);
  });
});
