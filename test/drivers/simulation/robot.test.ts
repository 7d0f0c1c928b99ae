import { describe, expect, it } from 'vitest';
import type { World } from '../../../drivers/simulation/world.ts';
import { wrapAngle, yawOf } from '../../../src/geometry/index.ts';
import { framesOf, measured, only, truthOf } from '../support/simulation.ts';

/** Distance from a point to the nearest wall or piece of furniture, m. */
function clearance({ segments }: World, x: number, y: number): number {
  let nearest = Infinity;
  for (let i = 0; i < segments.length; i += 4) {
    const [ax, ay, bx, by] = segments.subarray(i, i + 4);
    const [ex, ey] = [bx - ax, by - ay];
    const along = Math.max(0, Math.min(1, ((x - ax) * ex + (y - ay) * ey) / (ex * ex + ey * ey)));
    nearest = Math.min(nearest, Math.hypot(x - ax - along * ex, y - ay - along * ey));
  }
  return nearest;
}

describe('motion of the simulated robot', () => {
  it('is told by the truth: velocity is the derivative of position, turn rate of yaw', () => {
    const samples = framesOf(only('truth', {}, 2), 'truth', 120).map((arrival) => measured(arrival, 'odometry'));
    let way = 0;
    samples.slice(1).forEach(({ pose, twist }, i) => {
      const before = samples[i];
      if (!pose || !twist || !before.pose || !before.twist) throw new Error('the truth is whole');
      const [dx, dy] = [0, 1].map((axis) => pose.position[axis] - (before.pose?.position[axis] ?? NaN));
      const turned = wrapAngle(yawOf(pose.orientation) - yawOf(before.pose.orientation));
      const middle = yawOf(before.pose.orientation) + turned / 2;
      const dt = 0.02;
      // By trapezia: they are off by a quarter of dt² times the change of the acceleration, at most.
      const distance = ((before.twist.linear[0] + twist.linear[0]) / 2) * dt;
      expect(dx * Math.cos(middle) + dy * Math.sin(middle)).toBeCloseTo(distance, 4);
      expect(dy * Math.cos(middle) - dx * Math.sin(middle)).toBeCloseTo(0, 4);
      expect(Math.abs(turned - ((before.twist.angular[2] + twist.angular[2]) / 2) * dt)).toBeLessThan(
        0.25 * dt * dt * 4,
      );
      way += Math.hypot(dx, dy);
    });
    expect(way).toBeGreaterThan(10);
  });

  it('rests for three seconds, and goes no faster than such a robot', () => {
    for (const seed of [1, 2, 3]) {
      const { motionAt } = truthOf(seed);
      for (let at = 0; at < 120; at += 0.01) {
        const { speed, turn, acceleration, turnAcceleration } = motionAt(at);
        if (at < 3) expect([speed, turn]).toEqual([0, 0]);
        expect(Math.abs(speed)).toBeLessThanOrEqual(0.6 + 1e-3);
        expect(Math.abs(turn)).toBeLessThanOrEqual(0.9 + 1e-2);
        expect(Math.abs(acceleration)).toBeLessThanOrEqual(0.5);
        expect(Math.abs(turnAcceleration)).toBeLessThanOrEqual(2);
      }
    }
  });

  it('is continuous between the steps of its integration', () => {
    const { motionAt } = truthOf(1);
    for (let at = 10; at < 12; at += 0.00017) {
      const [a, b] = [motionAt(at), motionAt(at + 1e-6)];
      expect(Math.hypot(b.x - a.x, b.y - a.y)).toBeLessThan(2e-6);
      expect(Math.abs(b.yaw - a.yaw)).toBeLessThan(4e-6);
    }
  });

  it('keeps clear of walls and furniture and goes from room to room', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const { world, motionAt } = truthOf(seed);
      const visited = new Set<number>();
      for (let at = 0; at < 600; at += 0.05) {
        const { x, y } = motionAt(at);
        expect(clearance(world, x, y)).toBeGreaterThan(0.4);
        world.rooms.forEach(([rx, ry], room) => {
          if (Math.hypot(rx - x, ry - y) < 0.2) visited.add(room);
        });
      }
      expect(visited.size).toBeGreaterThanOrEqual(4);
    }
  });
});
