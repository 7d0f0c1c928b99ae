import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { answerParts } from '../../src/cli/ask-json.ts';
import { clipOf } from '../../src/cli/sound-file.ts';
import { errorOf } from '../support/code.ts';

const folder = mkdtempSync(join(tmpdir(), 'sensorium-ask-'));
afterAll(() => rmSync(folder, { recursive: true }));

const hearing = {
  name: 'llava',
  sha256: 'ab',
  hears: { channels: 2, samples: 3 },
  answer: () => Promise.reject(new Error('nobody asks')),
  close: () => Promise.resolve(),
};

function wav(name: string, samples: readonly number[], sampleRate = 16_000): string {
  const head = Buffer.alloc(44);
  head.write('RIFF....WAVEfmt ', 'latin1');
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(2, 22);
  head.writeUInt32LE(sampleRate, 24);
  head.writeUInt16LE(16, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(2 * samples.length, 40);
  const path = join(folder, name);
  writeFileSync(path, Buffer.concat([head, Buffer.from(Int16Array.from(samples).buffer)]));
  return path;
}

describe('a sound that is asked about', () => {
  it('is the last of a file; nothing but zeros is none', async () => {
    expect(await clipOf(wav('long.wav', [9, 9, 1, 2, 3, 4, 5, 6]), hearing)).toEqual(Int16Array.of(1, 2, 3, 4, 5, 6));
    expect(await clipOf(wav('silent.wav', [9, 9, 0, 0, 0, 0, 0, 0]), hearing)).toBe(undefined);
  });

  it('is refused in one line where it is too short, of another rate, or nobody hears', async () => {
    const of = (path: string) => errorOf(clipOf(path, hearing));
    expect(await of(wav('short.wav', [1, 2]))).toMatchObject({
      code: 'E_FILE_FORMAT',
      message: expect.stringContaining('expected at least 2 x 3 samples at 16000 Hz, got 2 x 1 samples') as string,
    });
    expect(await of(wav('rate.wav', [1, 2, 3, 4, 5, 6], 8000))).toMatchObject({ code: 'E_FILE_FORMAT' });
    expect(await of(join(folder, 'none.wav'))).toMatchObject({ code: 'E_FILE_MISSING' });
    const { name, sha256, answer, close } = hearing;
    expect(await errorOf(clipOf(join(folder, 'none.wav'), { name, sha256, answer, close }))).toMatchObject({
      code: 'E_USAGE',
    });
  });
});

describe('an answer in parts', () => {
  const asked = { question: 'q?', images: ['a.png'], sound: undefined, isHeard: false, model: 'm:q8' };
  const said = { tokens: 1, promptTokens: 9, ended: 'end', confidence: 0.5 } as const;
  const parts = (text: string, missing?: 'sight' | 'hearing') =>
    answerParts(asked, hearing, { ...said, text, ...(missing && { missing }) });

  it('has a number where it is one, senses and where it comes from', () => {
    expect(parts('Two')).toEqual({
      question: 'q?',
      answer: 'Two',
      prose: 'Two',
      count: 2,
      boxes: [],
      confidence: 0.5,
      unknown_words: [],
      senses: [
        { sense: 'sight', state: 'well', input: 'a.png' },
        { sense: 'hearing', state: 'gone' },
      ],
      provenance: { model: 'm:q8', name: 'llava', sha256: 'ab' },
    });
    expect(parts('12').count).toBe(12);
    expect(parts('two red mugs')).not.toHaveProperty('count');
  });

  it('names the words that the model does not know, where it can tell', () => {
    const strange = { ...hearing, unknownIn: (words: string) => words.split(' ').filter((word) => word === 'wok') };
    const { unknown_words } = answerParts({ ...asked, question: 'a wok' }, strange, { ...said, text: 'no' });
    expect(unknown_words).toEqual(['wok']);
  });

  it('says why nothing can be told', () => {
    const why = (text: string, missing?: 'hearing') => parts(text, missing).cannot_tell?.why;
    expect(parts('i cannot tell, i do not see it.')).toMatchObject({
      answer: 'cannot tell',
      cannot_tell: { why: 'not in view', what: 'i do not see it' },
    });
    expect(why('i cannot tell, i hear nothing.')).toBe('not heard');
    expect(why('i cannot tell, i have no ears.', 'hearing')).toBe('gone');
    expect(why('I cannot tell')).toBe('unsure');
    expect(why('yes')).toBe(undefined);
  });
});
