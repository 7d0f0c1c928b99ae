import { describe, expect, it } from 'vitest';
import { clock, count, length, reasons, span } from '../../src/web/page/format.js';
import { between, ellipseOf, placed, poseAt, rotate, yawOf } from '../../src/web/page/geometry.js';

const about = (z: number) => ({ x: 0, y: 0, z: Math.sin(z / 2), w: Math.cos(z / 2) });
const near = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 9) as number);

/** A covariance of position alone. */
function planar(xx: number, xy: number, yy: number): number[] {
  const all = new Array<number>(36).fill(0);
  [all[0], all[1], all[6], all[7]] = [xx, xy, xy, yy];
  return all;
}

describe('the page’s geometry', () => {
  it('turns', () => {
    expect(yawOf(about(2.5))).toBeCloseTo(2.5, 12);
    const { x, y, z } = rotate(about(Math.PI / 2), { x: 1, y: 2, z: 3 });
    expect([x, y, z]).toEqual(near([-2, 1, 3]));
    expect(placed({ x: 10, y: 20, yaw: Math.PI / 2 }, 1, 0)).toEqual(near([10, 21]));
  });

  it.each([
    [planar(4, 0, 1), 2, 1, 0],
    [planar(1, 0, 4), 2, 1, Math.PI / 2],
    [planar(2.5, 1.5, 2.5), 2, 1, Math.PI / 4],
    [planar(1, 0, 1), 1, 1, 0],
    [planar(1, 1, 1), Math.SQRT2, 0, Math.PI / 4],
  ])('finds the ellipse of 95 %%', (covariance, major, minor, angle) => {
    const k = Math.sqrt(5.991);
    const found = ellipseOf(covariance);
    expect([found.major, found.minor, found.angle]).toEqual(near([k * major, k * minor, angle]));
  });

  it('goes between headings the short way', () => {
    const half = between({ x: 0, y: 0, yaw: 3 }, { x: 2, y: 4, yaw: -3 }, 0.5);
    expect([half.x, half.y, Math.cos(half.yaw)]).toEqual(near([1, 2, -1]));
  });

  /**
   *   s       0     1     2     3     4
   *   known         x=10        x=20
   */
  it.each([
    [0, 10],
    [1, 10],
    [2, 15],
    [3, 20],
    [4, 20],
  ])('knows where the robot was at %i s', (at, x) => {
    const pose = (its: number) => ({ x: its, y: 0, yaw: 0 });
    const history = [
      { at: 1, pose: pose(10) },
      { at: 3, pose: pose(20) },
    ];
    expect(poseAt(history, at)?.x).toBe(x);
    expect(poseAt([], at)).toBeUndefined();
  });
});

describe('the page’s numbers', () => {
  it('are as people read them', () => {
    expect(clock(3723.9)).toBe('1:02:03');
    expect([count(1234567), count(999)]).toEqual(['1\u202f234\u202f567', '999']);
    expect([span(0.0123), span(12.34)]).toEqual(['12.3 ms', '12.3 s']);
    expect([length(0.123), length(1.234)]).toEqual(['12.3 cm', '1.23 m']);
    expect(reasons({ late: 2, 'queue full': 10, never: 0 })).toBe('10 queue full, 2 late');
  });
});
