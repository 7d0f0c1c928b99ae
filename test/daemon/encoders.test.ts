import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/index.ts';
import { unpackEmbedding, type EffectOutcome, type EffectRequest, type Picture } from '../../src/contract/index.ts';
import { openWordDetector, unknownWords } from '../../src/hub/index.ts';
import { SILENT, startModels } from '../../src/daemon/index.ts';
import { stampOf, type Frame } from '../../src/frame/index.ts';
import { frameAt } from '../support/frames.ts';
import { drawn, FAMILIES, microModel } from '../hub/support.ts';
import { workerProgram } from '../support/workers.ts';

type Work =
  | { readonly task: 'embedWords'; readonly words: string }
  | { readonly task: 'embedPicture'; readonly frame: Frame; readonly thumbnail?: number }
  | { readonly task: 'detect'; readonly frame: Frame; readonly words: readonly string[]; readonly least: number };
interface Answer {
  readonly sha256: string;
  readonly embedding: readonly number[];
  readonly unknown?: readonly string[];
  readonly thumbnail?: Uint8Array;
}

let runner: ReturnType<typeof startModels> | undefined;
afterEach(() => runner?.close());

function start(deadlineMs: number): void {
  const { perception: config } = readConfig({}, []);
  runner = startModels({ config, worker: workerProgram('model-worker'), log: SILENT, deadlineMs, queue: 10 });
}

function rawFrame({ width, height, rowStride, data }: Picture): Frame {
  return {
    ...frameAt('camera', 0),
    measurement: { kind: 'image', encoding: 'rgb8', width, height, rowStride, data },
  };
}

async function pngFrame({ width, height, data }: Picture): Promise<Frame> {
  const png = await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
  return { ...frameAt('camera', 0), measurement: { kind: 'image', encoding: 'png', data: png } };
}

let asked = 0;
function ask(model: string, work: Work): Promise<EffectOutcome> {
  asked += 1;
  const request: EffectRequest = { id: `embed/${asked}`, model, at: stampOf(0), ...work };
  return new Promise((resolve) => runner?.run(request, resolve));
}

async function embeddingOf(model: string, work: Work): Promise<Answer> {
  const outcome = await ask(model, work);
  if (outcome.status !== 'done') throw new Error(outcome.reason);
  const answer = outcome.output as Answer & { readonly embedding: string };
  const embedding = [...(unpackEmbedding(answer.embedding) ?? [])];
  return { ...answer, embedding };
}

describe('dual encoders in a model worker', () => {
  it('embeds words and pictures, one encoder after the other', async () => {
    start(60_000);
    for (const family of [...FAMILIES, 'clip']) {
      const golden = JSON.parse(readFileSync(join(microModel(family), 'golden.json'), 'utf8')) as {
        texts: { text: string; embedding: number[] }[];
      };
      const model = `${microModel(family)}:fp32`;
      const [{ text, embedding }] = golden.texts;
      const words = await embeddingOf(model, { task: 'embedWords', words: text });
      const length = Math.hypot(...embedding);
      words.embedding.forEach((value, i) => expect(value).toBeCloseTo(embedding[i] / length, 4));
      const raw = await embeddingOf(model, { task: 'embedPicture', frame: rawFrame(drawn(50, 40)) });
      const packed = await embeddingOf(model, { task: 'embedPicture', frame: await pngFrame(drawn(50, 40)) });
      expect(packed).toEqual(raw);
      expect(raw.sha256).toBe(words.sha256);
      expect(Math.hypot(...raw.embedding)).toBeCloseTo(1, 4);
    }
  });

  it('give a small picture too, where one is wanted', async () => {
    start(60_000);
    const model = `${microModel('clip')}:fp32`;
    const work = { task: 'embedPicture', frame: rawFrame(drawn(100, 80)), thumbnail: 20 } as const;
    const { thumbnail } = await embeddingOf(model, work);
    expect(await sharp(thumbnail).metadata()).toMatchObject({ format: 'jpeg', width: 20, height: 16 });
  });

  it('says what is wrong, and goes on', async () => {
    start(60_000);
    for (const model of [
      '/nowhere',
      'nobody/nothing',
      'clip',
      `${microModel('clip')}:q3`,
      `${microModel('clip')}:q4`,
    ]) {
      expect(await ask(model, { task: 'embedWords', words: 'a red mug' })).toEqual({
        status: 'failed',
        reason: 'error',
      });
    }
    const { embedding } = await embeddingOf(`${microModel('clip')}:fp32`, { task: 'embedWords', words: 'a red mug' });
    expect(embedding.length).toBe(16);
  });

  it('gives up after the deadline', async () => {
    // To load the tokenizer's package takes longer.
    start(20);
    expect(await ask(`${microModel('clip')}:fp32`, { task: 'embedWords', words: 'a red mug' })).toEqual({
      status: 'failed',
      reason: 'deadline',
    });
  });
});

describe('a model that finds what words say, in a model worker', () => {
  it('finds the same boxes as anywhere, and says what is wrong', async () => {
    start(60_000);
    const model = `${microModel('owlv2')}:fp32`;
    const words = ['a red mug', 'the blue box'];
    const detector = await openWordDetector(microModel('owlv2'), { precision: 'fp32' });
    const wanted = await detector.find(drawn(50, 40), words, { least: 0.5 });
    expect(wanted.length).toBeGreaterThan(1);
    const work = { task: 'detect', frame: rawFrame(drawn(50, 40)), words, least: 0.5 } as const;
    expect(await ask(model, work)).toEqual({ status: 'done', output: { sha256: detector.sha256, detections: wanted } });
    expect(await ask(`${microModel('clip')}:fp32`, work)).toEqual({ status: 'failed', reason: 'error' });
    await detector.close();
  });
});

describe('words that an encoder does not know', () => {
  it('are told by a vocabulary of whole words, and by none that spells', () => {
    const known: Readonly<Record<string, number>> = { a: 1, red: 2, mug: 3 };
    const whole = (words: string): Int32Array =>
      Int32Array.from(
        words
          .split(' ')
          .filter((word) => word !== '')
          .map((word) => known[word] ?? 0),
      );
    expect(unknownWords('a red blorp, mug', whole)).toEqual(['blorp']);
    // One that drops what is not Latin.
    const latin = (words: string): Int32Array => whole(words.replace(/[^a-z ]/g, ''));
    expect(unknownWords('a blorp mug', latin)).toEqual(['blorp']);
    const letters = (words: string): Int32Array => Int32Array.from(words, (letter) => letter.charCodeAt(0));
    expect(unknownWords('a red blorp', letters)).toEqual([]);
  });
});
