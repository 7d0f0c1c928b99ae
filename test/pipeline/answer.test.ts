import { describe, expect, it } from 'vitest';
import type { EffectOutcome, EffectRequest } from '../../src/contract/index.ts';
import { NS_PER_MS, type Lease, type StreamDescriptor } from '../../src/frame/index.ts';
import { askedRobot } from './support/asked.ts';

const stream = (id: string, kind: StreamDescriptor['kind']): StreamDescriptor => ({
  id,
  kind,
  frameId: `${id}_link`,
  clock: { domain: 'none' },
  role: 'sensor',
  nominalRate: 10,
});
const STREAMS = [stream('camera', 'image'), stream('microphones', 'audio'), stream('imu', 'imu')];
/** Blocks of 100 ms of two microphones at 1 kHz. */
const BLOCK = 200;

type Question = Extract<EffectRequest, { task: 'answer' }>;

/** A robot with a camera and microphones, ten of each a second, whose model answers when it is told to. */
function robot(answers: object = {}) {
  const its = { model: 'robots/llava', camera: 'camera', microphones: 'microphones', deadlineMs: 1000, ...answers };
  // Only the microphones are aligned: who aligns pictures holds them, too.
  const align = { pivot: 'microphones', streams: { microphones: {} } };
  const asked = askedRobot(STREAMS, { perception: { answers: its }, align });
  let count = 0;
  let held = 0;
  const lease: Lease = { retain: () => (held += 1), release: () => (held -= 1) };
  /** Frames of the senses that work, ten a second. */
  function pass(
    forMs: number,
    senses: { camera: boolean; microphones: boolean; imu?: boolean } = { camera: true, microphones: true },
    isFrozen = false,
  ): void {
    for (let passed = 0; passed < forMs; passed += 10) {
      if (asked.advance(10) % 100 === 0) {
        count += 1;
        const grey = Uint8Array.from({ length: 27 }, (_, i) => i + (isFrozen ? 0 : count));
        const noise = Int16Array.from({ length: BLOCK }, (_, i) => ((i * 7919 + count * 104_729) % 200) - 100);
        const size = { width: 3, height: 3, rowStride: 9 };
        if (senses.camera) asked.measure('camera', { kind: 'image', encoding: 'rgb8', ...size, data: grey }, lease);
        if (senses.microphones) {
          asked.measure('microphones', { kind: 'audio', sampleRate: 1000, channels: 2, missing: 0, data: noise });
        }
        if (senses.imu === true) {
          const turns = { angularVelocity: [0, 0, count / 100], linearAcceleration: [0, 0, 9.81] } as const;
          asked.measure('imu', { kind: 'imu', ...turns });
        }
      }
      asked.tick();
    }
  }
  const { requests, command } = asked;
  return {
    replies: asked.sent('Reply'),
    descriptions: asked.sent('Description'),
    requests: requests as Question[],
    pass,
    command,
    held: () => held,
    digests: (): [string, string] => [asked.digest(), asked.replayed()],
    /** What comes of the latest question. */
    outcome: (outcome: EffectOutcome): void => asked.outcome(requests.at(-1)?.id ?? '', outcome),
  };
}

const said = (text: string, more: object = {}): EffectOutcome => ({
  status: 'done',
  output: { sha256: 'a'.repeat(64), precision: 'q8', text, ended: 'end', confidence: 0.875, ...more },
});

describe('ask', () => {
  it('shows a model of clips its seconds: pictures before the latest, and so much sound', () => {
    const { pass, command, requests } = robot({ seconds: 2 });
    pass(3000);
    command('ask', { id: 'q', question: 'does someone come nearer?' });
    pass(50);
    const [{ before, felt, clip }] = requests;
    expect([before?.length, felt, clip?.data.length]).toEqual([4, undefined, 4000]);
  });

  it('is about the picture and the second of its moment, told in words and in parts, and replays without the model', () => {
    const { pass, command, requests, outcome, replies, digests } = robot();
    pass(2000);
    command('ask', { id: 'q', question: 'how many mugs do you see?' });
    pass(50);
    const [{ frame, clip, question, id }] = requests;
    expect([question, id, clip?.channels, clip?.data.length]).toEqual([
      'how many mugs do you see?',
      'ask/241',
      2,
      2000,
    ]);
    expect(frame?.received).toBe(2000 * NS_PER_MS);
    // The last sample of the clip is the last that came.
    expect(clip?.data.at(-1)).toBe((((BLOCK - 1) * 7919 + 20 * 104_729) % 200) - 100);
    outcome(said('two', { unknown: ['blorps'] }));
    const [{ status, what, said: its, provenance }] = replies;
    expect([status, its?.answer, its?.count, its?.confidence]).toEqual(['done', 'two', 2, 0.875]);
    expect(what).toMatch(
      /^two \(camera 0\.\d\d s ago, microphones .* confidence 0\.88\); unknown to the model: "blorps"$/,
    );
    expect(its).toMatchObject({ model: 'robots/llava', precision: 'q8', model_sha256: 'a'.repeat(12) });
    expect(its?.senses.map(({ state }) => state)).toEqual(['well', 'well']);
    expect(provenance.inputs).toEqual(its?.senses.map(({ input }) => input));
    const [live, again] = digests();
    expect(again).toBe(live);
  });

  it.each([
    [
      'is there a red mug?',
      { camera: false, microphones: true },
      'gone',
      /^I cannot tell: camera is gone: no frame for/,
    ],
    ['what do you hear?', { camera: true, microphones: false }, 'gone', /^I cannot tell: microphones is gone/],
  ])('%j is not put to a model that cannot sense it', (question, senses, why, what) => {
    const { pass, command, requests, replies, held } = robot();
    pass(1500);
    pass(2000, senses);
    command('ask', { question });
    expect(requests).toEqual([]);
    const [{ said: its, what: prose, provenance }] = replies;
    expect([its?.answer, its?.cannot_tell?.why]).toEqual(['cannot tell', why]);
    expect(prose).toMatch(what);
    expect(provenance.absent).toEqual([senses.camera ? 'microphones' : 'camera']);
    // The latest picture is held, and nothing else.
    expect(held()).toBe(1);
  });

  it('tells of a frozen camera what it is, and answers what is heard all the same', () => {
    const { pass, command, requests, replies, outcome } = robot();
    pass(11_000, undefined, true);
    command('ask', { question: 'what colour is the mug?' });
    expect(replies[0].said?.cannot_tell).toEqual({
      why: 'frozen',
      what: 'camera is frozen: the same values again and again',
    });
    command('ask', { question: 'do you hear a voice?' });
    expect([requests[0].frame, requests[0].clip === undefined]).toEqual([undefined, false]);
    outcome(said('I cannot tell, i hear nothing.'));
    expect(replies[1].said).toMatchObject({
      answer: 'cannot tell',
      cannot_tell: { why: 'not heard', what: 'i hear nothing' },
    });
  });

  it('asks of the robot’s own motion whoever feels it, though the camera is gone', () => {
    const { pass, command, requests, replies, outcome, digests } = robot({ seconds: 2, imu: 'imu' });
    pass(1500, { camera: true, microphones: true, imu: true });
    pass(2000, { camera: false, microphones: true, imu: true });
    command('ask', { question: 'does the person turn to the left?' });
    expect(replies[0].said).toMatchObject({ answer: 'cannot tell', cannot_tell: { why: 'gone' } });
    command('ask', { question: 'do you turn to the left?' });
    expect([requests[0].frame, requests[0].felt?.length]).toEqual([undefined, 240]);
    outcome(said('yes'));
    const { answer, prose, senses } = replies[1].said ?? {};
    expect([answer, senses?.map((its) => `${its.sense} ${its.state}`)]).toEqual([
      'yes',
      ['sight gone', 'hearing well', 'feeling well'],
    ]);
    expect(prose).not.toMatch(/nothing of the rest/);
    pass(2000, { camera: false, microphones: true });
    command('ask', { question: 'do you turn to the left?' });
    expect(replies[2].said).toMatchObject({ answer: 'cannot tell' });
    const [live, again] = digests();
    expect(again).toBe(live);
  });

  it('takes the model’s word for a sense that it lacks, and knows better than it why', () => {
    const { pass, command, replies, outcome } = robot();
    pass(1500);
    pass(2000, { camera: true, microphones: false });
    for (const question of ['where does it come from?', 'is it there?']) {
      command('ask', { question });
      outcome(said(question.startsWith('where') ? 'i cannot tell, i have no ears.' : 'i cannot tell, i have no eyes.'));
    }
    expect(replies.map((reply) => reply.said?.cannot_tell)).toEqual([
      { why: 'gone', what: expect.stringMatching(/^microphones is gone: no frame for/) as string },
      // It has: what it says of itself is all that is known.
      { why: 'gone', what: 'i have no eyes' },
    ]);
  });

  it('is refused where there is nothing to ask, nobody who answers, or too many wait', () => {
    const { pass, command, replies, requests, outcome, held } = robot();
    pass(2000);
    command('ask', { question: ' ' });
    for (const question of ['a?', 'b?', 'c?']) command('ask', { question });
    expect(replies.map(({ what }) => what)).toEqual([
      'question: expected 1 to 1000 letters, got " "',
      'busy: another one waits already',
    ]);
    outcome({ status: 'failed', reason: 'memory' });
    // The second is about its own moment, and not about that at which its turn comes.
    expect(requests.map(({ question, frame }) => [question, frame?.received])).toEqual([
      ['a?', 2000 * NS_PER_MS],
      ['b?', 2000 * NS_PER_MS],
    ]);
    outcome({ status: 'done', output: { refused: 'question: spells a token that is a sign (E_MODEL_INPUT)' } });
    expect(replies.slice(2).map(({ what }) => what)).toEqual([
      'robots/llava gave no answer: memory',
      'robots/llava gave no answer: question: spells a token that is a sign (E_MODEL_INPUT)',
    ]);
    expect(held()).toBe(1);
    const { command: askNobody, replies: refused } = robot({ model: null });
    askNobody('describe');
    expect(refused[0].what).toBe('no model: perception.answers.model names none');
  });
});

describe('descriptions', () => {
  it('come by themselves, keep to their share of the time, and give way to a question', () => {
    const { pass, command, requests, outcome, descriptions, replies } = robot({ describeSeconds: 1, share: 0.2 });
    pass(2200);
    expect(requests).toHaveLength(1);
    expect(requests[0].question).toBe('describe what you see and hear');
    command('ask', { question: 'is there a mug?' });
    pass(400);
    outcome(said('i see a mug.'));
    expect(descriptions.map(({ answer }) => answer)).toEqual(['i see a mug.']);
    expect(requests.at(-1)?.question).toBe('is there a mug?');
    outcome(said('yes'));
    expect(replies[0].said?.answer).toBe('yes');
    // It took from 1 s to 2.6 s: nothing for four times as long, and then at once.
    pass(6300);
    expect(requests).toHaveLength(2);
    pass(200);
    expect(requests).toHaveLength(3);
  });
});
