import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRebuilder } from '../../src/clock/rebuild.ts';
import { deviationOf } from '../support/statistics.ts';
import { arrival, chance, clockFor, delivered, type Delivery, type Sample } from './support.ts';

/** Standard deviation of rebuilt minus true times, a constant aside, and of receive minus true times, ms. */
function rebuilt(samples: readonly Sample[], rate: number | undefined, numbered = false) {
  const rebuilder = createRebuilder(rate);
  let last = -Infinity;
  const errors = samples.map(({ at, number, received }) => {
    const arrived = Math.round(received * 1e6);
    const stamp = rebuilder.take(arrived, numbered ? number : undefined);
    expect(stamp).toBeGreaterThanOrEqual(last);
    expect(stamp).toBeLessThanOrEqual(arrived);
    last = stamp;
    return stamp / 1e6 - at;
  });
  const raw = deviationOf(samples.map(({ at, received }) => received - at));
  return { jitter: deviationOf(errors), raw, missing: rebuilder.missing(), rebuilder };
}

const medianGap = (samples: readonly Sample[]): number =>
  samples
    .slice(1)
    .map(({ received }, i) => received - samples[i].received)
    .sort((a, b) => a - b)[samples.length >> 1];

describe('sample times rebuilt from arrivals', () => {
  // ms        0   50  100 ...........................  700 750
  // sampled   |   |   |   |   |   |   |   |   |  ...    |   |
  // arrived   |   |   |                           ||||||||   |        holes of up to 0.68 s, then all at once
  it('are within 10 ms where more than half of them arrive in bursts, 0.7 ms apart', () => {
    for (let seed = 1; seed <= 10; seed += 1) {
      const samples = delivered({ seed, period: 50, count: 1200, stallEvery: 150 });
      expect(medianGap(samples)).toBeLessThan(0.75);
      const { jitter, raw, rebuilder } = rebuilt(samples, 20);
      expect(raw).toBeGreaterThan(100);
      expect(jitter).toBeLessThan(10);
      expect(rebuilder.basis()).toBe('grid');
      expect(rebuilder.period()).toBeCloseTo(50e6, -5);
    }
  });

  it('are so for every period and burst, a rate that is a little off, jitter', () => {
    const delivery: fc.Arbitrary<Delivery> = fc.record({
      seed: fc.integer({ min: 1, max: 1e6 }),
      period: fc.constantFrom(20, 50, 100),
      count: fc.constant(1500),
      jitter: fc.constantFrom(0.2, 1, 4),
      stallEvery: fc.constantFrom(800, 3000),
      stall: fc.constantFrom(200, 680),
    });
    const off = fc.double({ min: -0.003, max: 0.003, noNaN: true });
    const jitters: number[] = [];
    fc.assert(
      fc.property(delivery, off, (given, share) => {
        jitters.push(rebuilt(delivered(given), (1000 / given.period) * (1 + share)).jitter);
      }),
      { numRuns: 60, seed: 1 },
    );
    jitters.sort((a, b) => a - b);
    expect(jitters[30]).toBeLessThan(2);
    expect(jitters[56]).toBeLessThan(10);
    // A hole of two or three long periods is one that a lost sample would leave too: now and then it is taken for that.
    for (let seed = 1; seed <= 10; seed += 1) {
      const samples = delivered({ seed, period: 200, count: 1500, stallEvery: 800 });
      expect(rebuilt(samples, 5).jitter).toBeLessThan(30);
    }
  });

  it('are so through losses where the samples are numbered; lost ones are known', () => {
    for (const period of [5, 20, 50, 200]) {
      const count = 60_000 / period;
      const samples = delivered({ seed: period, period, count, stallEvery: 1000, loss: 0.05 });
      const { jitter, missing } = rebuilt(samples, 1000 / period, true);
      expect(jitter).toBeLessThan(10);
      const { number: first } = samples[0];
      const last = samples[samples.length - 1].number;
      expect(missing).toBe(last - first + 1 - samples.length);
    }
  });

  it('tell lost samples from late ones by the rhythm', () => {
    // ms   0 50 100 150 .. 300 350 ....  -> one lost;    .... 900 |||||| 950  -> none
    const samples = delivered({ seed: 1, period: 50, count: 1000, loss: 0.02 });
    const { jitter, missing } = rebuilt(samples, 20);
    expect(Math.abs(missing - (1000 - samples.length))).toBeLessThanOrEqual(2);
    expect(jitter).toBeLessThan(5);
  });

  it('begin without a known rate', () => {
    for (const period of [5, 50, 200]) {
      const { jitter, rebuilder } = rebuilt(
        delivered({ seed: 2, period, count: 60_000 / period, jitter: 2 }),
        undefined,
      );
      expect(jitter).toBeLessThan(3);
      expect((rebuilder.period() ?? 0) / 1e6 / period).toBeCloseTo(1, 3);
    }
  });

  it('do no harm where there is no rhythm: they are the times of arrival', () => {
    const { exponential } = chance(4);
    let at = 0;
    const events = Array.from({ length: 2000 }, (_, number): Sample => {
      at += 100 * exponential();
      return { at, number, received: at + 1 };
    });
    const rebuilder = createRebuilder(10);
    const kept = events.map(({ received }) => {
      const arrived = Math.round(received * 1e6);
      return rebuilder.take(arrived) === arrived;
    });
    expect(rebuilder.basis()).toBe('arrival');
    expect(rebuilder.deviation()).toBe(5e6);
    // The rate that was told is believed for some seconds.
    expect(kept.slice(100).filter((same) => same).length / 1900).toBeGreaterThan(0.99);
  });

  it('do no harm where a motor turns unevenly and arrivals are better than any grid', () => {
    const { uniform } = chance(5);
    let at = 0;
    const turns = Array.from({ length: 1000 }, (_, number): Sample => {
      at += 125 + 4 * (uniform() - 0.5);
      return { at, number, received: at + 0.5 * uniform() };
    });
    expect(rebuilt(turns, 8).jitter).toBeLessThan(2);
  });
});

describe('a stream without device time', () => {
  it('whose samples are numbered refuses duplicates, and begins anew with its device', () => {
    const clock = clockFor({ domain: 'sequence', bits: 16 }, {}, 100);
    // number   65534 65535 0 1 | 1 | 3 (2 lost) | 0 1 ...
    const numbers = [65534, 65535, 0, 1, 1, 3];
    const verdicts = numbers.map((number, i) => clock.stamp(arrival(BigInt(number), 10 * i)).verdict);
    expect(verdicts).toEqual(['stamped', 'stamped', 'stamped', 'stamped', 'dropped', 'stamped']);
    expect(clock.report()).toMatchObject({ missing: 1, wraps: 1, refused: { duplicate: 1 }, events: {} });
    for (let i = 0; i < 50; i += 1) clock.stamp(arrival(BigInt(40_000 + i), 1000 + 10 * i));
    expect(clock.report()).toMatchObject({ events: { 'device restart': 1 }, missing: 1 });
  });

  it('is rebuilt unless the configuration wants its arrivals', () => {
    const samples = delivered({ seed: 7, period: 50, count: 600, stallEvery: 1000 });
    const spread = (stamps: 'device' | 'arrival'): number => {
      const clock = clockFor({ domain: 'none' }, { stamps, rateHz: 20 });
      return deviationOf(
        samples.map(({ at, received }) => {
          const stamped = clock.stamp(arrival(undefined, received));
          return stamped.verdict === 'stamped' ? stamped.stamp / 1e6 - at : NaN;
        }),
      );
    };
    expect(spread('device')).toBeLessThan(10);
    expect(spread('arrival')).toBeGreaterThan(50);
  });
});
