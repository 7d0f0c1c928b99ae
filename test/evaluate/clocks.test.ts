import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CLOCK } from '../../src/clock/index.ts';
import { createTimingStudy, type StreamTiming } from '../../src/evaluate/clocks.ts';
import { createJitter } from '../../src/evaluate/jitter.ts';
import type { DeviceClock } from '../../src/frame/index.ts';
import { openLog } from '../../src/record/index.ts';
import { arrival, delivered, EPOCH, unixMs, type Sample } from '../clock/support.ts';
import { sensorium } from '../support/program.ts';
import { describeWithData } from '../support/requirements.ts';
import { deviationOf } from '../support/statistics.ts';

function study(clock: DeviceClock, samples: readonly Sample[], deviceOf: (sample: Sample) => bigint | undefined) {
  const stream = { id: 'imu', kind: 'imu', frameId: 'imu', clock, nominalRate: 20, role: 'sensor' } as const;
  const timing = createTimingStudy([stream], () => DEFAULT_CLOCK, EPOCH);
  for (const sample of samples) timing.saw(arrival(deviceOf(sample), sample.received));
  return timing.result()[0];
}

describe('jitter', () => {
  it('is the deviation from a line, whatever its offset, and its slope as far as clocks drift', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e15, max: 1e15, noNaN: true }),
        fc.double({ min: -500e-6, max: 500e-6, noNaN: true }),
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 200, maxLength: 200 }),
        (offset, slope, noise) => {
          const [plain, shifted] = [createJitter(), createJitter()];
          noise.forEach((value, i) => {
            plain.add(i * 1e8, value);
            shifted.add(i * 1e8, value + offset + slope * i * 1e8);
          });
          const expected = plain.deviation() ?? NaN;
          expect(Math.abs((shifted.deviation() ?? NaN) - expected)).toBeLessThan(1 + 1e-3 * expected);
          expect(expected).toBeLessThanOrEqual(deviationOf(noise));
        },
      ),
    );
  });

  it('is pooled over what lies between cuts', () => {
    const jitter = createJitter();
    for (let i = 0; i < 100; i += 1) {
      if (i === 50) jitter.cut();
      jitter.add(i, (i < 50 ? 0 : 1e9) + (i % 2));
    }
    expect(jitter.deviation()).toBeCloseTo(0.5, 2);
    expect(createJitter().deviation()).toBeUndefined();
  });
});

describe('timing of a stream', () => {
  const samples = delivered({ seed: 3, period: 50, count: 1200, stallEvery: 150 });

  it('tells how it arrived, and how well its times are rebuilt from that alone', () => {
    const { rawJitterMs, rebuiltJitterMs, latencyMs, ...rest } = study({ domain: 'unix' }, samples, ({ at }) =>
      unixMs(at),
    );
    expect(rest).toMatchObject({ stream: 'imu', kind: 'imu', backward: 0, duplicates: 0 });
    expect(rest.rateHz).toBeCloseTo(20, 3);
    expect(rest.gaps).toBeGreaterThan(20);
    expect(rawJitterMs).toBeGreaterThan(100);
    expect(rebuiltJitterMs).toBeLessThan(10);
    expect(latencyMs?.p99).toBeGreaterThan(latencyMs?.p50 ?? NaN);
  });

  it('is as good through a wall clock step, a wrap and drift', () => {
    const stepped = study({ domain: 'unix' }, samples, ({ at }) => unixMs(at + (at > 30_000 ? 3_600_000 : 0)));
    expect(stepped.rebuiltJitterMs).toBeLessThan(10);
    const counter = study({ domain: 'counter', hz: 1e6, bits: 24 }, samples, ({ at }) =>
      BigInt.asUintN(24, BigInt(Math.round(at * 1000 * 1.0002))),
    );
    expect(counter.rebuiltJitterMs).toBeLessThan(10);
    expect(counter.driftPpm).toBeCloseTo(200, -1);
  });

  it('has no jitter where the device tells no time', () => {
    expect(study({ domain: 'none' }, samples, () => undefined)).toMatchObject({
      rawJitterMs: null,
      rebuiltJitterMs: null,
      driftPpm: null,
    });
  });
});

describeWithData('sensorium clocks', (data) => {
  it('prints one object with a line a stream', async () => {
    const { exitCode, stdout } = await sensorium(['clocks', join(data, 'bags/jackal.bag'), '--json']);
    expect(exitCode).toBe(0);
    const { streams, delays } = JSON.parse(stdout) as { streams: StreamTiming[]; delays: unknown[] };
    expect(delays).toBeInstanceOf(Array);
    expect(streams.map(({ stream }) => stream)).toEqual(['imu.data', 'jackal_velocity_controller.odom']);
    expect(Object.keys(streams[0])).toEqual([
      'stream',
      'kind',
      'rateHz',
      'rawJitterMs',
      'rebuiltJitterMs',
      'latencyMs',
      'driftPpm',
      'gaps',
      'backward',
      'duplicates',
    ]);
    expect(streams[0].rateHz).toBeCloseTo(50, 2);
    expect((await sensorium(['clocks', join(data, 'bags/jackal.bag')])).stdout).toContain('imu.data');
  });

  it.each(['jackal.bag', 'guardian.bag', 'jarvis_circular.bag', 'handheld_hokuyo.bag'])(
    'rebuilds the times of %s within 10 ms, and does not make them worse than they arrived by more than 2 ms',
    async (file) => {
      const log = await openLog(join(data, 'bags', file));
      const timing = createTimingStudy(log.streams, () => DEFAULT_CLOCK, log.epoch);
      for await (const batch of log.entries()) {
        for (const entry of batch) if (entry.kind === 'frame') timing.saw(entry.arrival);
      }
      for (const { rawJitterMs, rebuiltJitterMs } of timing.result()) {
        expect(rebuiltJitterMs).toBeLessThan(10);
        expect(rebuiltJitterMs).toBeLessThan((rawJitterMs ?? NaN) + 2);
      }
    },
  );
});
