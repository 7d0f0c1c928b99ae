import type { Motion } from '../robot.ts';
import { stanceOf, type Someone } from './people.ts';
import type { Place } from './place.ts';

/** The robot is a cylinder of this radius, m. */
export const ROBOT_RADIUS = 0.25;

/** Someone whom the robot touches. */
export interface Contact {
  readonly someone: Someone;
  /** When it was first seen to touch them, s. */
  readonly since: number;
  /** How fast they came together then, m/s. */
  readonly closing: number;
  /** Direction of the blow on the robot, rad in `map`. */
  readonly bearing: number;
}

/** Whom the robot touches at a time (s). Times must be asked for one after the other: contacts have a beginning. */
export type Contacts = (seconds: number, robot: Motion) => readonly Contact[];

/** The contacts of a robot with the people of a place, for one who watches for them. */
export function createContacts({ people }: Place): Contacts {
  const touching = new Map<Someone, Contact>();
  return (seconds, robot) => {
    for (const someone of people) {
      const { x, y, yaw, speed } = stanceOf(someone, seconds);
      const [dx, dy] = [robot.x - x, robot.y - y];
      const distance = Math.hypot(dx, dy);
      if (distance >= ROBOT_RADIUS + someone.walks.radius) touching.delete(someone);
      else if (!touching.has(someone)) {
        const vx = speed * Math.cos(yaw) - robot.speed * Math.cos(robot.yaw);
        const vy = speed * Math.sin(yaw) - robot.speed * Math.sin(robot.yaw);
        const closing = Math.max(0, (vx * dx + vy * dy) / (distance || 1));
        touching.set(someone, { someone, since: seconds, closing, bearing: Math.atan2(dy, dx) });
      }
    }
    return [...touching.values()];
  };
}
