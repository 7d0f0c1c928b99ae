import { describe, expect, it } from 'vitest';
import { VIRTUAL_EPOCH } from '../../src/cli/simulate.ts';
import { packEmbedding } from '../../src/contract/index.ts';
import type { StreamDescriptor } from '../../src/frame/index.ts';
import { embedding, ENCODER } from '../recall/support.ts';
import { askedRobot } from './support/asked.ts';

const stream = (id: string, kind: StreamDescriptor['kind'], frameId: string): StreamDescriptor => ({
  id,
  kind,
  frameId,
  clock: { domain: 'none' },
  role: 'sensor',
});
const STREAMS = [
  stream('camera', 'image', 'camera_optical'),
  stream('depth', 'depth', 'depth_optical'),
  stream('wheels', 'odometry', 'odom'),
];
// Forward of the base is forward of the sensor: x right, y down, z forward.
const FORWARD = { translation: [0.1, 0, 0.4], rotation: [0.5, -0.5, 0.5, -0.5] };
const EPOCH_S = Number(VIRTUAL_EPOCH / 1_000_000_000n);

/** Twice as many pixels as the camera has, 2 m everywhere. */
const FINER = { fx: 6, fy: 6, cx: 2.5, cy: 2.5 };
const DEPTHS = new Uint16Array(36).fill(2000);

const SIZE = { width: 3, height: 3 };
const INTRINSICS = { fx: 3, fy: 3, cx: 1, cy: 1 };
const MEASURED = {
  camera: { kind: 'image', encoding: 'rgb8', ...SIZE, rowStride: 9, intrinsics: INTRINSICS, data: new Uint8Array(27) },
  depth: { kind: 'depth', width: 6, height: 6, intrinsics: FINER, scale: 0.001, data: DEPTHS },
  wheels: {
    kind: 'odometry',
    childFrameId: 'base_link',
    pose: { position: [3, 1, 0], orientation: [1, 0, 0, 0] },
    twist: { linear: [0, 0, 0], angular: [0, 0, 0] },
  },
} as const;

/** A robot with a camera and depth, whose encoder and memory answer when they are told to. */
function robot(recall: object = { path: '/memory' }, pose: object = {}) {
  const its = askedRobot(STREAMS, {
    perception: { embeddings: { camera: { model: 'robots/clip', hz: 10, deadlineMs: 500 } } },
    recall: { ...recall, deadlineMs: 400 },
    mounts: { T_base_camera: FORWARD, T_base_depth: FORWARD },
    ...pose,
  });
  return {
    ...its,
    replies: its.sent('Reply'),
    sightings: its.sent('Sighting'),
    measure: (id: keyof typeof MEASURED): void => its.measure(id, MEASURED[id]),
  };
}

const embedded = (seed: number, more: object = {}) => ({
  sha256: ENCODER,
  embedding: packEmbedding(embedding(seed)),
  ...more,
});
const MANY = { count: 400, mean: 0.1, deviation: 0.1 };

describe('remembering', () => {
  it('puts what is new into the memory, with the place that depth and pose tell, and not what looks the same', () => {
    const { measure, answer, pass, requests } = robot();
    for (let i = 0; i < 5; i += 1) {
      measure('wheels');
      pass(10);
    }
    measure('depth');
    measure('camera');
    answer('embedPicture', embedded(1));
    pass(150);
    measure('camera');
    answer('embedPicture', embedded(1));
    const remembered = requests.filter((request) => request.task === 'remember');
    expect(remembered).toHaveLength(1);
    const { memory, embedded: picture } = remembered[0];
    expect(picture).toMatch(/^embed\/camera\/robots\/clip\/\d+$/);
    expect(memory).toMatchObject({ at: EPOCH_S * 1e6 + 50_000, stream: 'camera', encoder: ENCODER });
    // 2 m of depth, 0.1 m in front of the base and 0.4 m above it; odom begins where the robot is.
    expect(memory.place).toMatchObject({ frame: 'odom', age: 0 });
    expect(memory.place?.position.map((value) => Math.round(value * 100) / 100)).toEqual([2.1, 0, 0.4]);
  });

  it('remembers things with places of their own: by depth, or where that is of something else by their look', () => {
    const { measure, answer, pass, requests, command, replies } = robot();
    for (let i = 0; i < 5; i += 1) {
      measure('wheels');
      pass(10);
    }
    measure('depth');
    measure('camera');
    const box = [0.5, 1 / 3, 5 / 6, 2 / 3];
    const thing = { embedding: packEmbedding(embedding(7)), seen: -0.1, box };
    const far = { ...thing, embedding: packEmbedding(embedding(8)), distance: 8 };
    answer('embedPicture', embedded(1, { things: [{ ...thing, distance: 2 }, far, { box }] }));
    const memory = requests.find((request) => request.task === 'remember')?.memory;
    const places = memory?.things?.map(({ place }) => place?.position.map((m) => Math.round(m * 100) / 100));
    // A third of a pixel is 0.39 m to the right at 2 m of depth and half of the width behind that; the other one is told by its look.
    expect(places).toEqual([
      [2.43, -0.39, 0.4],
      [8.1, -1.33, 0.4],
    ]);
    expect(memory?.things?.[0].place).toMatchObject({ frame: 'odom', isOfThing: true });
    command('find', { id: 'f1', words: 'the far one' });
    answer('embedWords', embedded(8));
    answer('recall', { found: [], ...MANY });
    const found = replies.at(-1)?.answer?.found[0];
    expect(found?.place).toMatchObject({ is_of_thing: true, position: { x: expect.closeTo(8.1, 2) as number } });
  });

  it('counts what the memory refuses', () => {
    const { measure, answer, pass, requests } = robot();
    measure('camera');
    answer('embedPicture', embedded(1));
    answer('remember', { refused: 'another encoder' });
    pass(150);
    measure('camera');
    answer('embedPicture', embedded(2));
    pass(1000);
    expect(requests.filter(({ task }) => task === 'remember')).toHaveLength(2);
  });
});

describe('find', () => {
  it('tells what is in view and what is remembered, in words and in full, and replays without either', () => {
    const { measure, answer, pass, command, replies, digest, replayed, requests } = robot();
    measure('camera');
    answer('embedPicture', embedded(1));
    command('find', { id: 'f1', words: 'a red mug', since: 60, near: [2, 1, 3], top: 2 });
    pass(10);
    answer('embedWords', embedded(1, { unknown: ['mug'] }));
    const recall = requests.find((request) => request.task === 'recall');
    expect(recall?.query).toMatchObject({ count: 2, near: { frame: 'odom', point: [2, 1], radius: 3 } });
    expect(recall?.query.since).toBeCloseTo(EPOCH_S * 1e6 - 60e6, -5);
    const place = { frame: 'map', position: [1, 2, 0.5], deviation: 0.1, age: 0.02 };
    const before = { id: 17, at: EPOCH_S * 1e6 - 30e6, stream: 'camera', input: 5, isOfSession: false };
    answer('recall', { ...MANY, found: [{ ...before, similarity: 0.62, place, thumbnail: '/9j/' }] });
    expect(replies).toHaveLength(1);
    const [reply] = replies;
    expect(reply).toMatchObject({ id: 'f1', verb: 'find', status: 'done', provenance: { inputs: [1], absent: [] } });
    expect(reply.answer).toMatchObject({
      count: 2,
      senses: ['camera'],
      unknown_words: ['mug'],
      remembered: 400,
      found: [
        { from: 'live', stream: 'camera', similarity: expect.closeTo(1, 3) as number },
        {
          from: 'memory',
          id: 17,
          similarity: 0.62,
          timestamp: { sec: EPOCH_S - 30, nsec: 0 },
          place: { frame_id: 'map', position: { x: 1, y: 2, z: 0.5 } },
          thumbnail: '/9j/',
        },
      ],
    });
    expect(reply.what).toMatch(
      /^unknown to the model: "mug"; "a red mug" may be in view: camera, .*; seen 30 s ago: camera/,
    );
    expect(reply.what).toMatch(/about \(1\.0, 2\.0, 0\.5\) m in map$/);
    expect(replayed()).toBe(digest());
  });

  it('says what stands out, and what does not', () => {
    const { answer, command, replies } = robot();
    command('find', { words: 'a red mug' });
    answer('embedWords', embedded(1));
    const before = { id: 17, at: EPOCH_S * 1e6, stream: 'camera', input: 5, isOfSession: true };
    answer('recall', { ...MANY, found: [{ ...before, similarity: 0.35 }] });
    // The best of 400 is 2.5 deviations above the mean by accident: (1 - 0.00621) ** 400.
    expect(replies[0].answer).toMatchObject({ count: 0, found: [{ confidence: expect.closeTo(0.083, 3) as number }] });
    expect(replies[0].what).toMatch(/none of 400 pictures remembered stands out; the likest is of 0 s ago \(0\.350\)$/);
  });

  it('does not count what is unlike the words, where too little is remembered to say what stands out', () => {
    const { answer, command, replies } = robot();
    command('find', { words: 'a ladder' });
    answer('embedWords', embedded(1));
    const before = { id: 1, at: EPOCH_S * 1e6, stream: 'camera', input: 5, isOfSession: true };
    answer('recall', { count: 1, mean: 0, deviation: 0, found: [{ ...before, similarity: -0.3 }] });
    expect(replies[0].answer?.count).toBe(0);
    expect(replies[0].what).toMatch(/none of 1 picture remembered stands out; the likest is of 0 s ago \(-0\.300\)$/);
  });

  it('does not tell where something was by what drifted in another session, and says what it cannot see', () => {
    const { answer, command, replies, pass } = robot();
    pass(10);
    command('find', { words: 'a red mug' });
    answer('embedWords', embedded(1));
    const place = { frame: 'odom', position: [1, 2, 0.5], deviation: 0.1, age: 0.02 };
    const before = { id: 1, at: EPOCH_S * 1e6, stream: 'camera', input: 5, similarity: 0.9, place };
    answer('recall', {
      ...MANY,
      found: [
        { ...before, isOfSession: false },
        { ...before, isOfSession: true },
      ],
    });
    expect(replies[0].answer?.found.map((one) => one.place?.frame_id)).toEqual([undefined, 'odom']);
    expect(replies[0].what).toMatch(/^I cannot tell what camera would show now: no picture was looked at for 10 s; /);
    expect(replies[0].provenance).toMatchObject({ inputs: [5], absent: ['camera'] });
  });

  it.each([
    ['without words', {}, /^words: expected 1 to 1000 letters, got nothing$/],
    ['with what it does not take', { words: 'a', tpo: 2 }, /^"tpo": no such parameter; find takes id, words, .*, top$/],
    ['with a place that is none', { words: 'a', near: [1, 2] }, /^near: expected \[x, y, radius\]/],
    ['with an embedding that is none', { embedding: '!', encoder: ENCODER }, /^embedding: expected base64/],
  ])('is refused %s', (_what, args, why) => {
    const { command, replies } = robot();
    command('find', args);
    expect(replies).toMatchObject([{ status: 'refused', what: expect.stringMatching(why) as string }]);
  });

  it('waits for no encoder and no memory longer than its deadline, lets one question wait and turns others away', () => {
    const { command, pass, replies, answer } = robot();
    for (const id of ['a', 'b', 'c']) command('find', { id, words: 'a red mug' });
    expect(replies).toMatchObject([{ id: 'c', status: 'refused', what: 'busy: another one waits already' }]);
    pass(600);
    expect(replies[1]).toMatchObject({ id: 'a', what: 'robots/clip gave no answer: no answer' });
    answer('embedWords', embedded(1));
    pass(500);
    expect(replies[2]).toMatchObject({ id: 'b', what: 'the memory gave no answer: no answer' });
  });

  it('answers from what is in view where nothing is remembered', () => {
    const { command, measure, answer, replies } = robot({});
    measure('camera');
    answer('embedPicture', embedded(1));
    command('find', { words: 'a red mug' });
    answer('embedWords', embedded(1));
    expect(replies[0].what).toMatch(/^"a red mug" may be in view: .*too little is remembered to say how sure$/);
  });
});

describe('forget', () => {
  it.each([
    ['numbers', { ids: [1, 2] }, { ids: [1, 2] }],
    ['the last minutes', { last: 60 }, { from: (EPOCH_S - 60) * 1e6 }],
    ['times', { from: 10, to: 20 }, { from: 10e6, to: 20e6 }],
    ['all', { all: true }, { from: 0 }],
  ])('hands %s to the memory', (_what, args, query) => {
    const { command, answer, replies, requests } = robot();
    command('forget', args);
    expect(requests).toMatchObject([{ task: 'forget', query }]);
    answer('forget', { forgotten: 2 });
    expect(replies).toMatchObject([{ status: 'done', what: '2 pictures are forgotten' }]);
  });

  it('forgets what is like words', () => {
    const { command, answer, replies, requests } = robot();
    command('forget', { words: 'a person', similarity: 0.3 });
    answer('embedWords', embedded(4));
    expect(requests.at(-1)).toMatchObject({ query: { like: { encoder: ENCODER, similarity: 0.3 } } });
    answer('forget', { forgotten: 7 });
    expect(replies).toMatchObject([{ status: 'done' }]);
  });

  it.each([
    ['of nothing', {}, /^expected ids, from, to, last, all, taught, or words and similarity/],
    ['of words without a similarity', { words: 'a' }, /^similarity: expected -1\.\.1/],
    ['of something else', { all: 'of it' }, /^all: expected true/],
  ])('is refused %s', (_what, args, why) => {
    const { command, replies } = robot();
    command('forget', args);
    expect(replies).toMatchObject([{ status: 'refused', what: expect.stringMatching(why) as string }]);
  });
});

describe('watch', () => {
  it('tells once in ten seconds when something is in view, by a threshold that the memory finds', () => {
    const { command, answer, measure, pass, replies, sightings, digest, replayed } = robot();
    command('watch', { name: 'mug', words: 'a red mug', perHour: 2 });
    answer('embedWords', embedded(1));
    answer('threshold', { threshold: 0.9, hours: 12 });
    expect(replies[0]).toMatchObject({
      status: 'done',
      what: expect.stringContaining('2 false alarms an hour, by 12.00 h') as string,
    });
    const seen: number[] = [];
    for (let second = 0; second < 25; second += 1) {
      measure('camera');
      answer('embedPicture', embedded(second === 3 || second >= 8 ? 1 : 2));
      if (sightings.length > seen.length) seen.push(second);
      pass(1000);
    }
    expect(seen).toEqual([3, 10, 20]);
    expect(sightings[0]).toMatchObject({ name: 'mug', words: 'a red mug', threshold: 0.9, stream: 'camera' });
    command('unwatch', { name: 'mug' });
    expect(replies[1]).toMatchObject({ what: 'mug watches no longer' });
    command('unwatch', { name: 'mug' });
    expect(replies[2]).toMatchObject({ status: 'refused', what: 'name: expected one of none; got "mug"' });
    expect(replayed()).toBe(digest());
  });

  it('takes an example and a threshold; another encoder’s pictures are not compared', () => {
    const { command, answer, measure, pass, sightings, replies } = robot({});
    const example = { embedding: packEmbedding(embedding(1)), encoder: ENCODER, example: 'part' };
    command('watch', { ...example, threshold: 0.8 });
    expect(replies).toMatchObject([{ status: 'done' }]);
    measure('camera');
    answer('embedPicture', { ...embedded(1), sha256: 'cd'.repeat(32) });
    pass(200);
    measure('camera');
    answer('embedPicture', embedded(1));
    expect(sightings).toMatchObject([{ words: 'part', similarity: expect.closeTo(1, 3) as number }]);
  });

  it('comes after a question that is asked later', () => {
    const { command, requests, pass } = robot();
    command('find', { words: 'first' });
    command('watch', { words: 'second' });
    command('find', { words: 'third' });
    pass(600);
    pass(600);
    const asked = requests.flatMap((request) => (request.task === 'embedWords' ? [request.words] : []));
    expect(asked).toEqual(['first', 'third', 'second']);
  });

  it('is refused where there is neither a memory nor a threshold', () => {
    const { command, replies } = robot({});
    command('watch', { words: 'a red mug' });
    expect(replies).toMatchObject([{ status: 'refused', what: expect.stringMatching(/^threshold: /) as string }]);
  });
});
