import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAlongTrack } from '../../../src/clock/delay/along-track.ts';
import { createIntegralSeries } from '../../../src/clock/delay/series.ts';

describe('the integral of a rate', () => {
  it('is exact for a rate that changes evenly, at its samples, however far apart and however many they are', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 4, maxLength: 1500 }), (steps) => {
        const series = createIntegralSeries(0.25);
        const times = [0];
        for (const step of steps) times.push((times.at(-1) ?? 0) + step / 1000);
        for (const t of times) series.point(t, 2 + 3 * t);
        const [at, from] = [times.at(-1) ?? 0, times[1]];
        const out = new Float64Array(2);
        expect(series.sample(at, 0, at - from, out)).toBe(true);
        expect(out[0] - out[1]).toBeCloseTo(2 * (at - from) + 1.5 * (at * at - from * from), 6);
      }),
    );
  });

  it('is not known beyond what was seen, nor across a hole', () => {
    const series = createIntegralSeries(0.25);
    const out = new Float64Array(3);
    for (const t of [0, 0.1, 0.2]) series.point(t, 1);
    expect(series.sample(0.2, 0, 0.1, out)).toBe(true);
    expect(series.sample(0.25, 0, 0.1, out)).toBe(false);
    expect(series.sample(0.15, 0, 0.1, out)).toBe(false);
    for (const t of [0.9, 1]) series.point(t, 1);
    expect([series.start(), series.end()]).toEqual([0.9, 1]);
    expect(series.sample(1, 0, 0.1, out)).toBe(false);
  });

  it('takes no notice of what comes again or out of order', () => {
    const series = createIntegralSeries(0.25);
    for (const t of [0, 0.1, 0.1, 0.05, 0.2]) series.point(t, 1);
    const out = new Float64Array(2);
    expect(series.sample(0.2, 0, 0.2, out)).toBe(true);
    expect(out[0] - out[1]).toBeCloseTo(0.2, 12);
  });
});

describe('the way along the track', () => {
  it('is as long as the way, noise or not, and does not grow where the robot stands', () => {
    for (const noise of [0, 0.05]) {
      const ways: [number, number][] = [];
      const track = createAlongTrack((at, way) => ways.push([at, way]));
      // 40 s straight on at 2 m/s, 20 s of rest; noise that repeats itself after seven samples.
      for (let i = 0; i < 600; i += 1) {
        const t = i / 10;
        const [a, b] = [((i * 3) % 7) - 3, ((i * 5) % 7) - 3];
        track.take(t, 2 * Math.min(t, 40) + (noise * a) / 2, 5 + (noise * b) / 2);
      }
      const wayAt = (time: number): number => ways.find(([at]) => Math.abs(at - time) < 1e-9)?.[1] ?? NaN;
      expect(Math.abs(wayAt(35) - wayAt(10) - 50)).toBeLessThan(0.05 + 4 * noise);
      expect(Math.abs(wayAt(52) - wayAt(47))).toBeLessThan(0.01 + 4 * noise);
    }
  });
});
