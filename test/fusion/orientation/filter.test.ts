import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOrientationFilter } from '../../../src/fusion/index.ts';
import { compose, fromRollPitchYaw, IDENTITY_TRANSFORM, rotate, inverse } from '../../../src/geometry/index.ts';
import {
  configured,
  degreesFrom,
  fieldFrame,
  imuFrame,
  readingOf,
  run,
  waving,
  worstFrom,
  type Reading,
} from './support/motion.ts';

describe('the orientation filter', () => {
  it.each([25, 50, 100, 286, 1000, 2000])('follows a motion at %d Hz', (rate) => {
    expect(worstFrom(waving(), { seconds: 12, rate }, 0)).toBeLessThan(0.3);
  });

  it('is level and finds north within a second, however it stands', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.double({ min: -1.4, max: 1.4, noNaN: true }),
        fc.double({ min: -3, max: 3, noNaN: true }),
        (roll, pitch, yaw) => {
          const stands = fromRollPitchYaw(roll, pitch, yaw);
          const motion = { orientation: () => stands, position: () => [0, 0, 0] as const };
          const filter = run(motion, { seconds: 1 });
          expect(degreesFrom(filter, stands)).toBeLessThan(0.5);
          expect(filter.estimate()).toMatchObject({ validity: 'valid', absent: [] });
        },
      ),
      { numRuns: 25 },
    );
  });

  it('turns with the world: another heading at the start is another heading throughout', () => {
    fc.assert(
      fc.property(fc.double({ min: -3, max: 3, noNaN: true }), (heading) => {
        const there = { orientation: waving(1).orientation, position: waving(1).position };
        const turned = fromRollPitchYaw(0, 0, heading);
        const here = run(there, { seconds: 6 }).estimate();
        // The same motion in a world that is turned: only the field comes from elsewhere.
        const elsewhere = run(there, {
          seconds: 6,
          change: (reading, t) => {
            const q = there.orientation(t);
            const world = rotate(q, reading.field);
            return { ...reading, field: rotate(inverse(q), rotate(inverse(turned), world)) };
          },
        });
        // A tilt about north turns the field's direction, one about east does not: the same only within errors of tilt.
        expect(degreesFrom(elsewhere, compose(turned, here?.orientation ?? [1, 0, 0, 0]))).toBeLessThan(0.3);
      }),
      { numRuns: 8 },
    );
  });

  it('comes to the same in pieces: asking changes nothing', () => {
    const whole = run(waving(), { seconds: 8 }).estimate();
    let asked = 0;
    const pieces = run(waving(), {
      seconds: 8,
      see: (filter) => {
        if (filter.estimate() !== undefined) asked += 1;
      },
    }).estimate();
    expect(asked).toBe(801);
    expect(pieces).toEqual(whole);
  });

  it('learns the bias of the gyroscope at rest', () => {
    const bias = [0.008, -0.006, 0.005] as const;
    const filter = run(waving(100), { seconds: 6, bias });
    const rate = filter.estimate()?.angularVelocity ?? [1, 1, 1];
    expect(Math.hypot(...rate)).toBeLessThan(4e-4);
  });

  it('learns the bias of the gyroscope in motion', () => {
    const bias = [0.008, -0.006, 0.005] as const;
    const filter = run(waving(0), { seconds: 90, bias });
    const rate = filter.estimate()?.angularVelocity ?? [1, 1, 1];
    const { rate: truth } = readingOf(waving(0), 90);
    expect(Math.hypot(...rate.map((value, i) => value - truth[i]))).toBeLessThan(2e-3);
  });

  it('is not taken in by a slow turn once it knows the bias', () => {
    const turning = {
      orientation: (t: number) => fromRollPitchYaw(0, 0, 0.017 * Math.max(0, t - 20)),
      position: () => [0, 0, 0] as const,
    };
    const filter = run(turning, { seconds: 35, withField: false });
    expect(degreesFrom(filter, turning.orientation(35))).toBeLessThan(1);
  });

  it('has a heading without a magnetic field, from zero on, and says so', () => {
    const filter = run(waving(), { seconds: 10, withField: false });
    expect(degreesFrom(filter, waving().orientation(10))).toBeLessThan(0.5);
    const estimate = filter.estimate();
    expect(estimate).toMatchObject({ validity: 'valid', absent: ['magneticField'] });
    expect(estimate?.validityReason).toMatch(/no magnetic field/);
    expect(Math.sqrt(estimate?.covariance[8] ?? 0)).toBeGreaterThan(3);
  });

  it('leaves the field aside when it is told to', () => {
    const filter = createOrientationFilter(configured({ useMagneticField: false }));
    const reading = readingOf(waving(), 0);
    filter.imu(imuFrame(reading, 0), IDENTITY_TRANSFORM);
    expect(filter.magneticField(fieldFrame(reading, 0), IDENTITY_TRANSFORM)).toEqual({
      verdict: 'dropped',
      reason: 'not used',
    });
    expect(filter.estimate()?.absent).toEqual([]);
  });

  it('gives the base’s orientation, however the sensors are mounted', () => {
    const mount = { translation: [0, 0, 0], rotation: fromRollPitchYaw(1, -0.4, 2) } as const;
    const filter = createOrientationFilter(configured());
    for (let i = 0; i <= 600; i += 1) {
      const { rate, force, field } = readingOf(waving(), i / 100);
      const inMount = (v: Reading['rate']): Reading['rate'] => rotate(inverse(mount.rotation), v);
      const reading = { rate: inMount(rate), force: inMount(force), field: inMount(field) };
      filter.imu(imuFrame(reading, i / 100), mount);
      filter.magneticField(fieldFrame(reading, i / 100), mount);
    }
    expect(degreesFrom(filter, waving().orientation(6))).toBeLessThan(0.3);
  });

  it('carries the orientation ahead by the delay of the gyroscope', () => {
    const delayed = { ...waving(), orientation: (t: number) => waving().orientation(t - 0.01) };
    const of = (gyroDelay: number): number => {
      const filter = run(delayed, { seconds: 6.3, config: { gyroDelay } });
      return degreesFrom(filter, waving().orientation(6.3));
    };
    expect(of(0.01)).toBeLessThan(of(0) / 3);
  });

  it('drops what comes twice, late, without a rate, or before gravity is known', () => {
    const filter = createOrientationFilter(configured());
    const reading = readingOf(waving(), 0);
    const free = { ...reading, force: [0, 0, 0.1] as const };
    const reasonOf = (take: { readonly verdict: string; readonly reason?: string }): string | undefined => take.reason;
    expect(filter.estimate()).toBeUndefined();
    expect(reasonOf(filter.magneticField(fieldFrame(reading, 0), IDENTITY_TRANSFORM))).toBe('not started');
    expect(reasonOf(filter.imu(imuFrame(free, 0), IDENTITY_TRANSFORM))).toBe('not started');
    expect(reasonOf(filter.imu(imuFrame(reading, 0), IDENTITY_TRANSFORM))).toBeUndefined();
    expect(reasonOf(filter.imu(imuFrame(reading, 0), IDENTITY_TRANSFORM))).toBe('duplicate');
    expect(reasonOf(filter.imu(imuFrame(reading, -0.1), IDENTITY_TRANSFORM))).toBe('late');
    const noRate = imuFrame(reading, 1);
    const { measurement } = noRate;
    expect(
      reasonOf(
        filter.imu(
          { ...noRate, measurement: { kind: 'imu', linearAcceleration: measurement.linearAcceleration } },
          IDENTITY_TRANSFORM,
        ),
      ),
    ).toBe('no angular velocity');
    expect(reasonOf(filter.magneticField(fieldFrame(reading, 0.1), IDENTITY_TRANSFORM))).toBeUndefined();
    expect(reasonOf(filter.magneticField(fieldFrame(reading, 0.1), IDENTITY_TRANSFORM))).toBe('late');
    const steep = { ...reading, field: [0, 1e-6, -44e-6] as const };
    expect(reasonOf(filter.magneticField(fieldFrame(steep, 0.2), IDENTITY_TRANSFORM))).toBe('field too steep');
  });
});
