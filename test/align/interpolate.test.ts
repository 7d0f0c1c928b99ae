import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interpolate } from '../../src/align/index.ts';
import type { FixMeasurement, Measurement, OdometryMeasurement } from '../../src/frame/index.ts';
import { fromRollPitchYaw, toRollPitchYaw } from '../../src/geometry/index.ts';

const odometry = (x: number, yaw: number): OdometryMeasurement => ({
  kind: 'odometry',
  childFrameId: 'base_link',
  pose: { position: [x, 0, 0], orientation: fromRollPitchYaw(0, 0, yaw) },
  twist: { linear: [x, 0, 0], angular: [0, 0, yaw] },
});
const fix = (longitude: number, quality: FixMeasurement['quality'] = 'fix'): FixMeasurement => ({
  kind: 'fix',
  latitude: 10,
  longitude,
  altitude: 5,
  quality,
  service: 1,
});

describe('interpolate', () => {
  it('goes the straight line, and the shorter arc', () => {
    const between = interpolate(odometry(1, 3), odometry(2, -3), 0.25) as OdometryMeasurement;
    expect(between.pose?.position).toEqual([1.25, 0, 0]);
    // From 3 rad to -3 rad the short way leads over π: 0.2832 rad in all.
    expect(toRollPitchYaw(between.pose?.orientation ?? [1, 0, 0, 0])[2]).toBeCloseTo(3 + 0.25 * (2 * Math.PI - 6), 12);
    expect(between.twist?.linear).toEqual([1.25, 0, 0]);
  });

  it('crosses the date line', () => {
    expect(interpolate(fix(179.5), fix(-179.5), 0.75)).toMatchObject({ longitude: -179.75, altitude: 5 });
  });

  it('ends where it should', () => {
    fc.assert(
      fc.property(fc.double({ min: -3, max: 3, noNaN: true }), fc.double({ min: -3, max: 3, noNaN: true }), (a, b) => {
        const [one, other] = [odometry(a, a), odometry(b, b)];
        const at = (fraction: number) => (interpolate(one, other, fraction) as OdometryMeasurement).pose;
        expect(Math.abs((at(0)?.position[0] ?? NaN) - a)).toBeLessThan(1e-12);
        expect(Math.abs((at(1)?.position[0] ?? NaN) - b)).toBeLessThan(1e-12);
        const dot = (at(1)?.orientation ?? []).reduce((sum, q, i) => sum + q * (other.pose?.orientation[i] ?? 0), 0);
        expect(Math.abs(dot)).toBeCloseTo(1, 12);
      }),
    );
  });

  const picture: Measurement = { kind: 'image', encoding: 'jpeg', data: new Uint8Array(1) };
  it.each([
    ['pictures', picture, picture],
    ['different kinds', odometry(0, 0), picture],
    ['a receiver without a fix', fix(1), fix(2, 'none')],
  ])('has nothing between %s', (_what, before, after) => {
    expect(interpolate(before, after, 0.5)).toBeUndefined();
  });
});
