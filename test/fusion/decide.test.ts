import { describe, expect, it } from 'vitest';
import type { EffectOutcome, EffectRequest } from '../../src/contract/index.ts';
import { stampOf, type InputNumber } from '../../src/frame/index.ts';
import { Decider, type Decision, type HeadConfig, type ModalityWindow, type Swapped } from '../../src/fusion/index.ts';

const at = (ms: number) => stampOf(ms * 1e6);
const CONFIG: HeadConfig = {
  model: 'small',
  streams: ['imu', 'scan'],
  stepMs: 100,
  windowMs: 200,
  hopMs: 100,
  latenessMs: 0,
  deadlineMs: 500,
};
const SHAPE = { stepMs: 100, steps: 2, dims: { imu: 2 } };
const NONE = new Set<string>();

const windowAt = (ms: number, mask = [1, 0]): ModalityWindow => ({
  start: at(ms - 200),
  end: at(ms),
  sequences: new Map([
    [
      'imu',
      {
        values: Float32Array.of(1, 2, 3, 4),
        mask: Float32Array.from(mask),
        inputs: mask[0] === 0 ? undefined : { first: 3 as InputNumber, last: 5 as InputNumber, count: 3 },
      },
    ],
  ]),
});
const ANSWER = {
  sha256: 'abc',
  classes: ['door', 'nothing'],
  probabilities: [0.25, 0.75],
  uncertainty: 0.8,
  contributions: { imu: 0.5 },
};
const done = (output: object): EffectOutcome => ({ status: 'done', output });

function decider(changes: Partial<HeadConfig> = {}) {
  const requests: EffectRequest[] = [];
  const decisions: Decision[] = [];
  const made = new Decider(
    'happening',
    { ...CONFIG, ...changes },
    SHAPE,
    (request) => requests.push(request),
    (decision) => decisions.push(decision),
  );
  return { made, requests, decisions };
}

describe('a head in the daemon', () => {
  it('asks about a window, and tells what was decided and by whom', () => {
    const { made, requests, decisions } = decider();
    made.take(windowAt(200), new Set(['scan']), at(200));
    const [{ id }] = requests;
    expect(requests).toMatchObject([{ id: 'fuse/happening/200000000', model: 'small', task: 'fuse', at: at(200) }]);
    expect(made.answer(id, done(ANSWER))).toBe(true);
    expect(made.answer(id, done(ANSWER))).toBe(false);
    expect(decisions).toEqual([
      {
        head: 'happening',
        model: 'small',
        modelHash: 'abc',
        start: at(0),
        end: at(200),
        label: 'nothing',
        confidence: 0.75,
        probabilities: [
          { label: 'door', probability: 0.25 },
          { label: 'nothing', probability: 0.75 },
        ],
        uncertainty: 0.8,
        modalities: [
          { stream: 'imu', present: 0.5, unplugged: false, contribution: 0.5, inputs: { first: 3, last: 5, count: 3 } },
          { stream: 'scan', present: 0, unplugged: true, contribution: 0, inputs: undefined },
        ],
      },
    ]);
  });

  it('has one question open, passes over windows meanwhile, and those in which nothing was measured', () => {
    const { made, requests } = decider();
    made.take(windowAt(200, [0, 0]), NONE, at(200));
    made.take(windowAt(300), NONE, at(300));
    made.take(windowAt(400), NONE, at(400));
    made.answer(requests[0].id, done(ANSWER));
    made.take(windowAt(500), NONE, at(500));
    expect(made.counters()).toEqual({ asked: 2, answered: 1, passedOver: 1, empty: 1, failed: {} });
  });

  it.each([
    ['NaN', done({ ...ANSWER, probabilities: [NaN, 1] }), 'not finite'],
    ['too few probabilities', done({ ...ANSWER, probabilities: [1] }), 'not finite'],
    ['a worker that died', { status: 'failed', reason: 'died' }, 'died'],
  ] as const)('refuses %s, counts it and goes on', (_what, outcome, reason) => {
    const { made, requests, decisions } = decider();
    made.take(windowAt(200), NONE, at(200));
    expect(made.answer(requests[0].id, outcome)).toBe(true);
    expect(made.counters().failed).toEqual({ [reason]: 1 });
    made.take(windowAt(300), NONE, at(300));
    made.answer(requests[1].id, done(ANSWER));
    expect(decisions).toHaveLength(1);
  });

  it('gives a question up after its deadline', () => {
    const { made, requests } = decider();
    made.take(windowAt(200), NONE, at(200));
    made.tick(at(700));
    expect(made.counters().failed).toEqual({});
    made.tick(at(701));
    expect(made.counters().failed).toEqual({ 'no answer': 1 });
    expect(made.answer(requests[0].id, done(ANSWER))).toBe(false);
  });

  it('asks nobody without a model, until it is given one', () => {
    const { made, requests } = decider({ model: undefined });
    made.take(windowAt(200), NONE, at(200));
    expect(requests).toEqual([]);
    const swaps: Swapped[] = [];
    made.use('/srv/other', 9 as InputNumber, at(210), (swapped) => swaps.push(swapped));
    expect(requests).toEqual([
      { id: 'open/happening/9', model: '/srv/other', at: at(210), task: 'open', shape: SHAPE },
    ]);
    made.answer('open/happening/9', done({ opened: 'def' }));
    expect(swaps).toEqual([{ model: '/srv/other', modelHash: 'def' }]);
    made.take(windowAt(300), NONE, at(300));
    expect(requests[1].model).toBe('/srv/other');
  });

  it.each([
    ['a file that is no head', done({ refused: 'x: not an ONNX file (E_MODEL_FORMAT)' }), /E_MODEL_FORMAT/],
    ['a worker that died of it', { status: 'failed', reason: 'died' }, /died/],
    ['an answer that is none', done({}), /no answer that makes sense/],
  ] as const)('keeps its model where the new one is %s', (_what, outcome, reason) => {
    const { made, requests } = decider();
    const swaps: Swapped[] = [];
    made.use('other', 9 as InputNumber, at(210), (swapped) => swaps.push(swapped));
    made.use('third', 10 as InputNumber, at(211), (swapped) => swaps.push(swapped));
    made.answer(requests[0].id, outcome);
    expect(swaps[0]).toEqual({ model: 'third', refused: 'another model is being looked at' });
    expect(swaps[1]).toMatchObject({ model: 'other', refused: expect.stringMatching(reason) as string });
    expect(made.model).toBe('small');
  });
});
