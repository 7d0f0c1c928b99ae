import { describe, expect, it } from 'vitest';
import type { EffectOutcome, EffectRequest } from '../../src/contract/index.ts';
import { stampOf, type Frame } from '../../src/frame/index.ts';
import { SpeechListener, type Speech } from '../../src/perception/index.ts';
import { NO_SPEECH } from '../../src/perception/speech-config.ts';
import { frameAt } from '../support/frames.ts';

const at = (ms: number) => stampOf(ms * 1e6);
const done = (output: object): EffectOutcome => ({
  status: 'done',
  output: { sha256: 'abc', text: 'go left', ended: 'end', confidence: 0.75, language: 'en', ...output },
});
const ID = 'transcribe/ears/tiny/3-10';

/** Two microphones, blocks of 100 ms at 16 kHz, one a letter: # loud, . the noise of the room. */
function listening(changes: object = {}) {
  const requests: Extract<EffectRequest, { task: 'transcribe' }>[] = [];
  const said: Speech[] = [];
  const made = new SpeechListener(
    { ...NO_SPEECH, backlog: 2, deadlineMs: 5000, ...changes, model: 'tiny', microphones: 'ears' },
    (request) => requests.push(request as (typeof requests)[number]),
    (speech) => said.push(speech),
  );
  let blocks = 0;
  const hear = (sound: string): void => {
    for (const letter of sound) {
      const amplitude = letter === '#' ? 3000 : 30;
      const data = Int16Array.from({ length: 3200 }, (_, i) => (i % 4 < 2 ? amplitude : -amplitude));
      const frame: Frame = {
        ...frameAt('ears', 100 * blocks, { input: blocks + 1 }),
        measurement: { kind: 'audio', sampleRate: 16_000, channels: 2, data, missing: 0 },
      };
      blocks += 1;
      made.take(frame, at(100 * blocks));
    }
  };
  return { made, requests, said, hear };
}

describe('a listener of speech', () => {
  it('asks about an utterance once it has ended, and tells what was said when', () => {
    // ....####......
    //   |------|         asked at 1400, 600 ms after the last loud piece
    const { made, requests, said, hear } = listening({ language: 'en' });
    hear('....####.....');
    expect(requests).toEqual([]);
    hear('.');
    expect(requests).toMatchObject([{ id: ID, model: 'tiny', task: 'transcribe', language: 'en', deadlineMs: 5000 }]);
    expect([requests[0].at, requests[0].samples.length]).toEqual([at(1400), 12_800]);
    expect(made.answer(ID, done({}))).toBe(true);
    expect(said).toEqual([
      {
        stream: 'ears',
        model: 'tiny',
        modelHash: 'abc',
        frameId: 'ears',
        start: at(200),
        end: at(1000),
        cut: 'pause',
        channels: 2,
        inputs: [3, 4, 5, 6, 7, 8, 9, 10],
        text: 'go left',
        language: 'en',
        confidence: 0.75,
        ended: 'end',
      },
    ]);
  });

  it('says which channel it was, and hears the language where none is set', () => {
    const { made, requests, said, hear } = listening({ channel: 1 });
    hear('....####......');
    expect(requests[0]).not.toHaveProperty('language');
    made.answer(ID, done({ language: null, confidence: null }));
    expect(said).toMatchObject([{ channel: 1, language: null, confidence: null }]);
  });

  it('lets utterances queue up to its backlog, gives up those that come then, and counts', () => {
    const { made, requests, hear } = listening();
    hear('....###.......###.......###.......');
    expect(requests).toHaveLength(2);
    made.answer(requests[1].id, done({}));
    hear('###.......');
    expect(requests).toHaveLength(3);
    const { asked, answered, blocks, heard, dropped } = made.counters();
    expect([asked, answered, blocks, heard, dropped['backlog']]).toEqual([3, 1, 44, 21, 7]);
  });

  it.each([
    ['NaN', done({ confidence: NaN }), 'not finite'],
    ['no text', done({ text: 7 }), 'not finite'],
    ['a language that is none', done({ language: 3 }), 'not finite'],
    ['a model that nobody knows', done({ sha256: null }), 'not finite'],
    ['a worker that died', { status: 'failed', reason: 'died' }, 'died'],
  ] as const)('refuses %s, counts it and goes on', (_what, outcome, reason) => {
    const { made, said, hear } = listening();
    hear('....####......');
    expect(made.answer(ID, outcome)).toBe(true);
    expect(said).toEqual([]);
    expect(made.counters().failed).toEqual({ [reason]: 1 });
  });

  it('waits for no answer longer than its deadline, nor for blocks of microphones that are gone', () => {
    const { made, requests, hear } = listening();
    hear('....####');
    made.tick(at(2400));
    expect(requests).toEqual([]);
    made.tick(at(2410));
    expect(requests).toMatchObject([{ id: 'transcribe/ears/tiny/3-8', at: at(2410) }]);
    made.tick(at(7410));
    expect(made.counters().failed).toEqual({});
    made.tick(at(7420));
    expect(made.counters().failed).toEqual({ 'no answer': 1 });
    expect(made.answer('transcribe/ears/tiny/3-8', done({}))).toBe(false);
  });
});
