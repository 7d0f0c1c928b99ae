import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSenses, referenceOf, type Look, type Senses } from '../../src/hub/index.ts';
import { errorOf } from '../support/code.ts';
import { drawn } from './support.ts';

/** What models/recipes/contrastive/export.py says that has to come out, of inputs that are drawn here as there. */
const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'simulated.json'), 'utf8')) as {
  readonly texts: readonly { readonly text: string; readonly ids: number[]; readonly embedding: number[] }[];
  readonly picture: Readonly<Record<'embedding' | 'token' | 'thing', number[]>>;
  readonly sound: number[];
  readonly depth?: number[];
  readonly things: Readonly<Record<'embedding' | 'thing', number[]>>;
  readonly sentences: readonly { readonly text: string; readonly logit: number }[];
};
/** A cell of the grid, of which the golden file has the numbers. */
const CELL = 150;

let model: Senses;
let look: Look;
beforeAll(async () => {
  const { folder, precision } = referenceOf('/no store', 'simulated');
  model = await openSenses(folder, { precision });
  look = await model.look(drawn(160, 120));
});
afterAll(() => model.close());

function worst(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
}

describe('the model that comes along', () => {
  it('cuts words into pieces as its recipe does, and gives its embeddings of them', async () => {
    for (const { text, ids, embedding } of golden.texts) {
      expect(Array.from(model.tokens(text)), text).toEqual(ids);
      expect(worst(await model.embedWords(text), embedding), text).toBeLessThan(1e-4);
    }
  });

  it("gives PyTorch's embedding of a picture, and what it says of a cell", () => {
    expect(worst(look.embedding, golden.picture.embedding)).toBeLessThan(1e-4);
    const [tokens, things] = [look.cells['last_hidden_state'], look.cells['thing_embeds']];
    const cell = (all: Float32Array, width: number) => all.subarray(CELL * width, (CELL + 1) * width);
    expect(worst(cell(tokens, golden.picture.token.length), golden.picture.token)).toBeLessThan(1e-3);
    expect(worst(cell(things, golden.picture.thing.length), golden.picture.thing)).toBeLessThan(1e-3);
  });

  it("gives PyTorch's embeddings of sound and depth", async () => {
    const clip = new Int16Array(4 * 16_000);
    for (let n = 0; n < 16_000; n += 1) {
      for (let c = 0; c < 4; c += 1)
        clip[4 * n + c] = ((Math.floor(((n - 2 * c) * (n - 2 * c)) / 64) % 257) - 128) * 60;
    }
    expect(worst((await model.embedSound?.(clip)) ?? [], golden.sound)).toBeLessThan(1e-4);
    const depth = Uint16Array.from({ length: 160 * 120 }, (_, i) => ((i % 160) * 13 + Math.floor(i / 160) * 31) % 4000);
    expect(worst((await model.embedDepth?.(depth)) ?? [], golden.depth ?? [])).toBeLessThan(1e-4);
  });

  it('compares words with a picture as PyTorch does', async () => {
    for (const { text, logit } of golden.sentences) {
      expect(Math.abs(((await model.compare?.(text, look)) ?? NaN) - logit), text).toBeLessThan(1e-3);
    }
  });

  it("finds a thing where PyTorch's cell says that it is", async () => {
    const { embedding, thing } = golden.things;
    const width = golden.picture.token.length;
    const tokens = new Float32Array(300 * width);
    for (let i = 0; i < width; i += 1) tokens[CELL * width + i] = 4 * Math.sin(39 * i);
    const found = (await model.things?.({ ...look, cells: { last_hidden_state: tokens } })) ?? [];
    expect(found).toHaveLength(1);
    const [{ seen, box, distance, embedding: its }] = found;
    expect(worst([seen, ...box, distance], thing)).toBeLessThan(1e-3);
    expect(worst(its, embedding)).toBeLessThan(1e-4);
  });

  it('refuses sound and depth of another size', async () => {
    const refused = [model.embedSound?.(new Int16Array(5)), model.embedDepth?.(new Uint16Array(5))];
    for (const call of refused) {
      expect(await errorOf(Promise.resolve(call))).toMatchObject({
        code: 'E_MODEL_INPUT',
        message: expect.stringContaining('expected') as string,
      });
    }
  });

  it('is small', () => {
    const { folder } = referenceOf('/no store', 'simulated');
    const bytes = ['text', 'vision', 'audio', 'depth', 'rerank', 'things']
      .map((name) => statSync(join(folder, 'onnx', `${name}_model_quantized.onnx`)).size)
      .reduce((sum, size) => sum + size, 0);
    expect(bytes).toBeLessThan(6e6);
  });
});
