import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Stamped } from '../../src/clock/clock.ts';
import { deviationOf } from '../support/statistics.ts';
import { arrival, chance, clockFor, delivered, LEAST_DELAY, ms, unixMs } from './support.ts';

describe('a device that tells the time of day', () => {
  it('by the host’s own clock is passed through, surely', () => {
    const clock = clockFor({ domain: 'unix' });
    // device    10    20    15 (backward)  15 again
    expect([10, 20, 15].map((at) => ms(clock.stamp(arrival(unixMs(at), at + 3))))).toEqual([10, 20, 15]);
    expect(ms(clock.stamp(arrival(unixMs(15), 40)))).toBe('duplicate');
    expect(clock.report()).toMatchObject({ basis: 'device', deviation: 0, backward: 1, refused: { duplicate: 1 } });
  });

  it('is refused where it says zero, less, or what is far ahead, and goes on', () => {
    const clock = clockFor({ domain: 'unix' });
    expect(ms(clock.stamp(arrival(unixMs(10), 10)))).toBe(10);
    expect(ms(clock.stamp(arrival(0n, 11)))).toBe('invalid stamp');
    expect(ms(clock.stamp(arrival(-5n, 12)))).toBe('invalid stamp');
    expect(ms(clock.stamp(arrival(unixMs(3_600_000), 13)))).toBe('future stamp');
    expect(ms(clock.stamp(arrival(unixMs(0) * 2n, 14)))).toBe('invalid stamp');
    expect(ms(clock.stamp(arrival(unixMs(20), 20)))).toBe(20);
    expect(clock.report().refused).toEqual({ 'invalid stamp': 3, 'future stamp': 1 });
  });

  it('that is set wrong by years is related to the host’s by the smallest delay', () => {
    const clock = clockFor({ domain: 'unix' });
    // device   0   100   200   300 ...    delays 5, 2, 9, 2 ... ms: the stamps come to lie 2 ms after the samples
    const delays = [5, 2, 9, ...new Array<number>(20).fill(2), 8];
    const stamps = delays.map((delay, i) =>
      ms(clock.stamp(arrival(unixMs(100 * i) - 300_000_000_000_000_000n, 100 * i + delay))),
    );
    expect(stamps[0]).toBe(5);
    expect(stamps[1]).toBe(102);
    expect(stamps.at(-1)).toBeCloseTo(2302, 2);
  });

  // s        0 ........ 20 .................... 320
  // device   the host's |  slewed by so many ppm
  it.each([500, -500, 50])('and is slewed by %i ppm is followed without a gap', (ppm) => {
    const clock = clockFor({ domain: 'unix' });
    let last = -50;
    const errors = delivered({ seed: 3, period: 50, count: 6400, jitter: 1 }).map(({ at, received }) => {
      const slewed = at + Math.max(0, at - 20_000) * ppm * 1e-6;
      const stamp = ms(clock.stamp(arrival(unixMs(slewed), received))) as number;
      expect(stamp - last).toBeLessThan(52);
      expect(stamp).toBeGreaterThan(last);
      last = stamp;
      return Math.abs(stamp - at);
    });
    // Passed through until it has left the host's clock for sure; to its latency (2 ms) from then on.
    expect(Math.max(...errors)).toBeLessThan(15);
    expect(Math.max(...errors.slice(-1000))).toBeLessThan(1);
    expect(clock.report()).toMatchObject({ basis: 'estimate', events: { 'clock drift': 1 }, refused: {}, gaps: 0 });
    expect(clock.report().driftPpm).toBeCloseTo(ppm, -1);
  });

  it('is not taken for another because the network has got slower, or its delays are wild', () => {
    const slower = clockFor({ domain: 'unix' });
    const wild = clockFor({ domain: 'unix' });
    for (const { at, received } of delivered({ seed: 5, period: 100, count: 3000, jitter: 1 })) {
      expect(ms(slower.stamp(arrival(unixMs(at), received + (at > 100_000 ? 20 : 0))))).toBe(at);
    }
    for (const { at, received } of delivered({ seed: 5, period: 1000, count: 1000, jitter: 50 })) {
      expect(ms(wild.stamp(arrival(unixMs(at), received)))).toBe(at);
    }
  });
});

describe('a device with a counter', () => {
  it('goes on through wraps, and begins anew when it restarts', () => {
    const clock = clockFor({ domain: 'counter', hz: 1e6, bits: 32 });
    const start = 2 ** 32 - 10_000;
    const times = Array.from({ length: 5 }, (_, i) => i * 5);
    const stamps = times.map((at) => ms(clock.stamp(arrival(BigInt((start + at * 1000) % 2 ** 32), at + 1))));
    stamps.forEach((stamp, i) => expect(stamp).toBeCloseTo(times[i] + 1, 1));
    expect(clock.report().wraps).toBe(1);
    // The counter goes on for some seconds, then it starts at 0: the first frame gives it away, the second is stamped.
    expect(ms(clock.stamp(arrival(BigInt(5_000_000), 5011)))).toBeCloseTo(5011, 0);
    expect(clock.stamp(arrival(0n, 9000))).toEqual({ verdict: 'dropped', reason: 'past stamp' });
    expect(clock.stamp(arrival(5000n, 9005))).toMatchObject({ stamp: 9005e6, event: 'device restart' });
    expect(clock.stamp(arrival(10_000n, 9010))).toMatchObject({ stamp: 9010e6, event: undefined });
  });

  it('is told to a fraction of its jitter, and by how much, whatever its drift, jitter and stalls', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.constantFrom(-200, -30, 0, 30, 200),
        fc.constantFrom(5, 20, 100),
        fc.constantFrom(0, 3000),
        (seed, ppm, period, stallEvery) => {
          const clock = clockFor({ domain: 'counter', hz: 1e6, bits: 32 });
          const samples = delivered({ seed, period, count: 90_000 / period, jitter: 1, stallEvery, stall: 300 });
          const errors: number[] = [];
          const shares: number[] = [];
          let last = -Infinity;
          for (const { at, received } of samples) {
            const raw = BigInt.asUintN(32, BigInt(Math.round(at * 1000 * (1 + ppm * 1e-6))) + 4_290_000_000n);
            const stamped = clock.stamp(arrival(raw, received)) as Extract<Stamped, { verdict: 'stamped' }>;
            expect(stamped.stamp).toBeGreaterThan(last);
            last = stamped.stamp;
            if (at < 40_000) continue;
            errors.push(stamped.stamp / 1e6 - at - LEAST_DELAY);
            shares.push((errors.at(-1) as number) / (stamped.deviation * 1e3));
          }
          expect(Math.max(...errors.map(Math.abs))).toBeLessThan(0.3);
          expect(Math.sqrt(shares.reduce((sum, share) => sum + share * share, 0) / shares.length)).toBeLessThan(2);
          // Delays differ by a millisecond and more; what is left moves by microseconds from stamp to stamp.
          expect(deviationOf(errors.slice(1).map((error, i) => error - errors[i]))).toBeLessThan(0.01);
          expect(clock.report().driftPpm).toBeCloseTo(ppm, -1);
        },
      ),
      { numRuns: 12 },
    );
  });

  it('gives later stamps to later readings, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
        const { uniform } = chance(seed);
        const clock = clockFor({ domain: 'counter', hz: 1e6, bits: 64 });
        const shuffled = delivered({ seed, period: 10, count: 400, jitter: 8 })
          .map((sample, i) => ({ ...sample, order: i + 6 * uniform() }))
          .sort((a, b) => a.order - b.order);
        let now = 0;
        const stamped = shuffled.map(({ at, received }) => {
          now = Math.max(now, received);
          return { at, stamp: ms(clock.stamp(arrival(BigInt(at * 1000), now))) as number };
        });
        stamped.sort((a, b) => a.at - b.at);
        for (let i = 1; i < stamped.length; i += 1) expect(stamped[i].stamp).toBeGreaterThan(stamped[i - 1].stamp);
      }),
      { numRuns: 20 },
    );
  });
});

describe('whatever the source', () => {
  it('the constant latency is taken off', () => {
    const clock = clockFor({ domain: 'none' }, { stamps: 'arrival', latencyMs: 4 });
    expect(ms(clock.stamp(arrival(undefined, 10)))).toBe(6);
    expect(clock.report()).toMatchObject({ basis: 'arrival', deviation: 0.005 });
  });

  it('the report tells rate, delays and gaps', () => {
    const clock = clockFor({ domain: 'counter', hz: 1e6, bits: 64 });
    // ms   0 10 20 ... 990 | 500 ms nothing | 1490 1500 ... 2490;  each fourth frame is 3 ms late
    for (let i = 0; i < 200; i += 1) {
      const at = 10 * i + (i < 100 ? 0 : 500);
      clock.stamp(arrival(BigInt(at * 1000), at + 1 + (i % 4 === 3 ? 3 : 0)));
    }
    const report = clock.report();
    expect(report).toMatchObject({ basis: 'estimate', stamped: 200, gaps: 1, backward: 0 });
    expect(report.rate).toBeCloseTo(100, 6);
    expect(report.latency?.p50).toBe(0);
    expect(report.latency?.p99).toBeCloseTo(0.003, 3);
  });
});
