import fc from 'fast-check';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openVisionLanguage } from '../../src/hub/index.ts';
import { patchesOf, sidesWithin } from '../../src/hub/patches.ts';
import { positionsInThree } from '../../src/hub/positions.ts';
import { errorOf } from '../support/code.ts';
import { copyOf, drawn, microModel } from './support.ts';

interface Golden {
  readonly pictures: readonly {
    readonly width: number;
    readonly height: number;
    readonly sides: readonly [height: number, width: number];
    readonly levels: string;
  }[];
  readonly answers: readonly {
    readonly question: string;
    readonly pictures: readonly number[];
    readonly prompt: readonly number[];
    readonly ids: readonly number[];
    readonly text: string;
    readonly ended: string;
    readonly confidence: number;
  }[];
}

describe.each(['qwen2_vl', 'qwen2_5_vl'])('a %s model of the hub', (family) => {
  it('says the tokens that PyTorch says, from the same pixels and from pictures of any size', async () => {
    const golden = JSON.parse(readFileSync(join(microModel(family), 'golden.json'), 'utf8')) as Golden;
    const model = await openVisionLanguage(microModel(family), { precision: 'fp32' });
    for (const { question, pictures, prompt, ids, text, ended, confidence } of golden.answers) {
      // Of the size that it is resized to: its pixels stay.
      const exact = pictures.map((i) => {
        const [height, width] = golden.pictures[i].sides;
        const data = Buffer.from(golden.pictures[i].levels, 'base64');
        return { width, height, format: 'rgb8', rowStride: 3 * width, data } as const;
      });
      const answer = await model.answer(question, exact, { most: 12 });
      expect([answer.ids, answer.text, answer.ended]).toEqual([ids, text, ended]);
      expect(Math.abs(Math.log(answer.confidence as number) - Math.log(confidence))).toBeLessThan(1e-4);
      // One token a square of 8 pixels takes the place of each picture's own.
      const features = pictures.map((i) => golden.pictures[i].sides).map(([height, width]) => (height * width) / 64);
      expect(answer.promptTokens).toBe(features.reduce((sum, count) => sum + count - 1, prompt.length));
      const shown = pictures.map((i) => drawn(golden.pictures[i].width, golden.pictures[i].height));
      expect((await model.answer(question, shown, { most: 12 })).ids).toEqual(ids);
    }
    expect((await model.answer('What is on the table?', [], { most: 3 })).tokens).toBeGreaterThan(0);
    expect((await errorOf(model.answer('what?', [drawn(1, 201)]))).code).toBe('E_MODEL_INPUT');
    await model.close();
  });
});

describe('what is refused', () => {
  it('descriptions that contradict one another or the network', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sensorium-qwen-'));
    const model = copyOf('qwen2_vl', folder);
    const refusalAfter = async (file: string, values: object): Promise<string> => {
      const path = join(model, file);
      const before = readFileSync(path, 'utf8');
      writeFileSync(path, JSON.stringify({ ...(JSON.parse(before) as object), ...values }));
      const { message } = await errorOf(openVisionLanguage(model, { precision: 'fp32' }));
      writeFileSync(path, before);
      return message.replaceAll(`${model}/`, '');
    };
    expect(await refusalAfter('preprocessor_config.json', { patch_size: 14 })).toBe(
      "preprocessor_config.json: patch_size: expected 4, the network's, got 14 (E_MODEL_MANIFEST)",
    );
    expect(await refusalAfter('preprocessor_config.json', { max_pixels: 'many' })).toMatch(/max_pixels: .*MANIFEST/);
    // The generations name the rows and columns of a picture otherwise.
    expect(await refusalAfter('config.json', { model_type: 'qwen2_5_vl' })).toMatch(/image_grid_thw.*E_MODEL_SHAPE/);
    rmSync(folder, { recursive: true });
  });
});

const side = fc.integer({ min: 1, max: 6 });

describe('positions in three dimensions', () => {
  it('are those of the paper: a picture is one moment, and words go on behind its longer side', () => {
    const { shape, data } = positionsInThree([
      [1, 1],
      [1, 1],
      [2, 3],
      [1, 1],
      [2, 1],
    ])(0, 14);
    expect(shape).toEqual([3, 1, 14]);
    expect([...data.subarray(0, 14)]).toEqual([0, 1, 2, 2, 2, 2, 2, 2, 5, 6, 6, 8, 9, 10]);
    expect([...data.subarray(14, 28)]).toEqual([0, 1, 2, 2, 2, 3, 3, 3, 5, 6, 7, 8, 9, 10]);
    expect([...data.subarray(28)]).toEqual([0, 1, 2, 3, 4, 2, 3, 4, 5, 6, 6, 8, 9, 10]);
  });

  it('are the same read at once, in pieces and token by token', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(side, side), { maxLength: 6 }), side, side, (places, piece, said) => {
        const positions = positionsInThree(places);
        const all = places.reduce((sum, [rows, columns]) => sum + rows * columns, 0) + said;
        const whole = positions(0, all).data;
        for (let at = 0; at < all; at += piece) {
          const count = Math.min(piece, all - at);
          const { data } = positions(at, count);
          for (const axis of [0, 1, 2]) {
            expect(data.subarray(axis * count, (axis + 1) * count)).toEqual(
              whole.subarray(axis * all + at, axis * all + at + count),
            );
          }
        }
        // Whatever comes behind a place stands behind all of it.
        let begin = 0;
        let greatest = -1;
        for (const [rows, columns] of places) {
          const its = [0, 1, 2].map((axis) => whole.subarray(axis * all + begin, axis * all + begin + rows * columns));
          expect(its.map(([first]) => first)).toEqual([greatest + 1, greatest + 1, greatest + 1]);
          greatest = Math.max(...its.flatMap((numbers) => [...numbers]));
          begin += rows * columns;
        }
        expect(whole[all - said]).toBe(greatest + 1);
      }),
    );
  });
});

describe('pictures that are cut up', () => {
  const qwen = { patch: 14, merge: 2, frames: 2, least: 3136, most: 200_704 };

  it('are resized as the processor of the makers does it', () => {
    expect(sidesWithin([480, 640], qwen)).toEqual([364, 504]);
    expect(sidesWithin([448, 448], qwen)).toEqual([448, 448]);
    expect(sidesWithin([20, 30], qwen)).toEqual([56, 84]);
    // Halves of a feature: to the even number.
    expect(sidesWithin([70, 98], qwen)).toEqual([56, 112]);
  });

  it('keep within the bounds on pixels, about in their proportions', () => {
    const pixels = fc.integer({ min: 1, max: 4000 });
    fc.assert(
      fc.property(pixels, pixels, (height, width) => {
        fc.pre(Math.max(height, width) <= 200 * Math.min(height, width));
        const sides = sidesWithin([height, width], qwen);
        expect(sides.map((its) => its % 28)).toEqual([0, 0]);
        expect(Math.min(...sides)).toBeGreaterThanOrEqual(28);
        expect(sides[0] * sides[1]).toBeLessThanOrEqual(qwen.most);
        expect(sides[0] * sides[1]).toBeGreaterThanOrEqual(qwen.least);
        // No side is a whole feature off: that tells the less the more of them it has.
        const turn = Math.abs(Math.log(((sides[0] / height) * width) / sides[1]));
        expect(turn).toBeLessThanOrEqual(1e-9 - Math.log(1 - 28 / Math.min(...sides)));
      }),
    );
  });

  it('give each pixel to its patch, once a frame', () => {
    const some = fc.integer({ min: 1, max: 3 });
    fc.assert(
      fc.property(some, some, some, some, some, (rows, columns, patch, merge, frames) => {
        const [height, width] = [rows * merge * patch, columns * merge * patch];
        const planes = Float32Array.from({ length: 3 * height * width }, (_, i) => i);
        const found = patchesOf(planes, [height, width], { patch, merge, frames, least: 0, most: Infinity });
        const length = 3 * frames * patch ** 2;
        const wanted = new Float32Array(planes.length * frames);
        for (let i = 0; i < planes.length; i += 1) {
          const [color, y, x] = [Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width];
          const [row, column] = [Math.floor(y / patch), Math.floor(x / patch)];
          const feature = Math.floor(row / merge) * columns + Math.floor(column / merge);
          const patchNumber = (feature * merge + (row % merge)) * merge + (column % merge);
          for (let frame = 0; frame < frames; frame += 1) {
            const within = ((color * frames + frame) * patch + (y % patch)) * patch + (x % patch);
            wanted[patchNumber * length + within] = i;
          }
        }
        expect(found).toEqual(wanted);
      }),
    );
  });
});
