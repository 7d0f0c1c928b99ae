import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDepthEstimator, openSoundEncoder, openWordDetector } from '../../src/hub/index.ts';
import { errorOf } from '../support/code.ts';
import { copyOf, drawn, microModel } from './support.ts';

const FP32 = { precision: 'fp32' } as const;
const goldenOf = <T>(family: string): T =>
  JSON.parse(readFileSync(join(microModel(family), 'golden.json'), 'utf8')) as T;

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'sensorium-seeing-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Changes a JSON file of a copy. */
function change(path: string, values: object): void {
  writeFileSync(path, JSON.stringify({ ...(JSON.parse(readFileSync(path, 'utf8')) as object), ...values }));
}

function unit(embedding: readonly number[]): number[] {
  const length = Math.hypot(...embedding);
  return embedding.map((value) => value / length);
}

function near(found: ArrayLike<number>, wanted: readonly number[], most: number): void {
  expect(found.length).toBe(wanted.length);
  wanted.forEach((value, i) => expect(Math.abs(found[i] - value)).toBeLessThan(most));
}

describe('a detector of what words say', () => {
  interface Golden {
    readonly queries: string[];
    readonly pictures: readonly { width: number; height: number; scores: number[]; boxes: number[] }[];
  }
  const { queries, pictures } = goldenOf<Golden>('owlv2');

  it("finds PyTorch's boxes, in pixels of the picture, with the words that fit best", async () => {
    const detector = await openWordDetector(microModel('owlv2'), FP32);
    for (const { width, height, scores, boxes } of pictures) {
      const found = await detector.find(drawn(width, height), queries, { least: 0, overlap: 1 });
      expect(found.length).toBe(boxes.length / 4);
      const side = Math.max(width, height);
      const wanted = Array.from({ length: boxes.length / 4 }, (_, i) => {
        const [x, y, wide, high] = boxes.slice(4 * i, 4 * i + 4);
        const cut = (value: number, most: number): number => Math.min(Math.max(value * side, 0), most);
        const box = [
          cut(x - wide / 2, width),
          cut(y - high / 2, height),
          cut(x + wide / 2, width),
          cut(y + high / 2, height),
        ];
        const best = scores[2 * i] >= scores[2 * i + 1] ? 0 : 1;
        return { label: queries[best], score: scores[2 * i + best], box };
      }).sort((a, b) => b.score - a.score);
      found.forEach(({ label, score, box }, i) => {
        expect(label).toBe(wanted[i].label);
        // A grey level where Pillow rounds the other way moves both a little.
        expect(Math.abs(score - wanted[i].score)).toBeLessThan(1e-3);
        near(box, wanted[i].box, 1e-2 * side);
      });
    }
    await detector.close();
  });

  it('tells what is likely enough, and one box a thing', async () => {
    const detector = await openWordDetector(microModel('owlv2'), FP32);
    const [{ scores }] = pictures;
    const best = scores.filter((_, i) => i % 2 === 0).map((score, i) => Math.max(score, scores[2 * i + 1]));
    const middle = best.sort((a, b) => a - b)[Math.floor(best.length / 2)];
    const some = await detector.find(drawn(50, 40), queries, { least: middle - 1e-3, overlap: 1 });
    expect(some.length).toBe(best.filter((score) => score >= middle - 1e-3).length);
    const few = await detector.find(drawn(50, 40), queries, { least: 0, overlap: 0.01 });
    expect(few.length).toBeLessThan(best.length);
    for (const words of [[], Array.from({ length: 65 }, () => 'mug')]) {
      expect((await errorOf(detector.find(drawn(9, 9), words))).code).toBe('E_MODEL_INPUT');
    }
    expect((await errorOf(detector.find({ ...drawn(9, 9), width: 12 }, queries))).code).toBe('E_MODEL_INPUT');
    await detector.close();
  });

  it.each([
    ['config.json', { vision_config: { image_size: 32, patch_size: 0 } }, 'patch_size: expected 1..32, got 0'],
    ['config.json', { text_config: { max_position_embeddings: 17 } }, 'expected int64 [-1, 17]'],
    ['preprocessor_config.json', { image_std: [0, 1, 1] }, 'image_std: expected no 0'],
  ])('is refused with %s of %j', async (file, values, message) => {
    const copy = copyOf('owlv2', folder);
    change(join(copy, file), values);
    if (file === 'config.json') change(join(copy, file), values);
    expect((await errorOf(openWordDetector(copy, FP32))).message).toContain(message);
  });
});

describe('a model of depth', () => {
  it("gives PyTorch's depth of pictures of any shape", async () => {
    const estimator = await openDepthEstimator(microModel('depth_anything'), FP32);
    expect(estimator.isMetric).toBe(false);
    const golden = goldenOf<{ width: number; height: number; size: number[]; depth: number[] }[]>('depth_anything');
    for (const { width, height, size, depth } of golden) {
      const map = await estimator.estimate(drawn(width, height));
      expect([map.width, map.height, map.data.length]).toEqual([...size, size[0] * size[1]]);
      near(
        map.data.filter((_, i) => i % 29 === 0),
        depth,
        1e-2,
      );
    }
    expect((await errorOf(estimator.estimate(drawn(56, 80_000)))).code).toBe('E_MODEL_INPUT');
    await estimator.close();
  });

  it.each([
    [{ size: { height: 56 } }, 'size: width: expected 1..4096, got nothing'],
    [{ ensure_multiple_of: 0 }, 'ensure_multiple_of: expected 1..512, got 0'],
  ])('is refused with %j', async (values, message) => {
    const copy = copyOf('depth_anything', folder);
    change(join(copy, 'preprocessor_config.json'), values);
    expect((await errorOf(openDepthEstimator(copy, FP32))).message).toContain(message);
  });
});

describe('a dual encoder of words and sounds', () => {
  interface Golden {
    readonly texts: readonly { text: string; ids: number[]; embedding: number[] }[];
    readonly sounds: readonly { samples: number; pitch: number; mel: number[]; embedding: number[] }[];
  }
  const { texts, sounds } = goldenOf<Golden>('clap');
  /** As the recipe sings it. */
  const sung = (count: number, pitch: number): Float32Array =>
    Float32Array.from({ length: count }, (_, i) => {
      const t = i / 48_000;
      return 0.4 * Math.sin(2 * Math.PI * (pitch + 60 * t) * t) * (1 + 0.5 * Math.sin(2 * Math.PI * 5 * t)) * 0.66;
    });

  it("gives PyTorch's embeddings of the same words and of the same sounds, short and long", async () => {
    const encoder = await openSoundEncoder(microModel('clap'), FP32);
    for (const { text, ids, embedding } of texts) {
      expect(Array.from(encoder.tokens(text)), text).toEqual(ids);
      near(await encoder.embedWords(text), unit(embedding), 1e-4);
    }
    for (const { samples, pitch, mel, embedding } of sounds) {
      const sound = sung(samples, pitch);
      const { data } = await encoder.spectrogram(sound);
      near(
        data.filter((_, i) => i % 37 === 0),
        mel,
        // In dB, of which there are about 80.
        2e-3,
      );
      near(await encoder.embedSound(sound), unit(embedding), 1e-4);
      // The same each time: nothing is cut at random.
      expect(await encoder.embedSound(sound)).toEqual(await encoder.embedSound(sound));
    }
    expect([encoder.sampleRate, encoder.samples, encoder.dims]).toEqual([48_000, 48_000, 16]);
    for (const wrong of [Float32Array.of(), Float32Array.of(0, NaN)]) {
      expect((await errorOf(encoder.embedSound(wrong))).code).toBe('E_MODEL_INPUT');
    }
    await encoder.close();
  });

  it.each([
    [{ truncation: 'fusion' }, 'truncation: expected "rand_trunc", got "fusion"'],
    [{ nb_frequency_bins: 9 }, 'nb_frequency_bins: expected 513, got 9'],
    [{ nb_max_samples: 96_000 }, 'input_features: expected float32 [1, 1, 201, 16]'],
  ])('is refused with %j', async (values, message) => {
    const copy = copyOf('clap', folder);
    change(join(copy, 'preprocessor_config.json'), values);
    expect((await errorOf(openSoundEncoder(copy, FP32))).message).toContain(message);
  });
});
