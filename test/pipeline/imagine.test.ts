import { describe, expect, it } from 'vitest';
import type { Lease, StreamDescriptor } from '../../src/frame/index.ts';
import { askedRobot } from './support/asked.ts';

const stream = (id: string, kind: StreamDescriptor['kind']): StreamDescriptor => ({
  id,
  kind,
  frameId: `${id}_link`,
  clock: { domain: 'none' },
  role: 'sensor',
});
const STREAMS = [stream('camera', 'image'), stream('imu', 'imu')];
const PICTURE = {
  kind: 'image',
  encoding: 'rgb8',
  width: 1,
  height: 1,
  rowStride: 3,
  data: new Uint8Array(3),
} as const;
const SHA = 'ef'.repeat(32);
const BALL = { label: 'ball', colour: 'red', place: [0.8, 0.125], score: 0.75 };
const BOX = { ...BALL, label: 'box', colour: 'blue' };

/** A robot whose model imagines what it is told to. */
function robot(imagination: object = { model: 'simulated-pictures', camera: 'camera' }) {
  // Pictures are not aligned: who aligns them holds them, too.
  const align = { pivot: 'imu', streams: { imu: {} } };
  const its = askedRobot(STREAMS, { perception: { imagination }, align });
  let held = 0;
  const lease: Lease = { retain: () => (held += 1), release: () => (held -= 1) };
  return {
    ...its,
    replies: its.sent('Reply'),
    held: () => held,
    see: (): void => its.measure('camera', PICTURE, lease),
  };
}

describe('imagine', () => {
  it('gives the picture, what is in it and what is unknown, and replays without the model', () => {
    const { command, answer, requests, replies, digest, replayed } = robot();
    command('imagine', { id: 'i', words: 'a red ball and a blorp', seed: 3 });
    expect(requests).toMatchObject([{ id: 'imagine/1', task: 'imagine', words: 'a red ball and a blorp', seed: 3 }]);
    answer('imagine', { sha256: SHA, picture: '/9j/', things: [BALL, BOX], unknown: ['blorp'] });
    expect(replies).toMatchObject([
      {
        id: 'i',
        what: 'red ball, blue box (from left to right, as simulated-pictures sees its picture); unknown to the model: "blorp"',
        imagined: {
          seed: 3,
          picture: '/9j/',
          things: [{ label: 'ball', ahead: 0.8, left: 0.125 }, { label: 'box' }],
          unknown_words: ['blorp'],
          model_sha256: 'efefefefefef',
        },
      },
    ]);
    expect(replayed()).toBe(digest());
  });

  it.each([
    ['without a model', {}, { words: 'a' }, /^no model: perception\.imagination\.model names none$/],
    ['without words', undefined, {}, /^words: expected 1 to 1000 letters/],
    ['with a seed that is none', undefined, { words: 'a', seed: 0.5 }, /^seed: expected a whole number/],
  ])('is refused %s', (_what, its, args, why) => {
    const { command, replies } = robot(its);
    command('imagine', args);
    expect(replies).toMatchObject([{ status: 'refused', what: expect.stringMatching(why) as string }]);
  });

  it('is refused where the model gives numbers that are none, or nothing in time', () => {
    const { command, answer, pass, replies } = robot();
    command('imagine', { words: 'a' });
    answer('imagine', { sha256: SHA, picture: '/9j/', things: [{ ...BALL, score: NaN }] });
    command('imagine', { words: 'a' });
    pass(151_000);
    expect(replies.map(({ what }) => what)).toEqual([
      'simulated-pictures gave no answer that is one',
      'simulated-pictures gave no answer: no answer',
    ]);
  });
});

describe('progress', () => {
  const way = { sha256: SHA, nearness: 0.5, remaining: 0.25, wanted: [BALL, BOX], there: [BALL], missing: [BOX] };

  it('is that of the moment at which it was asked for, in words and in parts, and lets the picture go', () => {
    const { see, pass, command, answer, requests, replies, held, digest, replayed } = robot();
    see();
    pass(20);
    command('progress', { id: 'p', goal: 'a red ball and a blue box' });
    expect(requests).toMatchObject([{ task: 'progress', goal: { words: 'a red ball and a blue box', seed: 1 } }]);
    answer('progress', way);
    expect(replies).toMatchObject([
      {
        what: '50 % there, 0.25 m to go; not to be seen: blue box',
        progress: {
          nearness: 0.5,
          remaining: 0.25,
          missing: [{ label: 'box' }],
          senses: [{ sense: 'sight', state: 'well', stream: 'camera', age: 0.02 }],
        },
        provenance: { inputs: [1] },
      },
    ]);
    // The latest picture is held, for the next question.
    expect(held()).toBe(1);
    expect(replayed()).toBe(digest());
  });

  it('cannot be told where nothing comes from the camera', () => {
    const { see, pass, command, replies, requests } = robot();
    see();
    pass(3000);
    command('progress', { picture: 'iVBORw0KGgo=' });
    expect(requests).toEqual([]);
    expect(replies[0].progress).toMatchObject({ goal: 'a picture', cannot_tell: { why: 'gone' } });
    expect(replies[0].progress?.nearness).toBeUndefined();
  });

  it('waits behind one question, and lets its picture go where it is turned away', () => {
    const { see, command, replies, held } = robot();
    see();
    for (const id of ['a', 'b', 'c']) command('progress', { id, goal: 'a red ball' });
    expect(replies).toMatchObject([{ id: 'c', status: 'refused', what: 'busy: another one waits already' }]);
    // One that waits and one that is the latest; what has been asked was handed over.
    expect(held()).toBe(2);
  });
});
