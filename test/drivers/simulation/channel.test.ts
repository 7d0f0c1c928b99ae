import { describe, expect, it } from 'vitest';
import { clockOf, createChannel, SIMULATION_EPOCH } from '../../../drivers/simulation/channel.ts';
import { SENSORS, type StreamConfig } from '../../../drivers/simulation/config.ts';
import { createRandom } from '../../../drivers/simulation/random.ts';
import type { Sensor } from '../../../drivers/simulation/sensor.ts';
import type { InputBody } from '../../../src/contract/index.ts';
import type { Arrival, DeviceClock } from '../../../src/frame/index.ts';
import { deviationBound, deviationOf, meanBound, meanOf } from '../../support/statistics.ts';
import { simulated } from '../support/simulation.ts';

const IDEAL: StreamConfig = {
  enabled: true,
  rate: 50,
  noise: 1,
  clock: 'unix',
  driftPpm: 0,
  wallStepEverySeconds: 0,
  wallStepMs: 0,
  latencyMs: 0,
  jitterMs: 0,
  dropShare: 0,
  burstEverySeconds: 0,
  burstMs: 100,
};

interface Run {
  readonly frames: Arrival[];
  readonly lost: number;
  readonly inputs: InputBody[];
}

/** What comes of a channel up to a time; `clock: unix` shows the true time of each sample. */
function run(
  said: Partial<StreamConfig>,
  seconds: number,
  {
    clock = { domain: 'unix' },
    seed = 1,
    duration = 0,
  }: { clock?: DeviceClock; seed?: number; duration?: number } = {},
): Run {
  const sensor: Sensor = { kind: 'imu', frameId: 'imu', duration, sample: () => ({ kind: 'imu' }) };
  const config = { ...IDEAL, ...said };
  const stream = { id: 'imu', kind: 'imu', frameId: 'imu', clock, nominalRate: config.rate, role: 'sensor' } as const;
  const channel = createChannel(stream, sensor, config, createRandom(seed, 'channel'));
  const inputs: InputBody[] = [];
  while (channel.due() <= seconds * 1e9) inputs.push(...channel.take());
  let lost = 0;
  for (const body of inputs) if (body.kind === 'stream' && body.event.what === 'dropped') lost += body.event.count;
  return { frames: inputs.flatMap((body) => (body.kind === 'frame' ? [body.arrival] : [])), lost, inputs };
}

/** True time of a sample of a stream with a Unix clock that does not drift, s. */
const sampledAt = ({ device }: Arrival): number => Number((device as bigint) - SIMULATION_EPOCH) / 1e9;
const delaysOf = (frames: readonly Arrival[]): number[] =>
  frames.map((frame) => frame.received / 1e6 - sampledAt(frame) * 1e3);
const COUNTER: DeviceClock = { domain: 'counter', hz: 1e6, bits: 32 };

describe('way of a simulated sensor to the host', () => {
  it('takes samples at the configured rate, beginning within one period', () => {
    for (const rate of [0.5, 10, 50, 200, 1000]) {
      const { frames } = run({ rate }, 20);
      expect(Math.abs(frames.length - 20 * rate)).toBeLessThanOrEqual(1);
      const times = frames.map(sampledAt);
      expect(times[0]).toBeLessThan(1 / rate);
      times.forEach((time, i) => expect(time).toBeCloseTo(times[0] + i / rate, 6));
    }
  });

  it('is the latency long, from the end of the sample', () => {
    for (const duration of [0, 0.01]) {
      delaysOf(run({ latencyMs: 7 }, 10, { duration }).frames).forEach((delay) =>
        expect(delay).toBeCloseTo(7 + 1000 * duration, 3),
      );
    }
  });

  it('is longer by an exponentially distributed jitter', () => {
    const delays = delaysOf(run({ latencyMs: 5, jitterMs: 1.5 }, 1000).frames).map((delay) => delay - 5);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(-1e-3);
    // An exponential distribution's deviation is its mean; its share above x means is e^-x.
    expect(Math.abs(meanOf(delays) - 1.5)).toBeLessThan(meanBound(1.5, delays.length));
    for (const means of [0.5, 1, 2, 4]) {
      const share = Math.exp(-means);
      const above = delays.filter((delay) => delay > 1.5 * means).length / delays.length;
      expect(Math.abs(above - share)).toBeLessThan(meanBound(Math.sqrt(share * (1 - share)), delays.length));
    }
  });

  it('lets no frame overtake another, however long the jitter', () => {
    const { frames } = run({ rate: 200, jitterMs: 100 }, 60);
    frames.slice(1).forEach(({ received }, i) => expect(received).toBeGreaterThan(frames[i].received));
    const times = frames.map(sampledAt);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('loses the configured share of frames and says how many', () => {
    for (const dropShare of [0.001, 0.2, 0.9]) {
      const { frames, lost } = run({ rate: 1000, dropShare }, 100);
      const samples = Math.round((sampledAt(frames.at(-1) as Arrival) - sampledAt(frames[0])) * 1000) + 1;
      const missing = samples - frames.length;
      expect(Math.abs(missing / samples - dropShare)).toBeLessThan(
        meanBound(Math.sqrt(dropShare * (1 - dropShare)), samples),
      );
      // What was lost before the first frame was said as well.
      expect(lost - missing).toBe(Math.round(sampledAt(frames[0]) * 1000 - 0.5));
    }
  });

  it('says of a sensor whose frames are all lost at least once a second that they are', () => {
    const { frames, lost, inputs } = run({ rate: 50, dropShare: 1 }, 10);
    expect(frames).toEqual([]);
    expect(inputs.length).toBeGreaterThanOrEqual(9);
    expect(lost).toBeGreaterThanOrEqual(450);
    expect(lost).toBeLessThanOrEqual(500);
  });

  it('stalls as often and as long as configured; what piled up comes at once', () => {
    const seconds = 4000;
    const { frames } = run({ burstEverySeconds: 5, burstMs: 300 }, seconds);
    const delays = delaysOf(frames);
    expect(delays.every((delay) => delay < 300 + 1e-3)).toBe(true);
    const stalls = frames.filter((_, i) => delays[i] > 1e-3 && (i === 0 || delays[i - 1] <= 1e-3));
    // A new stall is drawn when the one before is over: mean distance 5.3 s, and the rest of a period.
    const expected = seconds / (5 + 0.3 + 0.01);
    expect(Math.abs(stalls.length / expected - 1)).toBeLessThan(meanBound(1, expected));
    for (const stall of stalls.slice(0, 100)) {
      const piled = frames.filter(({ received }) => received >= stall.received && received < stall.received + 1e6);
      expect(piled.length).toBeGreaterThanOrEqual(14);
      expect(piled.length).toBeLessThanOrEqual(16);
    }
    expect(frames.length).toBeGreaterThan(seconds * 50 - 20);
  });

  it('has a counter with an offset of its own and a rate error of at most what is configured', () => {
    const runs = Array.from({ length: 300 }, (_, seed) => {
      const { frames } = run({ driftPpm: 80 }, 100, { clock: COUNTER, seed });
      const [first, last] = [frames[0], frames.at(-1) as Arrival];
      const ticks = Number(BigInt.asUintN(32, (last.device as bigint) - (first.device as bigint)));
      return { offset: Number(first.device), ppm: (ticks / ((frames.length - 1) * 20_000) - 1) * 1e6 };
    });
    const rates = runs.map(({ ppm }) => ppm);
    expect(Math.max(...rates.map(Math.abs))).toBeLessThanOrEqual(80.1);
    // Uniform within ±80 ppm: deviation 80/√3, whose own error is less than a normal one's.
    expect(Math.abs(meanOf(rates))).toBeLessThan(meanBound(80 / Math.sqrt(3), runs.length));
    expect(Math.abs((deviationOf(rates) / 80) * Math.sqrt(3) - 1)).toBeLessThan(deviationBound(runs.length));
    expect(new Set(runs.map(({ offset }) => offset)).size).toBe(runs.length);
    const offsets = runs.map(({ offset }) => offset / 2 ** 32);
    expect(Math.abs(meanOf(offsets) - 0.5)).toBeLessThan(meanBound(1 / Math.sqrt(12), runs.length));
  });

  it('lets a Unix clock drift as well', () => {
    const { frames } = run({ driftPpm: 10_000 }, 100);
    const [first, last] = [frames[0], frames.at(-1) as Arrival];
    const ppm = ((sampledAt(last) - sampledAt(first)) / ((frames.length - 1) / 50) - 1) * 1e6;
    expect(Math.abs(ppm)).toBeGreaterThan(100);
    expect(Math.abs(ppm)).toBeLessThanOrEqual(10_000);
  });

  it('has counters that wrap', () => {
    const wrapping = Array.from({ length: 300 }, (_, seed) => run({ rate: 1 }, 100, { clock: COUNTER, seed }).frames);
    const wraps = wrapping.filter((frames) => Number(frames.at(-1)?.device) < Number(frames[0].device));
    // 100 s of 4295 s: 7 of 300.
    expect(wraps.length).toBeGreaterThan(0);
    for (const { device } of wrapping.flat()) {
      expect(Number(device)).toBeGreaterThanOrEqual(0);
      expect(Number(device)).toBeLessThan(2 ** 32);
    }
  });
});

describe('simulated robot', () => {
  it('has sensors of 200, 50, 50 and 10 Hz with counters of their own, and a truth of 50 Hz by the Unix clock', () => {
    const { streams } = simulated();
    expect(SENSORS.map((name) => [name, streams[name].rate, clockOf(streams[name].clock).domain])).toEqual([
      ['imu', 200, 'counter'],
      ['mag', 50, 'counter'],
      ['wheels', 50, 'counter'],
      ['scan', 10, 'counter'],
      ['truth', 50, 'unix'],
    ]);
  });
});
