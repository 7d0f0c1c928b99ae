import { describe, expect, it } from 'vitest';
import type { AudioMeasurement } from '../../src/frame/index.ts';
import { SoundWindows, type SoundWindow } from '../../src/perception/sound/windows.ts';
import { frameAt } from '../support/frames.ts';

/** Windows of 40 samples every 20, at 1 kHz: 40 ms every 20 ms. */
const OPTIONS = { sampleRate: 1000, samples: 40, hop: 20 };

/** Feeds blocks of 10 ms whose samples count on; times in ms. */
function feeding(rate = 1000) {
  const windows = new SoundWindows(OPTIONS);
  let input = 0;
  let value = 0;
  const block = (ms: number, changes: Partial<AudioMeasurement> = {}): readonly SoundWindow[] | undefined => {
    input += 1;
    const data = Int16Array.from({ length: rate / 100 }, () => (value += 1));
    const audio: AudioMeasurement = { kind: 'audio', sampleRate: rate, channels: 1, data, missing: 0, ...changes };
    return windows.add(frameAt('ears', ms, { input }), audio);
  };
  return { windows, block };
}

const inWords = (found: readonly SoundWindow[] | undefined): string[] =>
  (found ?? []).map(({ start, end, inputs }) => `${start / 1e6}-${end / 1e6} of ${inputs.join(' ')}`);

describe('windows of sound', () => {
  it('are cut from blocks that follow one another, each in its own time', () => {
    // block   0    10   20   30   40   50   60
    // window  |-------------------|              1 2 3 4
    //                   |-------------------|    3 4 5 6
    const { block } = feeding();
    const found = [0, 10, 20, 30, 40, 50].flatMap((ms) => inWords(block(ms)));
    expect(found).toEqual(['0-40 of 1 2 3 4', '20-60 of 3 4 5 6']);
  });

  it('hold the samples, full scale 1', () => {
    const { block } = feeding();
    [0, 10, 20].forEach((ms) => block(ms));
    const [window] = block(30) ?? [];
    expect([...window.samples]).toEqual(Array.from({ length: 40 }, (_, i) => (i + 1) / 32_768));
  });

  it('hold the mean of all channels', () => {
    const { block } = feeding();
    const data = Int16Array.from({ length: 80 }, (_, i) => (i % 2 === 0 ? 8192 : 0));
    const [window] = block(0, { channels: 2, data }) ?? [];
    expect(new Set(window.samples)).toEqual(new Set([0.125]));
  });

  it.each([
    ['samples that the driver lost', 20, { missing: 1 }],
    ['a block that is missing', 41, {}],
    ['a step back in time', -5, {}],
  ] as const)('never hold a hole: %s', (_what, ms, changes) => {
    const { block, windows } = feeding();
    [0, 10].forEach((at) => block(at));
    expect(inWords(block(ms, changes))).toEqual([]);
    expect(windows.gaps).toBe(1);
    const found = [10, 20, 30].flatMap((later) => inWords(block(ms + later)));
    expect(found).toEqual([`${ms}-${ms + 40} of 3 4 5 6`]);
  });

  it('bear stamps that tremble, not small holes that add up', () => {
    const { block, windows } = feeding();
    [0, 12, 19, 34, 36, 51].forEach((ms) => block(ms));
    expect(windows.gaps).toBe(0);
    const other = feeding();
    // Each block comes 8 ms later than it should.
    [0, 18, 36, 54].forEach((ms) => other.block(ms));
    expect(other.windows.gaps).toBe(1);
  });

  it('begin anew where the rate changes, and count it', () => {
    const { block, windows } = feeding();
    [0, 10, 20].forEach((ms) => block(ms));
    expect(inWords(block(30, { sampleRate: 2000 }))).toEqual([]);
    expect(windows.gaps).toBe(1);
  });

  it('are of one rate whatever comes in: a fast stream gives the same times', () => {
    const { block } = feeding(4000);
    const found = Array.from({ length: 12 }, (_, i) => inWords(block(10 * i))).flat();
    expect(found.slice(0, 2)).toEqual(['0-40 of 1 2 3 4', '20-60 of 3 4 5 6']);
  });

  it.each([
    ['no channels', { channels: 0 }],
    ['nothing', { data: new Int16Array() }],
    ['a rate that is none', { sampleRate: NaN }],
    ['a rate of which nothing can be made', { sampleRate: 1.5 }],
  ])('cannot be made of %s', (_what, changes) => {
    const { block, windows } = feeding();
    block(0);
    expect(block(10, changes)).toBeUndefined();
    expect(windows.gaps).toBe(0);
  });

  it('longer than the hop or shorter: a block may complete several, and samples may be left out', () => {
    const several = new SoundWindows({ sampleRate: 1000, samples: 40, hop: 10 });
    const long = { kind: 'audio', sampleRate: 1000, channels: 1, data: new Int16Array(100), missing: 0 } as const;
    expect(inWords(several.add(frameAt('ears', 0, { input: 1 }), long))).toHaveLength(7);
    const sparse = new SoundWindows({ sampleRate: 1000, samples: 10, hop: 150 });
    const found = [0, 100, 200, 300].flatMap((ms, i) =>
      inWords(sparse.add(frameAt('ears', ms, { input: i + 1 }), long)),
    );
    expect(found).toEqual(['0-10 of 1', '150-160 of 2', '300-310 of 4']);
  });
});
