import { describe, expect, it } from 'vitest';
import type { EffectOutcome, EffectRequest } from '../../src/contract/index.ts';
import { stampOf, type Frame } from '../../src/frame/index.ts';
import { createDetector, type Detections } from '../../src/perception/index.ts';
import { frameAt } from '../support/frames.ts';

const MS = 1e6;
const at = (ms: number) => stampOf(ms * MS);
const picture = (ms: number, input: number): Frame => ({
  ...frameAt('camera', ms, { input }),
  measurement: { kind: 'image', encoding: 'rgb8', width: 1, height: 1, rowStride: 3, data: new Uint8Array(3) },
});
const cup = { label: 'cup', score: 0.5, box: [1, 2, 3, 4] };
const done = (...detections: unknown[]): EffectOutcome => ({ status: 'done', output: { sha256: 'abc', detections } });

function detector(changes: object = {}) {
  const requests: EffectRequest[] = [];
  const found: Detections[] = [];
  const made = createDetector(
    'camera',
    { model: 'eye', words: [], least: 0.1, hz: 10, deadlineMs: 500, ...changes },
    (request) => requests.push(request),
    (detections) => found.push(detections),
  );
  return { made, requests, found };
}

describe('a detector', () => {
  it('asks of one picture at a time, at most so often, and passes over what comes meanwhile', () => {
    // ms       0    40   100  140        240  260  280
    // picture  |    |    |    |          |    |    |
    // asks     *              (open)     *              0 is answered at 150, 240 is not
    // skipped       rate open rate            rate open
    const { made, requests } = detector();
    const looks = [
      made.take(picture(0, 1), at(5)),
      made.take(picture(40, 2), at(45)),
      made.take(picture(100, 3), at(105)),
      made.answer('detect/camera/eye/1', done(cup), at(150)),
      made.take(picture(240, 4), at(245)),
      made.take(picture(260, 5), at(265)),
      made.take(picture(380, 6), at(385)),
    ];
    expect(looks).toEqual([true, false, false, true, true, false, false]);
    expect(requests.map(({ id, model }) => [id, model])).toEqual([
      ['detect/camera/eye/1', 'eye'],
      ['detect/camera/eye/4', 'eye'],
    ]);
    expect(made.counters()).toEqual({ asked: 2, answered: 1, passedOver: 2, failed: {} });
  });

  it('says what to look for where it is told to', () => {
    const { made, requests } = detector({ words: ['a red mug', 'a door'], least: 0.2 });
    made.take(picture(0, 1), at(5));
    expect(requests).toMatchObject([{ task: 'detect', words: ['a red mug', 'a door'], least: 0.2 }]);
    const plain = detector();
    plain.made.take(picture(0, 1), at(5));
    expect(Object.keys(plain.requests[0])).not.toContain('words');
  });

  it('tells what was found with the picture’s own time, number and age', () => {
    const { made, found } = detector();
    made.take(picture(100, 7), at(105));
    made.answer('detect/camera/eye/7', done(cup), at(250));
    expect(found).toEqual([
      {
        stream: 'camera',
        model: 'eye',
        modelHash: 'abc',
        stamp: at(100),
        frameId: 'camera',
        input: 7,
        age: 0.15,
        detections: [cup],
      },
    ]);
  });

  it.each([
    ['NaN', done({ ...cup, score: NaN }), 'not finite'],
    ['a box of three', done({ ...cup, box: [1, 2, 3] }), 'not finite'],
    ['no list', { status: 'done', output: { sha256: 'abc', detections: 'none' } }, 'not finite'],
    ['nothing', { status: 'done', output: undefined }, 'not finite'],
    ['a worker that died', { status: 'failed', reason: 'died' }, 'died'],
  ] as const)('refuses %s, counts it and asks again', (_what, outcome, reason) => {
    const { made, found } = detector();
    made.take(picture(0, 1), at(1));
    expect(made.answer('detect/camera/eye/1', outcome, at(50))).toBe(true);
    expect(found).toEqual([]);
    expect(made.counters().failed).toEqual({ [reason]: 1 });
    expect(made.take(picture(100, 2), at(101))).toBe(true);
  });

  it('gives a question up after its deadline; the answer that comes then is not its own', () => {
    const { made, found } = detector();
    made.take(picture(0, 1), at(10));
    made.tick(at(510));
    expect(made.counters().failed).toEqual({});
    made.tick(at(520));
    expect(made.counters().failed).toEqual({ 'no answer': 1 });
    expect(made.answer('detect/camera/eye/1', done(cup), at(530))).toBe(false);
    expect(found).toEqual([]);
  });
});
