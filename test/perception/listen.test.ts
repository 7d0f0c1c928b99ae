import { describe, expect, it } from 'vitest';
import type { EffectOutcome, EffectRequest } from '../../src/contract/index.ts';
import { stampOf, type Frame } from '../../src/frame/index.ts';
import { Listener, type ListenerConfig, type Sounds } from '../../src/perception/index.ts';
import { frameAt } from '../support/frames.ts';

const at = (ms: number) => stampOf(ms * 1e6);
/** 100 ms of sound, as long as a window. */
const block = (ms: number, input: number, missing = 0): Frame => ({
  ...frameAt('ears', ms, { input }),
  measurement: { kind: 'audio', sampleRate: 1000, channels: 1, data: new Int16Array(100), missing },
});
const CONFIG: ListenerConfig = {
  model: 'ear',
  sampleRate: 1000,
  windowMs: 100,
  hopMs: 100,
  threshold: 0.3,
  labels: [],
  voiceThreshold: 0.5,
  backlog: 2,
  deadlineMs: 500,
};
const EVENTS = [
  { label: 'Bell', score: 0.8 },
  { label: 'Dog', score: 0.3 },
  { label: 'Wind', score: 0.2 },
];
const done = (output: object): EffectOutcome => ({ status: 'done', output: { sha256: 'abc', ...output } });
const heardIt = done({ voice: 0.6, events: EVENTS });

function listener(changes: Partial<ListenerConfig> = {}) {
  const requests: EffectRequest[] = [];
  const heard: Sounds[] = [];
  const made = new Listener(
    'ears',
    { ...CONFIG, ...changes },
    (request) => requests.push(request),
    (sounds) => heard.push(sounds),
  );
  return { made, requests, heard };
}

describe('a listener', () => {
  it('asks about every window, and tells what was heard when', () => {
    const { made, requests, heard } = listener();
    expect(made.take(block(0, 7), at(105))).toBe(true);
    expect(requests).toMatchObject([{ id: 'listen/ears/ear/7', model: 'ear', task: 'listen', at: at(105) }]);
    expect(made.answer('listen/ears/ear/7', heardIt)).toBe(true);
    expect(heard).toEqual([
      {
        stream: 'ears',
        model: 'ear',
        modelHash: 'abc',
        frameId: 'ears',
        start: at(0),
        end: at(100),
        inputs: [7],
        voice: { score: 0.6, active: true },
        events: EVENTS.slice(0, 2),
      },
    ]);
  });

  it('tells only what is asked for; voice activity comes always', () => {
    const { made, heard } = listener({ labels: ['Dog', 'Wind'], voiceThreshold: 0.7 });
    made.take(block(0, 1), at(100));
    made.answer('listen/ears/ear/1', heardIt);
    expect(heard[0].events).toEqual([EVENTS[1]]);
    expect(heard[0].voice).toEqual({ score: 0.6, active: false });
  });

  it('names the windows of one block apart', () => {
    const { made, requests } = listener({ windowMs: 50, hopMs: 50 });
    made.take(block(0, 1), at(100));
    expect(requests.map(({ id }) => id)).toEqual(['listen/ears/ear/1', 'listen/ears/ear/1.1']);
  });

  it('lets windows queue up to its backlog, and gives up those that come then', () => {
    const { made, requests } = listener();
    [1, 2, 3].forEach((input) => made.take(block(100 * input, input), at(100 * input)));
    expect(requests.map(({ id }) => id)).toEqual(['listen/ears/ear/1', 'listen/ears/ear/2']);
    expect(made.answer('listen/ears/ear/2', heardIt)).toBe(true);
    made.take(block(400, 4), at(500));
    expect(made.counters()).toEqual({ asked: 3, answered: 1, dropped: { backlog: 1 }, failed: {} });
  });

  it('counts holes and what it can make nothing of', () => {
    const { made } = listener({ windowMs: 200 });
    made.take(block(0, 1), at(100));
    made.take(block(150, 2, 50), at(250));
    const odd = block(250, 3);
    expect(made.take({ ...odd, measurement: { ...odd.measurement, channels: 0 } as never }, at(350))).toBe(false);
    expect(made.counters().dropped).toEqual({ gap: 1, unreadable: 1 });
  });

  it.each([
    ['NaN', done({ voice: NaN, events: [] }), 'not finite'],
    ['a score that is none', done({ voice: 0, events: [{ label: 'Dog', score: Infinity }] }), 'not finite'],
    ['no list', done({ voice: 0, events: 'Dog' }), 'not finite'],
    ['nothing', { status: 'done', output: undefined }, 'not finite'],
    ['a worker that died', { status: 'failed', reason: 'died' }, 'died'],
  ] as const)('refuses %s, counts it and goes on', (_what, outcome, reason) => {
    const { made, heard } = listener();
    made.take(block(0, 1), at(100));
    expect(made.answer('listen/ears/ear/1', outcome)).toBe(true);
    expect(heard).toEqual([]);
    expect(made.counters().failed).toEqual({ [reason]: 1 });
  });

  it('gives questions up after their deadline, the oldest first; what comes then is not its own', () => {
    const { made } = listener();
    made.take(block(0, 1), at(100));
    made.take(block(100, 2), at(200));
    made.tick(at(650));
    expect(made.counters().failed).toEqual({ 'no answer': 1 });
    expect(made.answer('listen/ears/ear/1', heardIt)).toBe(false);
    expect(made.answer('listen/ears/ear/2', heardIt)).toBe(true);
  });
});
