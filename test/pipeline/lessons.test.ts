import { describe, expect, it } from 'vitest';
import { packEmbedding, withExamples, type Example } from '../../src/contract/index.ts';
import type { StreamDescriptor } from '../../src/frame/index.ts';
import { embedding, ENCODER } from '../recall/support.ts';
import { askedRobot } from './support/asked.ts';

const CAMERA: StreamDescriptor = {
  id: 'camera',
  kind: 'image',
  frameId: 'camera_optical',
  clock: { domain: 'none' },
  role: 'sensor',
};
const PICTURE = {
  kind: 'image',
  encoding: 'rgb8',
  width: 4,
  height: 4,
  rowStride: 12,
  intrinsics: { fx: 4, fy: 4, cx: 2, cy: 2 },
  data: new Uint8Array(48),
} as const;
const packed = (seed: number): string => packEmbedding(embedding(seed));

/** A thing of a kind, anywhere in words. */
function thing(kind: number, box: readonly number[], distance = 2): object {
  return { embedding: packed(1000 + kind), kind: packed(kind), seen: -0.1, box, distance };
}
const MUG = 1;
const JUG = 2;
const LEFT = [0, 0.5, 0.25, 0.75];
const RIGHT = [0.5, 0, 1, 0.75];

/** A robot whose encoder sees what it is told to. */
function robot(path?: string, watches: object = {}, alike = 1) {
  const its = askedRobot([CAMERA], {
    perception: { embeddings: { camera: { model: 'simulated', hz: 10, deadlineMs: 500, alike } } },
    recall: { ...(path !== undefined && { path }), deadlineMs: 400, watches },
  });
  return {
    ...its,
    replies: its.sent('Reply'),
    sightings: its.sent('Sighting'),
    see: (things: readonly object[], sha256 = ENCODER): void => {
      its.pass(150);
      its.measure('camera', PICTURE);
      its.answer('embedPicture', { sha256, embedding: packed(77), things });
    },
  };
}

describe('teaching', () => {
  it('takes what is in view, is found and watched for by its name, and strange things are rejected; it replays', () => {
    const { see, command, replies, sightings, digest, replayed } = robot();
    see([thing(MUG, RIGHT)]);
    command('teach', { id: 'a', name: 'Mug' });
    expect(replies[0]).toMatchObject({
      id: 'a',
      status: 'done',
      what: '"mug" is taught by 1 example: camera, 0.0 s ago, on the right',
      lesson: { learnt: { name: 'mug', examples: 1, stream: 'camera', box: RIGHT }, threshold: 0.8 },
      provenance: { inputs: [2] },
    });
    command('watch', { name: 'w', words: 'the mug', threshold: 0.9 });
    see([thing(JUG, RIGHT), thing(MUG, LEFT)]);
    expect(sightings).toMatchObject([{ words: 'mug', box: LEFT, similarity: expect.closeTo(1, 3) as number }]);
    command('find', { words: 'a mug' });
    expect(replies[2]).toMatchObject({
      what: expect.stringMatching(/^"mug" \(taught by 1 example\) is in view: camera, similarity 1\.000/) as string,
      answer: { count: 1, examples: 1, found: [{ from: 'live', box: LEFT }] },
    });
    see([thing(JUG, RIGHT)]);
    command('find', { words: 'mug' });
    expect(replies[3]).toMatchObject({ what: '"mug" (taught by 1 example) is not in view', answer: { count: 0 } });
    expect(replayed()).toBe(digest());
  });

  it.each([
    ['the largest', {}, RIGHT],
    ['the nearest', { which: 'nearest' }, LEFT],
    ['what is at a box', { box: [0, 0.4, 0.3, 0.8] }, LEFT],
    ['what is in a direction', { direction: 21 }, LEFT],
  ])('takes %s', (_what, args, box) => {
    const { see, command, replies } = robot();
    see([thing(MUG, LEFT, 1), thing(JUG, RIGHT)]);
    command('teach', { name: 'it', ...args });
    expect(replies[0].lesson?.learnt?.box).toEqual(box);
  });

  it.each([
    ['no name', {}, /^name: expected a name of 1 to 40 letters/],
    ['a box of nothing', { name: 'a', box: [0.3, 0, 0.4, 0.2] }, /^box: nothing is seen there$/],
    ['a direction of nothing', { name: 'a', direction: -80 }, /^direction: nothing is seen there$/],
    ['an unknown camera', { name: 'a', stream: 'other' }, /^stream: expected .* of camera$/],
    ['a memory that is not there', { name: 'a', picture: 4 }, /recall\.path is not set$/],
    ['files that hold nothing', { name: 'a', examples: [{}], encoder: ENCODER }, /^examples: expected base64/],
  ])('refuses %s', (_what, args, why) => {
    const { see, command, replies } = robot();
    see([thing(MUG, LEFT), thing(JUG, RIGHT)]);
    command('teach', args);
    expect(replies).toMatchObject([{ status: 'refused', what: expect.stringMatching(why) as string }]);
  });

  it('keeps it with the memory, from which it comes again, and forgets it, with the watches for it', () => {
    const { see, command, replies, answer, requests, pass, sightings, digest, replayed } = robot('/memory');
    const example = { at: 5e6, encoder: ENCODER, embedding: packed(1002), kind: packed(JUG) };
    pass(10);
    answer('taught', {
      examples: [
        { name: 'jug', ...example },
        { name: 'old', ...example, encoder: 'cd'.repeat(32) },
      ],
    });
    see([thing(MUG, LEFT)]);
    command('taught');
    expect(replies[0].what).toBe('taught: "jug" (1 example), "old" (1 example, of another encoder)');
    // Of a picture that is remembered.
    command('teach', { name: 'mug' });
    answer('teach', { taught: 1 });
    command('teach', { name: 'mug', picture: 17 });
    answer('picture', {
      at: 7e6,
      stream: 'camera',
      embedding: packed(77),
      encoder: ENCODER,
      things: [thing(MUG, RIGHT)],
    });
    const taught = requests.flatMap((request) => (request.task === 'teach' ? request.query.examples : []));
    expect(taught).toMatchObject([
      { name: 'mug', stream: 'camera' },
      { name: 'mug', at: 7e6, picture: 17 },
    ]);
    answer('teach', { taught: 1 });
    expect(replies[2].lesson?.learnt).toMatchObject({ examples: 2, id: 17, box: RIGHT });
    command('watch', { name: 'w', words: 'mug', threshold: 0.9 });
    command('forget', { taught: 'mug' });
    expect(requests.at(-1)).toMatchObject({ task: 'forget', query: { taught: 'mug' } });
    answer('forget', { forgotten: 0, examples: 2 });
    expect(replies.at(-1)?.what).toBe('2 examples of what was taught are forgotten');
    see([thing(MUG, LEFT)]);
    expect(sightings).toEqual([]);
    command('forget', { taught: 'mug' });
    expect(replies.at(-1)).toMatchObject({ status: 'refused' });
    expect(replayed()).toBe(digest());
  });

  it('remembers the picture that is taught, once, so that another encoder can learn from it', () => {
    const { see, command, answer, requests, pass, digest, replayed } = robot('/memory', {}, 0.9);
    pass(10);
    answer('taught', { examples: [] });
    see([thing(MUG, LEFT)]);
    answer('remember', { id: 4 });
    // It looks the same: nothing new.
    see([thing(MUG, LEFT)]);
    for (const name of ['mug', 'cup']) {
      command('teach', { name });
      if (name === 'mug') answer('remember', { id: 5 });
      answer('teach', { taught: 1 });
    }
    expect(requests.filter(({ task }) => task === 'remember')).toHaveLength(2);
    const taught = requests.flatMap((request) => (request.task === 'teach' ? request.query.examples : []));
    expect(taught).toMatchObject([
      { name: 'mug', picture: 5, box: LEFT },
      { name: 'cup', picture: 5 },
    ]);
    expect(replayed()).toBe(digest());
  });

  it('says what else it would be taken for', () => {
    const { see, command, replies } = robot();
    see([thing(MUG, LEFT)]);
    command('teach', { name: 'mug' });
    command('teach', { name: 'cup' });
    expect(replies[1].what).toMatch(/; it would pass for "mug", too \(1\.00\)$/);
  });
});

describe('watching for what was taught', () => {
  /** A thing whose kind is so like that of another one. */
  const like = (cosine: number): object => ({
    ...thing(MUG, LEFT),
    kind: packEmbedding(Float32Array.from([cosine, Math.sqrt(1 - cosine ** 2), ...Array<number>(14).fill(0)])),
  });

  it('is told under its name, without a memory from where a thing counts as one on, and follows the lessons', () => {
    const { see, command, replies, sightings, digest, replayed } = robot();
    see([like(1)]);
    command('teach', { name: 'Red mug' });
    command('watch', { words: 'the red mug' });
    expect(replies[1].what).toBe(
      'red-mug watches for red mug, taught by 1 example, from similarity 0.8000 on: from there on a thing counts as "red mug"; ' +
        'how many false alarms an hour that makes is not known: nothing is remembered',
    );
    see([like(0.7)]);
    expect(sightings).toEqual([]);
    // Both have something in common that each is like by 0.92.
    command('teach', { name: 'red mug' });
    see([like(0.7)]);
    expect(sightings).toMatchObject([
      { name: 'red-mug', words: 'red mug', similarity: expect.closeTo(0.922, 3) as number },
    ]);
    command('watch', { words: 'red mug', perHour: 1 });
    expect(replies.at(-1)).toMatchObject({ status: 'refused', what: expect.stringMatching(/^threshold: /) as string });
    expect(replayed()).toBe(digest());
  });

  it('is calibrated by the memory as words are, and where that is too little only without a promised rate', () => {
    const { see, command, replies, answer, requests, pass } = robot('/memory');
    pass(10);
    answer('taught', {
      examples: [{ name: 'mug', at: 5e6, encoder: ENCODER, embedding: packed(9), kind: packed(MUG) }],
    });
    see([thing(MUG, LEFT)]);
    command('watch', { words: 'mug' });
    expect(requests.at(-1)).toMatchObject({ task: 'threshold', query: { perHour: 1, kind: packed(MUG) } });
    answer('threshold', { threshold: 0.71, hours: 3 });
    expect(replies[0].what).toMatch(
      /^mug watches for mug, .* 0\.7100 on: 1 false alarms an hour, by 3\.00 h of memory$/,
    );
    command('watch', { words: 'mug' });
    answer('threshold', { refused: '0.02 h of memory are too little for 1 false alarms an hour' });
    expect(replies[1].what).toMatch(/from similarity 0\.8000 on: .*is not known: the memory .*: 0\.02 h of memory are/);
    command('watch', { words: 'mug', perHour: 2 });
    answer('threshold', { refused: '0.02 h of memory are too little for 2 false alarms an hour' });
    expect(replies[2]).toMatchObject({ status: 'refused' });
    command('watch', { words: 'mug', perHour: 2 });
    answer('threshold', { threshold: 1.02, hours: 0.2 });
    expect(replies[3].what).toMatch(/, which nothing reaches: give a threshold, or a --log without the thing$/);
  });

  it('of the configuration goes by the name; one that goes by the word is named when the word is taught', () => {
    const { see, command, replies, answer, pass, sightings } = robot('/memory', {
      w: { words: 'a mug' },
      j: { words: 'jug' },
    });
    pass(10);
    answer('taught', {
      examples: [{ name: 'mug', at: 5e6, encoder: ENCODER, embedding: packed(9), kind: packed(MUG) }],
    });
    pass(10);
    pass(10);
    answer('embedWords', { sha256: ENCODER, embedding: packed(50) });
    see([thing(MUG, LEFT)]);
    expect(sightings).toMatchObject([{ name: 'w', words: 'mug', threshold: 0.8 }]);
    command('teach', { name: 'jug' });
    answer('teach', { taught: 1 });
    expect(replies[0].what).toMatch(/; j goes by the word, still: "watch" it anew$/);
  });

  it('by a recording: what the examples have in common is handed out by name', () => {
    const { see, command, replies } = robot();
    see([thing(MUG, LEFT)]);
    command('teach', { name: 'mug' });
    command('taught', { name: 'the mug' });
    expect(replies[1]).toMatchObject({
      what: '"mug" is taught by 1 example',
      lesson: { sought: { encoder: ENCODER, kind: packed(MUG) } },
    });
    command('taught', { name: 'jug' });
    expect(replies[2]).toMatchObject({
      status: 'refused',
      what: 'name: expected one that was taught, of mug; got "jug"',
    });
  });
});

describe('what is remembered', () => {
  it('is told by kinds where a name was taught, best first, and searched for by its words’ embedding', () => {
    const { see, command, replies, answer, requests, pass } = robot('/memory');
    pass(10);
    answer('taught', { examples: [] });
    see([thing(MUG, LEFT)]);
    command('teach', { name: 'mug' });
    answer('teach', { taught: 1 });
    command('find', { words: 'mug', top: 1 });
    expect(requests.at(-1)).toMatchObject({ task: 'recall', query: { count: 20, embedding: packed(1000 + MUG) } });
    const before = { at: 0, stream: 'camera', input: 1, isOfSession: true };
    const found = [
      { ...before, id: 3, similarity: 0.9, things: [thing(JUG, LEFT)] },
      { ...before, id: 4, similarity: 0.3, things: [thing(JUG, LEFT), thing(MUG, RIGHT)] },
    ];
    answer('recall', { found, count: 40, mean: 0.1, deviation: 0.1 });
    const told = replies.at(-1)?.answer;
    expect(told?.found).toMatchObject([{ from: 'live' }, { from: 'memory', id: 4, box: RIGHT }]);
    expect(told?.count).toBe(2);
  });
});

describe('examples', () => {
  it('are kept to the newest of each name', () => {
    const example = (name: string, at: number): Example => ({ name, at, encoder: ENCODER, embedding: packed(1) });
    const all = Array.from({ length: 20 }, (_, i) => example(i % 2 === 0 ? 'a' : 'b', i));
    const kept = all.reduce<readonly Example[]>((before, one) => withExamples(before, [one]), []);
    expect(kept.map(({ at }) => at)).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
  });
});
