import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createStreamClock, type Stamped } from '../../src/clock/clock.ts';
import type { ClockConfig } from '../../src/clock/config.ts';
import { createUnwrapper } from '../../src/clock/unwrap.ts';
import { stampOf, type Arrival, type DeviceClock, type StreamDescriptor } from '../../src/frame/index.ts';

const EPOCH = 1_700_000_000_000_000_000n;
const CONFIG: ClockConfig = { stamps: 'device', latencyMs: 0 };

function stream(clock: DeviceClock): StreamDescriptor {
  return { id: 'imu', kind: 'imu', frameId: 'imu', clock, role: 'sensor' };
}

function arrival(device: bigint | undefined, receivedMs: number): Arrival {
  return {
    stream: 'imu',
    frameId: 'imu',
    device,
    received: stampOf(Math.round(receivedMs * 1e6)),
    measurement: { kind: 'imu' },
  };
}

const ms = (stamped: Stamped): number | string =>
  stamped.verdict === 'stamped' ? stamped.stamp / 1e6 : stamped.reason;

describe('clock of a stream', () => {
  const unixMs = (time: number): bigint => EPOCH + BigInt(Math.round(time * 1e6));

  it('passes Unix stamps of the host’s own clock through', () => {
    const clock = createStreamClock(stream({ domain: 'unix' }), CONFIG, EPOCH);
    // device    10    20    15 (backward)  20 again  -> the newest raw stamp repeated is a duplicate
    expect([10, 20, 15].map((at) => ms(clock.stamp(arrival(unixMs(at), at + 3))))).toEqual([10, 20, 15]);
    expect(ms(clock.stamp(arrival(unixMs(15), 40)))).toBe('duplicate');
  });

  it('refuses zero, negative and far-future stamps and goes on', () => {
    const clock = createStreamClock(stream({ domain: 'unix' }), CONFIG, EPOCH);
    expect(ms(clock.stamp(arrival(unixMs(10), 10)))).toBe(10);
    expect(ms(clock.stamp(arrival(0n, 11)))).toBe('invalid stamp');
    expect(ms(clock.stamp(arrival(-5n, 12)))).toBe('invalid stamp');
    expect(ms(clock.stamp(arrival(unixMs(3_600_000), 13)))).toBe('future stamp');
    expect(ms(clock.stamp(arrival(EPOCH * 2n, 14)))).toBe('invalid stamp');
    expect(ms(clock.stamp(arrival(unixMs(20), 20)))).toBe(20);
  });

  it('relates a Unix clock that is set wrong to the host’s, by the smallest delay', () => {
    const clock = createStreamClock(stream({ domain: 'unix' }), CONFIG, EPOCH);
    const yearsOff = (time: number): bigint => unixMs(time) - 300_000_000_000_000_000n;
    const stamps = [
      [0, 5],
      [10, 12],
      [20, 29],
    ].map(([device, received]) => ms(clock.stamp(arrival(yearsOff(device), received))));
    expect(stamps[0]).toBe(5);
    expect(stamps[1]).toBe(12);
    expect(stamps[2]).toBeCloseTo(22, 1); // not 29: it was only delivered late
  });

  it('stamps on arrival where the device tells no time, and takes the latency off', () => {
    const clock = createStreamClock(stream({ domain: 'none' }), { stamps: 'device', latencyMs: 4 }, EPOCH);
    expect(ms(clock.stamp(arrival(undefined, 10)))).toBe(6);
  });

  it('goes on through a counter that wraps, and begins anew when the device restarts', () => {
    const clock = createStreamClock(stream({ domain: 'counter', hz: 1e6, bits: 32 }), CONFIG, EPOCH);
    const start = 2 ** 32 - 10_000;
    const times = Array.from({ length: 5 }, (_, i) => i * 5);
    const stamps = times.map((at) => ms(clock.stamp(arrival(BigInt((start + at * 1000) % 2 ** 32), at + 1))));
    stamps.forEach((stamp, i) => expect(stamp).toBeCloseTo(times[i] + 1, 1));
    // The counter goes from about 10 ms before the wrap plus 20 ms on, some seconds pass, then it starts at 0.
    expect(ms(clock.stamp(arrival(BigInt(5_000_000), 5011)))).toBeCloseTo(5011, 0);
    expect(clock.stamp(arrival(0n, 9000))).toEqual({ verdict: 'dropped', reason: 'past stamp' });
    expect(clock.stamp(arrival(5000n, 9005))).toEqual({
      verdict: 'stamped',
      stamp: 9005e6,
      event: 'device restart',
    });
    expect(clock.stamp(arrival(10_000n, 9010))).toEqual({ verdict: 'stamped', stamp: 9010e6 });
  });

  it('keeps the stamps of a drifting, jittering counter regular', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -100e-6, max: 100e-6, noNaN: true }),
        fc.array(fc.double({ min: 0, max: 3, noNaN: true }), { minLength: 400, maxLength: 400 }),
        (drift, delays) => {
          const clock = createStreamClock(stream({ domain: 'counter', hz: 1e6, bits: 64 }), CONFIG, EPOCH);
          delays.forEach((delay, i) => {
            const at = i * 5;
            const device = BigInt(Math.round(at * 1000 * (1 + drift)));
            const stamp = ms(clock.stamp(arrival(device, at + 1 + (i % 20 === 0 ? 0 : delay))));
            // From the first undelayed frame on, stamps lie at the constant delay, whatever the jitter.
            if (i >= 20) expect(Math.abs((stamp as number) - at - 1)).toBeLessThan(0.1);
          });
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe('counter', () => {
  it.each([16, 32, 64] as const)('of %i bits counts on through any number of wraps', (bits) => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n }),
        fc.array(fc.integer({ min: 0, max: 2 ** 14 }), { maxLength: 50 }),
        (start, steps) => {
          const unwrapper = createUnwrapper(bits);
          let raw = start;
          let expected = 0;
          expect(unwrapper.read(raw)).toBe(0);
          unwrapper.take(raw);
          for (const step of steps) {
            raw = BigInt.asUintN(bits, raw + BigInt(step));
            expected += step;
            expect(unwrapper.read(raw)).toBe(expected);
            unwrapper.take(raw);
          }
        },
      ),
    );
  });
});
