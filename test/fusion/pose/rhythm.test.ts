import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NS_PER_SECOND, stampOf, type Stamp } from '../../../src/frame/index.ts';
import { Rhythm } from '../../../src/fusion/pose/rhythm.ts';

const at = (seconds: number): Stamp => stampOf(Math.round(seconds * NS_PER_SECOND));

function heard(times: readonly number[]): Rhythm {
  const rhythm = new Rhythm(at(times[0]));
  for (const time of times) rhythm.hear(at(time));
  return rhythm;
}

/** How long after it was last heard it is silent, to 10 ms. */
function patience(rhythm: Rhythm): number {
  for (let i = 0; ; i += 1) if (rhythm.isSilent(stampOf(rhythm.last + i * 1e7))) return i / 100;
}

const every = (interval: number, count: number): number[] => Array.from({ length: count }, (_, i) => i * interval);

/*
 * s          0    1    2    3    4
 * once a second   |    |    |    |    .... silent from 1.25 s on
 * in bursts  |||       |||       |||       ...  after the pause between them and a quarter of it
 * one lost   |    |         |    |    |    .... the gap has shown: twice as patient for a while
 */
describe('a source is silent', () => {
  it('after half a second where it is quick, a quarter of its interval late where it is slow', () => {
    expect(patience(heard(every(0.01, 2_000)))).toBeCloseTo(0.5, 1);
    expect(patience(heard(every(0.1, 200)))).toBeCloseTo(0.5, 1);
    expect(patience(heard(every(1, 40)))).toBeCloseTo(1.25, 1);
    expect(patience(heard(every(5, 40)))).toBeCloseTo(6.25, 1);
  });

  it('after three intervals while its rhythm is not known, and not before 3 s where it was hardly heard', () => {
    expect(patience(heard(every(1, 11)))).toBeCloseTo(1.25, 1);
    expect(patience(heard(every(0.5, 12)))).toBeCloseTo(1.5, 1);
    expect(patience(heard([0, 0.1]))).toBeCloseTo(3, 1);
  });

  it('after the pause between its bursts', () => {
    const bursts = every(2, 30).flatMap((start) => every(0.2, 5).map((time) => start + time));
    expect(patience(heard(bursts))).toBeGreaterThan(1.2);
    expect(patience(heard(bursts))).toBeLessThan(2);
  });

  it('later once a gap has shown that it may be', () => {
    const steady = every(1, 40);
    const lost = [...steady, ...every(1, 5).map((time) => 41 + time)];
    expect(patience(heard(lost))).toBeGreaterThan(2.2);
    // Hundreds of intervals later that is forgotten.
    expect(patience(heard([...steady, ...every(1, 400).map((time) => 41 + time)]))).toBeLessThan(1.3);
  });

  it('never while it keeps within its interval and a fifth, and always after ten of its longest gaps', () => {
    const gaps = fc.array(fc.double({ min: 1, max: 1.2, noNaN: true }), { minLength: 12, maxLength: 60 });
    fc.assert(
      fc.property(gaps, (between) => {
        const times = between.reduce<number[]>((all, gap) => [...all, all[all.length - 1] + gap], [0]);
        const rhythm = new Rhythm(at(0));
        for (const time of times) {
          if (time > 1) expect(rhythm.isSilent(at(time - 1e-3))).toBe(false);
          rhythm.hear(at(time));
        }
        expect(rhythm.isSilent(at(times[times.length - 1] + 12))).toBe(true);
      }),
    );
  });
});
