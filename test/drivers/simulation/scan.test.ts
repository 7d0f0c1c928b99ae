import { describe, expect, it } from 'vitest';
import { personAt, type World } from '../../../drivers/simulation/world.ts';
import type { Motion } from '../../../drivers/simulation/robot.ts';
import type { ScanMeasurement } from '../../../src/frame/index.ts';
import { deviationBound, deviationOf, meanBound, meanOf } from '../../support/statistics.ts';
import { framesOf, measured, only, PERFECT, truthOf } from '../support/simulation.ts';

/** The scanner's place on the base, m ahead. */
const AHEAD = 0.1;
/** What docs/drivers/simulation.md says of the error: m, and share of the distance. */
const deviationAt = (range: number): number => 0.005 + 0.005 * range;

interface Sweep {
  /** When the first ray was measured, s. */
  readonly start: number;
  readonly scan: ScanMeasurement;
}

function sweepsOf(seed: number, seconds: number, said: object = {}): Sweep[] {
  const frames = framesOf(only('scan', { ...PERFECT, ...said }, seed), 'scan', seconds);
  return frames.map((arrival) => {
    const scan = measured(arrival, 'scan');
    return { scan, start: arrival.received / 1e9 - (scan.ranges.length - 1) * scan.timeIncrement };
  });
}

/**
 * Where a ray ends, computed otherwise than the simulation does: everything is brought into the axes of the ray, where
 * it runs along x, and a segment is hit where it crosses y = 0.
 */
function cast(world: World, { x, y, yaw }: Motion, angle: number, peopleAt: number): { wall: number; person: number } {
  const [ox, oy] = [x + AHEAD * Math.cos(yaw), y + AHEAD * Math.sin(yaw)];
  const [c, s] = [Math.cos(yaw + angle), Math.sin(yaw + angle)];
  const along = (px: number, py: number): [number, number] => [
    c * (px - ox) + s * (py - oy),
    c * (py - oy) - s * (px - ox),
  ];
  let wall = Infinity;
  for (let i = 0; i < world.segments.length; i += 4) {
    const [ax, ay] = along(world.segments[i], world.segments[i + 1]);
    const [bx, by] = along(world.segments[i + 2], world.segments[i + 3]);
    if (ay > 0 === by > 0) continue;
    const at = ax + ((0 - ay) / (by - ay)) * (bx - ax);
    if (at > 0 && at < wall) wall = at;
  }
  let person = Infinity;
  for (const one of world.people) {
    const [px, py] = along(...personAt(one, peopleAt));
    // A little more than the radius: who moves while the ray is on the way may or may not be hit.
    if (px > -1 && Math.abs(py) < one.radius + 0.05) person = Math.min(person, Math.max(0, px - one.radius - 0.05));
  }
  return { wall, person };
}

const angleOf = (scan: ScanMeasurement, ray: number): number => scan.angleMin + ray * scan.angleIncrement;

describe('simulated lidar', () => {
  it('sees 360 rays a turn, of its period', () => {
    const [{ scan }] = sweepsOf(1, 1);
    expect(scan.ranges).toHaveLength(360);
    expect(scan.angleIncrement).toBeCloseTo((2 * Math.PI) / 360, 6);
    expect(scan.angleMax).toBeCloseTo(Math.PI - (2 * Math.PI) / 360, 5);
    expect(scan.timeIncrement * 360).toBeCloseTo(0.1, 6);
    for (const value of [scan.angleMin, scan.angleMax, scan.angleIncrement, scan.timeIncrement, scan.scanTime]) {
      expect(Math.fround(value)).toBe(value);
    }
  });

  it('without errors measures what a ray meets from where the robot is at the ray’s own time', () => {
    for (const seed of [1, 5]) {
      const { world, motionAt } = truthOf(seed);
      let rays = 0;
      for (const { scan, start } of sweepsOf(seed, 60)) {
        scan.ranges.forEach((range, ray) => {
          const at = start + ray * scan.timeIncrement;
          const { wall, person } = cast(world, motionAt(at), angleOf(scan, ray), at);
          if (person < wall) return;
          rays += 1;
          // Through open doors it looks further than it can see.
          if (wall > scan.rangeMax) return expect(range).toBe(Infinity);
          // Where a ray grazes a corner, a hair's breadth decides: such a ray may meet what is behind.
          if (Math.abs(range - wall) > 1e-3) {
            const [left, right] = [-1e-6, 1e-6].map(
              (by) => cast(world, motionAt(at), angleOf(scan, ray) + by, at).wall,
            );
            expect(Math.min(Math.abs(range - left), Math.abs(range - right))).toBeLessThan(1e-3);
          }
        });
      }
      expect(rays).toBeGreaterThan(150_000);
    }
  });

  it('smears as it turns: rays do not fit the place of the first ray', () => {
    const { world, motionAt } = truthOf(1);
    const turning = sweepsOf(1, 60).filter(({ start }) => Math.abs(motionAt(start).turn) > 0.8);
    expect(turning.length).toBeGreaterThan(5);
    for (const { scan, start } of turning) {
      const misfits = [...scan.ranges].map((range, ray) =>
        Math.abs(range - cast(world, motionAt(start), angleOf(scan, ray), start).wall),
      );
      // In 0.1 s it turns by 5°: at the last rays, walls at 3 m are seen a decimetre away from where they seem.
      expect(meanOf(misfits.slice(300))).toBeGreaterThan(0.02);
    }
  });

  it('has errors of 5 mm and half a per cent of the distance, around nought', () => {
    const { world, motionAt } = truthOf(2);
    const errors = sweepsOf(2, 60, { noise: 1 }).flatMap(({ scan, start }) =>
      [...scan.ranges].flatMap((range, ray) => {
        const at = start + ray * scan.timeIncrement;
        const { wall, person } = cast(world, motionAt(at), angleOf(scan, ray), at);
        const error = (range - wall) / deviationAt(wall);
        // Beyond six deviations the ray has grazed a corner.
        return person < wall || wall > 0.9 * scan.rangeMax || Math.abs(error) > 6 ? [] : [error];
      }),
    );
    expect(errors.length).toBeGreaterThan(150_000);
    expect(Math.abs(meanOf(errors))).toBeLessThan(meanBound(1, errors.length));
    expect(Math.abs(deviationOf(errors) - 1)).toBeLessThan(deviationBound(errors.length) + 0.002);
  });

  it('says Infinity, never a number that lies, where there is no return', () => {
    for (const { scan } of sweepsOf(3, 30, { noise: 20 })) {
      for (const range of scan.ranges) {
        expect(range === Infinity || (range >= scan.rangeMin && range <= scan.rangeMax)).toBe(true);
      }
    }
  });

  it('sees people, who walk', () => {
    const { world, motionAt } = truthOf(4);
    expect(world.people).toHaveLength(4);
    const seenAt: [number, number][] = [];
    for (const { scan, start } of sweepsOf(4, 120)) {
      scan.ranges.forEach((range, ray) => {
        const at = start + ray * scan.timeIncrement;
        const motion = motionAt(at);
        const angle = angleOf(scan, ray);
        if (cast(world, motion, angle, at).wall - range < 0.1) return;
        const x = motion.x + AHEAD * Math.cos(motion.yaw) + range * Math.cos(motion.yaw + angle);
        const y = motion.y + AHEAD * Math.sin(motion.yaw) + range * Math.sin(motion.yaw + angle);
        const distances = world.people.map((person) => {
          const [px, py] = personAt(person, at);
          return Math.hypot(px - x, py - y) - person.radius;
        });
        // What stands before a wall is someone's skin; 25 ms of walking is 3 cm.
        expect(Math.min(...distances.map(Math.abs))).toBeLessThan(0.04);
        seenAt.push([x, y]);
      });
    }
    expect(seenAt.length).toBeGreaterThan(500);
    const xs = seenAt.map(([x]) => x);
    expect(xs.reduce((a, b) => Math.max(a, b)) - xs.reduce((a, b) => Math.min(a, b))).toBeGreaterThan(1.5);
  });

  it('has people who walk to and fro at the pace of walking', () => {
    for (let seed = 0; seed < 50; seed += 1) {
      for (const person of truthOf(seed).world.people) {
        for (let at = 0; at < 20; at += 0.5) {
          const [a, b] = [personAt(person, at), personAt(person, at + 0.01)];
          const pace = Math.hypot(b[0] - a[0], b[1] - a[1]) / 0.01;
          // At the turning points it is less.
          expect(pace).toBeLessThan(1.2 + 1e-9);
        }
        expect(person.speed).toBeGreaterThanOrEqual(0.6);
        expect(person.speed).toBeLessThan(1.2);
      }
    }
  });
});
