import type { Random } from '../random.ts';
import { between } from './chance.ts';

/** An upright post of what the robot carries, in its own axes, m: its lidars see it, its cameras look past it. */
export interface Post {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** Share of worlds in which the robot carries something, and of how many posts at most. */
const LADEN = 0.6;
const MOST = 3;
/** Bearings that the cameras do not see, rad from straight ahead; distances from the middle of the base, m. */
const ABEAM = 1.1;
const NEAREST = 0.18;
const FARTHEST = 0.42;
/** They end below the microphones, m. */
export const POST_HEIGHT = 1.5;

/** What a robot carries. */
export function createPayload(random: Random): Post[] {
  if (random.uniform() >= LADEN) return [];
  return Array.from({ length: 1 + Math.floor(MOST * random.uniform()) }, () => {
    const bearing = between(random, ABEAM, 2 * Math.PI - ABEAM);
    const distance = between(random, NEAREST, FARTHEST);
    return {
      x: distance * Math.cos(bearing),
      y: distance * Math.sin(bearing),
      radius: between(random, 0.01, 0.025),
    };
  });
}

/**
 * Distance from a place on the robot, seen from above, to the nearest of its posts in a direction; Infinity for none.
 * @param x place in the robot's axes, m; and direction, rad
 */
export function toPayload(posts: readonly Post[], x: number, y: number, direction: number): number {
  const [dx, dy] = [Math.cos(direction), Math.sin(direction)];
  return Math.min(
    Infinity,
    ...posts.map((post) => {
      const [px, py] = [post.x - x, post.y - y];
      const along = px * dx + py * dy;
      const across = px * dy - py * dx;
      const inside = post.radius * post.radius - across * across;
      return inside < 0 || along < 0 ? Infinity : along - Math.sqrt(inside);
    }),
  );
}
