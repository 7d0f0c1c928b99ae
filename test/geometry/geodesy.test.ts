import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  fromPlane,
  rotate,
  tangentPlaneAt,
  tangentPlaneBelow,
  toEarthFixed,
  toPlane,
} from '../../src/geometry/index.ts';

const latitude = fc.double({ min: -89, max: 89, noNaN: true });
const longitude = fc.double({ min: -180, max: 180, noNaN: true });
const altitude = fc.double({ min: -100, max: 5000, noNaN: true });

it('knows where the equator and the pole are', () => {
  expect(toEarthFixed(0, 0, 0)).toEqual([6378137, 0, 0]);
  expect(toEarthFixed(90, 0, 0)[2]).toBeCloseTo(6356752.3142, 3);
});

it('stands east, north and up at any place, and comes back from there', () => {
  fc.assert(
    fc.property(latitude, longitude, altitude, (phi, lambda, height) => {
      const plane = tangentPlaneAt(phi, lambda, height);
      const [, , up] = toPlane(plane, toEarthFixed(phi, lambda, height + 100));
      expect(up).toBeCloseTo(100, 6);
      const [east, north] = toPlane(plane, toEarthFixed(phi + 1e-4, lambda, height));
      expect(Math.abs(east)).toBeLessThan(1e-3);
      expect(north).toBeGreaterThan(10);
      expect(toPlane(plane, toEarthFixed(phi, lambda + 1e-4, height))[0]).toBeGreaterThan(0);
      const there = fromPlane(plane, [3, -4, 5]);
      toPlane(plane, there).forEach((value, i) => expect(value).toBeCloseTo([3, -4, 5][i], 6));
      const again = tangentPlaneBelow(plane.origin);
      for (const axis of [[1, 0, 0] as const, [0, 0, 1] as const]) {
        const [a, b] = [rotate(again.rotation, axis), rotate(plane.rotation, axis)];
        expect(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])).toBeLessThan(1e-9);
      }
    }),
  );
});
