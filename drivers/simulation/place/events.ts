import type { Motion } from '../robot.ts';
import { createContacts, type Contact } from './contacts.ts';
import { FIRST_DOOR, fallSeconds } from './objects.ts';
import { stanceOf } from './people.ts';
import type { Place } from './place.ts';
import { roomAt } from './rooms.ts';

/** Something that happens, by the numbers of the things that take part. */
export interface Happening {
  readonly event: 'approach' | 'collision' | 'door' | 'dropped object';
  readonly objects: readonly number[];
}

/** Someone approaches who walks towards the robot this fast, m/s, from within this distance, m, in its room. */
const APPROACHING = 0.35;
const APPROACH_WITHIN = 3.5;
/** A collision is news until so long after the robot and someone first touched, s; standing close afterwards is none. */
const COLLIDED_FOR = 0.5;
/** A dropped object is news until so long after it began to fall, s. */
const DROPPED_FOR = 1;

/** What happens at a time (s). Times must be asked for one after the other. */
export type Happenings = (seconds: number, robot: Motion) => Happening[];

/** What happens in a place. */
export function createHappenings(place: Place): Happenings {
  const contacts = createContacts(place);
  return (seconds, robot) => {
    const touched = contacts(seconds, robot);
    const collisions = touched
      .filter(({ since }) => seconds - since < COLLIDED_FOR)
      .map(({ someone }): Happening => ({ event: 'collision', objects: [someone.id] }));
    return [...collisions, ...others(place, seconds, robot, touched)];
  };
}

function others(place: Place, seconds: number, robot: Motion, touched: readonly Contact[]): Happening[] {
  const { people, things, doors, world } = place;
  const happenings: Happening[] = [];
  const room = roomAt(world, robot.x, robot.y);
  for (const someone of people) {
    const { x, y, yaw, speed } = stanceOf(someone, seconds);
    const distance = Math.hypot(robot.x - x, robot.y - y);
    if (touched.some((one) => one.someone === someone)) continue;
    if (distance < APPROACH_WITHIN && roomAt(world, x, y) === room) {
      const towards = (speed * ((robot.x - x) * Math.cos(yaw) + (robot.y - y) * Math.sin(yaw))) / distance;
      if (towards > APPROACHING) happenings.push({ event: 'approach', objects: [someone.id] });
    }
  }
  for (let door = 0; door < doors.count; door += 1) {
    if (doors.movesAt(door, seconds, robot)) happenings.push({ event: 'door', objects: [FIRST_DOOR + door] });
  }
  for (const thing of things) {
    const since = seconds - thing.falls;
    if (since >= 0 && since < Math.max(DROPPED_FOR, fallSeconds(thing))) {
      happenings.push({ event: 'dropped object', objects: [thing.id] });
    }
  }
  return happenings;
}
