import { describe, expect, it } from 'vitest';
import type { AudioMeasurement } from '../../src/frame/index.ts';
import { Utterances, type Utterance, type UtteranceOptions } from '../../src/perception/sound/utterances.ts';
import { createRandom } from '../../src/random/index.ts';
import { frameAt } from '../support/frames.ts';

const OPTIONS: UtteranceOptions = { sampleRate: 1000, aboveDb: 9, hangoverMs: 600, leastMs: 200, mostMs: 2000 };
/** Amplitudes of what a letter stands for. */
const LEVELS: Readonly<Record<string, number>> = { '.': 30, '-': 60, '#': 3000, '0': 0, _: 2 };

/** Blocks of 100 ms at 1 kHz, one a letter; a space is a block that is missing. */
function cut(sound: string, changes: Partial<UtteranceOptions> = {}, isFull = (): boolean => false) {
  const found: Utterance[] = [];
  const utterances = new Utterances({ ...OPTIONS, ...changes }, (utterance) => {
    if (isFull()) return 'backlog';
    found.push(utterance);
    return 'heard';
  });
  let input = 0;
  [...sound].forEach((letter, i) => {
    if (letter === ' ') return;
    input += 1;
    const data = Int16Array.from({ length: 100 }, (_, k) => (k % 2 === 0 ? 1 : -1) * LEVELS[letter]);
    const audio: AudioMeasurement = { kind: 'audio', sampleRate: 1000, channels: 1, data, missing: 0 };
    utterances.add(frameAt('ears', 100 * i, { input }), audio);
  });
  return { found, utterances };
}

const inWords = (found: readonly Utterance[]): string[] =>
  found.map(({ start, end, cut: why }) => `${start / 1e6}-${end / 1e6} ${why}`);

describe('utterances', () => {
  // Each letter is 100 ms: . the noise of the room, # loud, - louder than the room by 6 dB, 0 nothing at all, _ next to nothing, a space a missing block
  it.each([
    // 0         1         2         3
    // ......####............
    //     |------|                    200 ms before and after; told at 1600, when it has been quiet for 600 ms
    ['one, with a margin before and after', '......####............', ['400-1200 pause']],
    // ....###...###...........        a pause of 300 ms ends nothing
    ['a breath', '....###...###...........', ['200-1500 pause']],
    // ....###......###......          one of 600 ms does; the second begins where its margin does
    ['a pause', '....###......###......', ['200-900 pause', '1100-1800 pause']],
    // ....#.......                    a click
    ['a click is none', '....#...........', []],
    // ....---.......                  6 dB are not enough
    ['what is little louder is none', '....---...........', []],
    // 2 s are the most: what follows at once is the next
    ['one that does not end', '....######################.........', ['200-2200 length', '2200-2800 pause']],
    // ....####  ####......            what was heard before the hole is one, what comes behind it the next
    ['a hole', '....####  ####.........', ['200-800 hole', '1000-1600 pause']],
    // ....#####                       it is not told before it has ended
    ['one in the making', '....#####...', []],
    // ..########…                     what is loud for longer than the floor remembers is the floor
    ['a motor that starts', `....${'#'.repeat(60)}`, ['200-2200 length', '2200-4200 length']],
    // 00..__..   the rounding of a silent microphone is no speech
    ['nothing at all, and then next to nothing', '0000000____0000000', []],
  ] as const)('%s', (_what, sound, wanted) => {
    expect(inWords(cut(sound).found)).toEqual(wanted);
  });

  it('hold every sample of their time, of the blocks that they name', () => {
    const { found } = cut('......####............');
    const [{ samples, inputs }] = found;
    expect(samples.length).toBe(800);
    expect(inputs).toEqual([5, 6, 7, 8, 9, 10, 11, 12]);
    expect(Math.abs(samples[199])).toBeCloseTo(30 / 32_768, 6);
    expect(Math.abs(samples[200])).toBeCloseTo(3000 / 32_768, 6);
  });

  it('end where nothing follows', () => {
    const { found, utterances } = cut('....####');
    utterances.end();
    utterances.end();
    expect(inWords(found)).toEqual(['200-800 hole']);
  });

  it('are of the channel that is wanted, or of the mean of all', () => {
    const stereo = (channel?: number): number => {
      let heard = 0;
      const utterances = new Utterances(
        { ...OPTIONS, ...(channel === undefined ? {} : { channel }) },
        ({ samples }) => {
          heard = Math.max(...samples) * 32_768;
          return 'heard';
        },
      );
      for (let i = 0; i < 20; i += 1) {
        const amplitude = i >= 4 && i < 8 ? 3000 : 30;
        const data = Int16Array.from({ length: 200 }, (_, k) => (k % 2) * (k % 4 < 2 ? 1 : -1) * amplitude);
        const audio: AudioMeasurement = { kind: 'audio', sampleRate: 1000, channels: 2, data, missing: 0 };
        utterances.add(frameAt('ears', 100 * i, { input: i + 1 }), audio);
      }
      return heard;
    };
    expect([stereo(), stereo(0), stereo(1)]).toEqual([1500, 0, 3000]);
  });

  it('say why each block was not used', () => {
    const { utterances } = cut('......####........#........', {}, () => true);
    expect(utterances.counts()).toEqual({
      blocks: 27,
      heard: 0,
      dropped: { silence: 11, short: 5, backlog: 8 },
      undecided: 3,
    });
    const frame = frameAt('ears', 0, { input: 99 });
    expect(
      utterances.add(frame, { kind: 'audio', sampleRate: 1000, channels: 0, data: new Int16Array(), missing: 0 }),
    ).toBe(false);
    expect(utterances.counts().dropped).toMatchObject({ unreadable: 1 });
  });

  it('lose no block, do not overlap, and are no longer than they may be, whatever comes', () => {
    const random = createRandom(7);
    for (let run = 0; run < 20; run += 1) {
      const sound = Array.from({ length: 80 }, () => '...##- '[Math.floor(random() * (run % 2 === 0 ? 7 : 6))]).join(
        '',
      );
      const runs = sound.replace(/./g, (letter) => letter.repeat(1 + Math.floor(random() * 5)));
      const { found, utterances } = cut(runs, {}, () => random() < 0.2);
      utterances.end();
      const { blocks, heard, dropped, undecided } = utterances.counts();
      const sum = Object.values(dropped).reduce((total, count) => total + count, heard + undecided);
      expect(sum).toBe(blocks);
      expect(undecided).toBeLessThanOrEqual(2);
      const inputs = new Set(found.flatMap((one) => one.inputs)).size;
      expect([heard, inputs - heard <= undecided]).toEqual([Math.min(heard, inputs), true]);
      found.forEach(({ start, end, samples }, i) => {
        expect((end - start) / 1e6).toBeCloseTo(samples.length, 3);
        expect(samples.length).toBeLessThanOrEqual(2000);
        if (i > 0) expect(start).toBeGreaterThanOrEqual(found[i - 1].end);
      });
    }
  });
});
