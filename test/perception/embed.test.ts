import { describe, expect, it } from 'vitest';
import { packEmbedding, type EffectRequest } from '../../src/contract/index.ts';
import { stampOf, type Frame } from '../../src/frame/index.ts';
import { Embedder, type Embedded } from '../../src/perception/index.ts';
import { frameAt } from '../support/frames.ts';
import { embedding } from '../recall/support.ts';

const at = (ms: number) => stampOf(ms * 1e6);
const picture = (ms: number, input: number): Frame => ({
  ...frameAt('camera', ms, { input }),
  measurement: { kind: 'image', encoding: 'rgb8', width: 1, height: 1, rowStride: 3, data: new Uint8Array(3) },
});
const CONFIG = { model: 'robots/clip', hz: 10, alike: 0.9, thumbnail: 64, deadlineMs: 500 };

function embedder() {
  const requests: EffectRequest[] = [];
  const embedded: Embedded[] = [];
  const made = new Embedder(
    'camera',
    CONFIG,
    (request) => requests.push(request),
    (one) => embedded.push(one),
  );
  let input = 0;
  return {
    made,
    requests,
    embedded,
    see: (output: unknown): void => {
      input += 1;
      made.take(picture(input * 200, input), at(input * 200));
      made.answer(`embed/camera/robots/clip/${input}`, { status: 'done', output }, at(input * 200 + 50));
    },
  };
}

const answer = (seed: number, sha256 = 'abc') => ({ sha256, embedding: packEmbedding(embedding(seed)) });

describe('an embedder', () => {
  it('asks where a picture lies, and tells it with the picture’s own time, number and age', () => {
    const { see, requests, embedded } = embedder();
    see(answer(1));
    expect(requests).toMatchObject([{ id: 'embed/camera/robots/clip/1', task: 'embedPicture', thumbnail: 64 }]);
    expect(embedded).toMatchObject([
      { stream: 'camera', encoder: 'abc', stamp: at(200), input: 1, age: 0.05, embedding: embedding(1), isNew: true },
    ]);
  });

  it('says what looks like one that was kept of late; another encoder begins anew', () => {
    const { see, embedded, made } = embedder();
    for (const seed of [1, 1, 2, 1]) see(answer(seed));
    see(answer(1, 'def'));
    expect(embedded.map(({ isNew }) => isNew)).toEqual([true, false, true, false, true]);
    expect(embedded[1].likeness).toBeCloseTo(1, 3);
    expect(made.counters()).toEqual({ asked: 5, answered: 5, passedOver: 0, alike: 2, failed: {} });
  });

  it('forgets what was kept longer ago', () => {
    const { see, embedded } = embedder();
    for (let seed = 0; seed < 17; seed += 1) see(answer(seed));
    see(answer(0));
    expect(embedded.at(-1)?.isNew).toBe(true);
  });

  it.each([
    ['no text', { sha256: 'abc', embedding: new Float32Array(4) }],
    ['what is no base64', { sha256: 'abc', embedding: 'no embedding!' }],
    ['half a number', { sha256: 'abc', embedding: 'AAAA' }],
    ['nothing', undefined],
  ])('refuses %s', (_what, output) => {
    const { see, embedded, made } = embedder();
    see(output);
    expect(embedded).toEqual([]);
    expect(made.counters().failed).toEqual({ 'not finite': 1 });
  });
});
