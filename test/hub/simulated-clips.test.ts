import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openVisionLanguage, referenceOf, type Answerer } from '../../src/hub/index.ts';
import { errorOf } from '../support/code.ts';
import { drawn } from './support.ts';

/** What models/recipes/seconds/write.py says that has to come out, of inputs that are drawn here as there. */
const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'simulated-clips.json'), 'utf8')) as {
  readonly answers: readonly {
    readonly question: string;
    readonly hears: boolean;
    readonly sees: boolean;
    readonly feels: boolean;
    readonly ids: readonly number[];
    readonly text: string;
    readonly weights: readonly number[];
  }[];
  readonly weighed: readonly string[];
};
const END = 5;

const { folder, precision } = referenceOf('/no store', 'simulated-clips');
let model: Answerer;
beforeAll(async () => {
  model = await openVisionLanguage(folder, { precision });
});
afterAll(() => model.close());

/** Five pictures, each lighter than the one before, round and round. */
const pictures = Array.from({ length: 5 }, (_, i) => {
  const one = drawn(160, 120);
  return { ...one, data: one.data.map((level) => (level + 40 * i) % 256) };
});
const felt = Float32Array.from({ length: 240 }, (_, k) => (((k * 7) % 11) - 5) / 10);
const clip = new Int16Array(4 * 32_000);
for (let n = 0; n < 16_000; n += 1) {
  for (let c = 0; c < 4; c += 1) {
    const level = ((Math.floor(((n - 2 * c) * (n - 2 * c)) / 64) % 257) - 128) * 60;
    clip[4 * n + c] = clip[4 * (n + 16_000) + c] = level;
  }
}

describe('the model of clips that comes along', () => {
  it('takes five pictures of two seconds, four microphones and an IMU', () => {
    expect(model).toMatchObject({
      sees: { pictures: 5, seconds: 2 },
      feels: true,
      hears: { channels: 4, samples: 32_000 },
    });
  });

  it('says the tokens that PyTorch says, whatever senses there are', async () => {
    for (const { question, hears, sees, feels, ids, text, weights } of golden.answers) {
      const said = await model.answer(question, sees ? pictures : [], {
        ...(hears && { clip }),
        ...(feels && { felt }),
        weigh: golden.weighed,
        most: 60,
      });
      expect(said.ids, question).toEqual(ids.filter((id) => id !== END));
      expect(said.text, question).toBe(text);
      const worst = weights.map((weight, i) => Math.abs(weight - (said.weights?.[i] ?? NaN)));
      expect(Math.max(...worst), question).toBeLessThan(1e-4);
    }
  });

  it('takes the first of fewer pictures for those that are missing', async () => {
    const how = { weigh: golden.weighed };
    const [first, second] = pictures;
    const two = await model.answer('do you turn to the left?', [first, second], how);
    expect(two).toEqual(await model.answer('do you turn to the left?', [first, first, first, first, second], how));
  });

  it('refuses more pictures, and what was felt in other steps', async () => {
    const answer = (all: typeof pictures, its: Float32Array) => errorOf(model.answer('where?', all, { felt: its }));
    expect(await answer([...pictures, ...pictures], felt)).toMatchObject({ code: 'E_MODEL_INPUT' });
    expect(await answer(pictures, new Float32Array(7))).toMatchObject({
      code: 'E_MODEL_INPUT',
      message: expect.stringContaining('expected 240 numbers, got 7') as string,
    });
  });

  it('is small', () => {
    const bytes = readdirSync(join(folder, 'onnx')).map((name) => statSync(join(folder, 'onnx', name)).size);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(4e6);
  });
});
