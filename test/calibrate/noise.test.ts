import { describe, expect, it } from 'vitest';
import { allanDeviation } from '../../src/calibrate/allan.ts';
import { noiseModelOf } from '../../src/calibrate/noise-model.ts';
import { imuNoiseOf } from '../../src/calibrate/noise.ts';
import type { ImuSeries } from '../../src/calibrate/series.ts';
import { stillSpans } from '../../src/calibrate/still.ts';
import { createRandom, normal, type Random } from '../../src/random/index.ts';

const RATE = 100;

/** White noise of a density, on a bias that walks. */
function readings(random: Random, count: number, white: number, walk: number): Float64Array {
  let bias = 0;
  return Float64Array.from({ length: count }, () => {
    bias += (walk / Math.sqrt(RATE)) * normal(random);
    return bias + white * Math.sqrt(RATE) * normal(random);
  });
}

describe('allanDeviation', () => {
  it('gives what NIST SP 1065 (2008), table 31, gives for its thousand points', () => {
    let state = 1234567890n;
    const points = new Float64Array(1000);
    for (let i = 0; i < 1000; i += 1) {
      points[i] = Number(state) / 2147483647;
      state = (16807n * state) % 2147483647n;
    }
    const deviations = allanDeviation([points], 1, [1, 10, 100]).map(({ deviation }) => deviation);
    [2.922319e-1, 9.159953e-2, 3.241343e-2].forEach((known, i) => expect(deviations[i]).toBeCloseTo(known, 7));
  });

  it('follows white noise by -1/2 and a walk by +1/2', () => {
    const slope = (values: Float64Array): number => {
      const points = allanDeviation([values], 1 / RATE).slice(2, 9);
      const [first, last] = [points[0], points[points.length - 1]];
      return Math.log(last.deviation / first.deviation) / Math.log(last.seconds / first.seconds);
    };
    expect(slope(readings(createRandom(1), 50_000, 1e-3, 0))).toBeCloseTo(-0.5, 1);
    expect(slope(readings(createRandom(2), 50_000, 0, 1e-3))).toBeCloseTo(0.5, 1);
  });

  it('takes records apart: what lies between them does not matter', () => {
    const random = createRandom(3);
    const [a, b] = [readings(random, 5000, 1e-3, 0), readings(random, 5000, 1e-3, 0)];
    const far = b.map((value) => value + 5);
    const [one, other] = [allanDeviation([a, b], 0.01), allanDeviation([a, far], 0.01)];
    one.forEach(({ deviation }, i) => expect(other[i].deviation).toBeCloseTo(deviation, 9));
  });
});

describe('noiseModelOf', () => {
  it.each([
    [1e-3, 0, 20_000],
    [1e-3, 5e-4, 30_000],
  ])('finds white noise %d and a walk of %d within what it says', (white, walk, count) => {
    const runs = 24;
    let [whites, walks, seen] = [0, 0, 0];
    for (let seed = 1; seed <= runs; seed += 1) {
      const allan = allanDeviation([readings(createRandom(seed), count, white, walk)], 1 / RATE);
      const model = noiseModelOf(allan, 1 / RATE);
      if (model === undefined) throw new Error('no model');
      const z = (model.white.value - white) / model.white.sigma;
      expect(Math.abs(z)).toBeLessThan(4);
      whites += z * z;
      expect(model.white.sigma / white).toBeLessThan(0.02);
      if (model.walk.value === undefined) expect(model.walk.below).toBeGreaterThan(0.5 * walk);
      else {
        seen += 1;
        walks += ((model.walk.value - walk) / model.walk.sigma) ** 2;
      }
    }
    // Chi-square of 24: 12.4 to 39.4 (95 %); a little more room, for the fit chooses its terms.
    expect(whites).toBeGreaterThan(10);
    expect(whites).toBeLessThan(42);
    expect(seen).toBeLessThanOrEqual(walk === 0 ? 3 : runs);
    if (walk > 0) expect([seen > 18, walks / seen < 2]).toEqual([true, true]);
  });

  it('reads past a filter in the sensor: its shortest times are left out', () => {
    const white = readings(createRandom(5), 40_000, 1e-3, 0);
    const filtered = white.map((_, i) => (i < 3 ? 0 : (white[i] + white[i - 1] + white[i - 2] + white[i - 3]) / 4));
    const model = noiseModelOf(allanDeviation([filtered], 1 / RATE), 1 / RATE);
    expect(model?.from).toBeGreaterThan(1 / RATE);
    expect(model?.white.value).toBeCloseTo(1e-3, 4);
  });
});

describe('imuNoiseOf', () => {
  /** An IMU that lies still, is picked up and turned for five seconds, and lies still again; one reading in a thousand is missing. */
  function recorded(seed: number): ImuSeries {
    const random = createRandom(seed);
    const series: ImuSeries = { times: [], gyro: [[], [], []], accel: [[], [], []] };
    for (let i = 0; i < 65 * RATE; i += 1) {
      const at = i / RATE;
      const moving = at > 30 && at < 35 ? Math.sin((at - 30) * 4) : 0;
      const noise = [0, 1, 2, 3, 4, 5].map(() => normal(random));
      if (random() < 0.001) continue;
      series.times.push(at + 1e-4 * normal(random));
      for (let axis = 0; axis < 3; axis += 1) {
        series.gyro[axis].push(0.01 * axis + 1e-3 * 10 * noise[axis] + moving);
        series.accel[axis].push((axis === 2 ? 9.81 : 0) + 2e-3 * 10 * noise[3 + axis] + 3 * moving);
      }
    }
    return series;
  }

  it('finds the rest in a log, and the noise in it', () => {
    const imu = recorded(1);
    const spans = stillSpans(imu);
    expect(spans.map(({ from, to }) => [Math.round(from), Math.round(to)])).toEqual([
      [0, 29],
      [36, 65],
    ]);
    const noise = imuNoiseOf(imu, spans);
    expect(noise?.rateHz).toBeCloseTo(RATE, 2);
    expect(noise?.missing).toBeGreaterThan(1e-4);
    for (const { white } of noise?.gyro ?? []) expect(Math.abs(white.value - 1e-3)).toBeLessThan(4 * white.sigma);
    for (const { white } of noise?.accel ?? []) expect(Math.abs(white.value - 2e-3)).toBeLessThan(4 * white.sigma);
  });

  it('sees no rest in a turntable, nor in wheels that roll', () => {
    const imu = recorded(2);
    const turning = { ...imu, gyro: [imu.gyro[0], imu.gyro[1], imu.gyro[2].map((rate) => rate + 0.5)] } as ImuSeries;
    expect(stillSpans(turning)).toEqual([]);
    const times = [0, 65];
    expect(stillSpans(imu, { times, way: [0, 6.5], heading: undefined })).toEqual([]);
    expect(stillSpans(imu, { times, way: [0, 0], heading: undefined })).toHaveLength(2);
  });

  it('tells nothing from less than ten seconds', () => {
    const imu = recorded(3);
    expect(
      imuNoiseOf(
        imu,
        stillSpans(imu).map((span) => ({ ...span, to: span.from + 4 })),
      ),
    ).toBeUndefined();
  });
});
