import { describe, expect, it } from 'vitest';
import type { OrientationFilter } from '../../../src/fusion/index.ts';
import { fromRollPitchYaw } from '../../../src/geometry/index.ts';
import { degreesFrom, run, waving, worstFrom, type Motion, type Reading, type Run } from './support/motion.ts';

/** When the fault begins, s. */
const FROM = 8;

/** What the filter said of itself, and when first, s after the fault began. */
function told(motion: Motion, options: Run): Record<string, number> {
  const when: Record<string, number> = {};
  run(motion, {
    ...options,
    see: (filter, t) => {
      const estimate = filter.estimate();
      if (estimate?.validity !== 'degraded') return;
      for (const reason of estimate.validityReason?.split('; ') ?? []) when[reason] ??= t - FROM;
    },
  });
  return when;
}

/** A motion of which the accelerometer clips: it is shaken along x by half a metre, twice a second. */
function shaken(): Motion {
  const { orientation } = waving();
  const soft = (t: number): number => Math.min(1, Math.max(0, t - 3) / 2);
  return {
    orientation,
    position: (t) => {
      const s = soft(t);
      return [0.15 * Math.sin(2 * Math.PI * 2.1 * (t - 3)) * s ** 3 * (10 - 15 * s + 6 * s * s), 0, 0];
    },
  };
}

/** Turns to and fro, faster than the range of many a gyroscope. */
function spinning(): Motion {
  const yaw = (t: number): number => (t < 3 ? 0 : 1.2 * (1 - Math.cos(2 * Math.PI * 0.8 * (t - 3))));
  return { orientation: (t) => fromRollPitchYaw(0.3 * yaw(t), 0, yaw(t)), position: () => [0, 0, 0] };
}

const during = (seconds: number, change: (reading: Reading, t: number, i: number) => Reading | undefined) => {
  return (reading: Reading, t: number, i: number): Reading | undefined =>
    t >= FROM && t < FROM + seconds ? change(reading, t, i) : reading;
};

describe('faults of inertial and magnetic sensors', () => {
  //        0    3         8 fault     then
  // motion |rest|waving …
  it('has nothing to tell of a motion without one', () => {
    expect(told(waving(), { seconds: 12 })).toEqual({});
  });

  it('numbers that are none never enter: one sample in a hundred', () => {
    const change = during(10, (reading, _, i) =>
      i % 100 === 50 ? { ...reading, [i % 200 === 50 ? 'rate' : 'force']: [NaN, 0, Infinity] as const } : reading,
    );
    const options = { seconds: 18, rate: 200, change };
    expect(told(waving(), options)['inertial samples not finite']).toBeLessThan(1);
    // A sample that is missing leaves the estimate where it was for 5 ms: half a degree here.
    expect(worstFrom(waving(), options, 0)).toBeLessThan(0.8);
  });

  it('a field that is no number never enters', () => {
    const change = during(2, (reading) => ({ ...reading, field: [NaN, 0, 0] }));
    expect(worstFrom(waving(), { seconds: 12, change }, 0)).toBeLessThan(0.5);
  });

  it('an accelerometer at the end of its range', () => {
    const clip = (value: number): number => Math.max(-19.6, Math.min(19.6, value));
    const change = during(10, (reading) => {
      const [x, y, z] = reading.force;
      return { ...reading, force: [clip(x), clip(y), clip(z)] as const };
    });
    const options = { seconds: 18, change };
    expect(told(shaken(), { seconds: 18 })).toEqual({});
    expect(told(shaken(), options)['accelerometer clipped']).toBeLessThan(1);
    expect(worstFrom(shaken(), options, 0)).toBeLessThan(4);
  });

  it('a gyroscope at the end of its range: the tilt comes back by gravity', () => {
    const change = during(4, (reading) => {
      const [x, y, z] = reading.rate;
      const clip = (value: number): number => Math.max(-4.36, Math.min(4.36, value));
      return { ...reading, rate: [clip(x), clip(y), clip(z)] as const };
    });
    const options = { seconds: 25, change };
    expect(told(spinning(), options)['gyroscope clipped']).toBeLessThan(1.5);
    expect(worstFrom(spinning(), options, 20)).toBeLessThan(3);
  });

  it('vibration', () => {
    const change = during(4, (reading, _, i) => {
      const [x, y, z] = reading.force;
      const shake = i % 2 === 0 ? 20 : -20;
      return { ...reading, force: [x + shake, y - shake, z + shake] as const };
    });
    const options = { seconds: 12, rate: 200, change };
    expect(told(waving(), options)['vibration']).toBeLessThan(1);
    expect(worstFrom(waving(), options, 0)).toBeLessThan(1);
  });

  it('a magnet: the heading goes on by the gyroscope', () => {
    const change = during(10, (reading) => {
      const [x, y, z] = reading.field;
      return { ...reading, field: [x + 30e-6, y, z] as const };
    });
    const options = { seconds: 25, change };
    expect(told(waving(), options)['magnetic disturbance']).toBeLessThan(1);
    expect(worstFrom(waving(), options, 0)).toBeLessThan(2);
  });

  it('another field that stays becomes the reference', () => {
    // Iron in the room: another horizontal part, and the same north.
    const change = during(60, (reading) => {
      const [x, y, z] = reading.field;
      return { ...reading, field: [1.3 * x, 1.3 * y, 1.3 * z] as const };
    });
    const last: { filter?: OrientationFilter } = {};
    const when: number[] = [];
    run(waving(), {
      seconds: 50,
      change,
      see: (filter, t) => {
        if (filter.estimate()?.validityReason?.includes('magnetic disturbance') === true) when.push(t);
        last.filter = filter;
      },
    });
    expect(Math.max(...when)).toBeLessThan(FROM + 30);
    expect(degreesFrom(last.filter as OrientationFilter, waving().orientation(50))).toBeLessThan(1);
  });

  it('a restart: three seconds without samples, and another bias', () => {
    const change = (reading: Reading, t: number): Reading | undefined => {
      if (t < FROM || t >= FROM + 13) return reading;
      if (t < FROM + 3) return undefined;
      const [x, y, z] = reading.rate;
      return { ...reading, rate: [x + 0.005, y, z - 0.005] as const };
    };
    const options = { seconds: 20, change };
    expect(told(waving(), options)['inertial samples missing']).toBeLessThan(3.5);
    expect(worstFrom(waving(), options, 0)).toBeGreaterThan(20);
    expect(worstFrom(waving(), options, 17)).toBeLessThan(3);
  });

  it('a short hole is bridged, and told', () => {
    const change = during(0.3, () => undefined);
    const options = { seconds: 20, change };
    expect(told(waving(), options)['inertial samples missing']).toBeLessThan(1);
    expect(worstFrom(waving(), options, 17)).toBeLessThan(1);
  });
});
