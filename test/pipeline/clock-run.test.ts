import { describe, expect, it } from 'vitest';
import { runChannels, type ChannelStream } from './support/channels.ts';

/*
 * Minutes of a simulated robot on whose clocks everything happens at once, judged by the true sample times:
 *
 *   imu    200 Hz, counter of 24 bits: wraps every 16.8 s, drifts by up to 200 ppm
 *   speed   50 Hz, time of day: set wrong by an hour, ahead and back in turn, and right again, every 20 s
 *   field   25 Hz, no time but a sequence number; rebuilt, arrives in bursts
 *   motion  10 Hz, counter of 32 bits, drifts by up to 200 ppm: the pivot
 *
 * All lose frames, jitter and stall. SENSORIUM_FRAMES=1000000 makes it as long as that.
 */
const WAY = { latencyMs: 4, jitterMs: 0.5, dropShare: 0.01, burstEverySeconds: 15, burstMs: 80 };
const STREAMS: Readonly<Record<string, ChannelStream>> = {
  imu: { ...WAY, kind: 'imu', rate: 200, clock: 'counter24', driftPpm: 200 },
  speed: { ...WAY, kind: 'twist', rate: 50, clock: 'unix', wallStepEverySeconds: 20 },
  field: {
    ...WAY,
    kind: 'magneticField',
    rate: 25,
    clock: 'sequence',
    driftPpm: 200,
    burstEverySeconds: 2,
    burstMs: 300,
  },
  motion: { ...WAY, kind: 'twist', rate: 10, clock: 'counter32', driftPpm: 200 },
};
const FRAMES_A_SECOND = 285;
const FRAMES = Number(process.env['SENSORIUM_FRAMES'] ?? 60_000);
/** What a set may be wrong by, ms. */
const TOLERANCE = 5;

describe('a robot whose clocks drift, wrap, step and stall', () => {
  const counters = { latencyMs: 4 };
  const run = runChannels(STREAMS, {
    seconds: FRAMES / FRAMES_A_SECOND,
    config: {
      streams: { imu: counters, field: counters, motion: counters },
      align: { pivot: 'motion', toleranceMs: 50, latenessMs: 600 },
    },
  });

  it('has no misaligned set', () => {
    const worst = new Map<string, number>();
    for (const { stream, wrongBy } of run.members) worst.set(stream, Math.max(wrongBy, worst.get(stream) ?? 0));
    const wrong = run.members.filter(({ wrongBy }) => !(wrongBy <= TOLERANCE));
    if (process.env['SENSORIUM_FRAMES'] !== undefined) {
      process.stdout.write(
        `${run.frames} frames, ${run.sets} sets, wrong by at most (ms) ${JSON.stringify([...worst])}\n`,
      );
    }
    expect(wrong).toEqual([]);
    expect(run.sets).toBeGreaterThan((0.95 * FRAMES * 10) / FRAMES_A_SECOND);
  });

  it('explains every lost frame', () => {
    for (const { descriptor, account } of run.report.streams) {
      const { received, used, held, dropped, lost } = account;
      const given = Object.values(dropped).reduce((sum, count) => sum + count, 0);
      expect(received).toBe(used + held + given);
      expect(received).toBe(run.sent.get(descriptor.id));
      expect(lost).toEqual({ 'channel loss': run.lost.get(descriptor.id) });
    }
  });

  it('counts what happened to each clock', () => {
    const incidents = Object.fromEntries(
      run.report.streams.map(({ descriptor, health }) => [descriptor.id, health.incidents]),
    );
    const steps = Math.floor(FRAMES / FRAMES_A_SECOND / 20);
    expect(incidents['speed']['clock step']).toBe(steps);
    for (const stream of ['imu', 'field', 'motion'])
      expect(Object.keys(incidents[stream])).not.toContain('device restart');
  });
});
