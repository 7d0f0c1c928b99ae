import { createRandom } from '../random.ts';
import type { Motion } from '../robot.ts';
import type { Shapes } from '../render/shapes.ts';
import { createWorld, DOOR, type World, type WorldOptions } from '../world.ts';
import { createDoors, DOORWAY, type Doors } from './doors.ts';
import {
  addCabinet,
  addThing,
  createCabinets,
  createThings,
  FIRST_DOOR,
  thingAt,
  type Cabinet,
  type Thing,
} from './objects.ts';
import { createPayload, type Post } from './payload.ts';
import { addSomeone, createPeople, type Someone } from './people.ts';
import { CEILING, createFloor, createRooms, roomAt, type Floor, type Room } from './rooms.ts';

/** What kind of place a seed gives. */
export interface PlaceOptions extends WorldOptions {
  /** No ceiling: sun, sky, and satellites in sight. */
  readonly outdoors: boolean;
}

/** A world in space: rooms with their looks and light, furniture, objects, people, doors. Frame `map`, m. */
export interface Place extends PlaceOptions {
  readonly seed: number;
  readonly world: World;
  readonly rooms: readonly Room[];
  readonly floor: Floor;
  readonly cabinets: readonly Cabinet[];
  readonly things: readonly Thing[];
  readonly people: readonly Someone[];
  readonly doors: Doors;
  /** What the robot carries. */
  readonly payload: readonly Post[];
  /** Upright surfaces at a time: fills {@link Spans} and returns how many there are. */
  readonly spansAt: (seconds: number, robot: Motion, out: Float64Array) => number;
  /** Fills a list of solids with all that there is at a time. */
  readonly solidsAt: (seconds: number, shapes: Shapes) => void;
}

/** Numbers of an upright surface: x1, y1, x2, y2, lower and upper edge (m), room on the left and on the right of it, owner. */
export const SPAN = 9;
/** Most upright surfaces that a place has. */
export const MOST_SPANS = 128;

/** Makes a place. The plane world within it, and whatever is drawn for that, is that of `createWorld`. */
export function createPlace(seed: number, options: PlaceOptions): Place {
  const { split, varied, outdoors } = options;
  const world = createWorld(seed, options);
  const rooms = createRooms(world, createRandom(seed, `${split} rooms`), split, outdoors);
  const cabinets = createCabinets(world, createRandom(seed, `${split} furniture`), split);
  const things = createThings(cabinets, world, createRandom(seed, `${split} objects`), split);
  const people = createPeople(world, seed, split);
  const doors = createDoors(world, seed, varied);
  const payload = varied ? createPayload(createRandom(seed, 'payload')) : [];
  const fixed = fixedSpans(world, outdoors);
  const at = new Float64Array(3);
  return {
    ...options,
    seed,
    world,
    rooms,
    floor: createFloor(world, rooms, outdoors),
    cabinets,
    things,
    people,
    doors,
    payload,
    spansAt(seconds, robot, out) {
      out.set(fixed);
      let count = fixed.length / SPAN;
      for (let door = 0; varied && door < doors.count; door += 1) {
        const o = count * SPAN;
        doors.leafAt(door, seconds, robot, out, o);
        if (out[o] === out[o + 2] && out[o + 1] === out[o + 3]) continue;
        const { a, b } = world.doors[door];
        out[o + 4] = 0;
        out[o + 5] = DOORWAY;
        out[o + 6] = a;
        out[o + 7] = b;
        out[o + 8] = FIRST_DOOR + door;
        count += 1;
      }
      return count;
    },
    solidsAt(seconds, shapes) {
      shapes.count = 0;
      for (const cabinet of cabinets) addCabinet(shapes, cabinet);
      for (const thing of things) {
        thingAt(thing, seconds, at);
        addThing(shapes, thing, at);
      }
      for (const someone of people) addSomeone(shapes, someone, seconds);
    },
  };
}

/** Walls, and what closes them above the doors. */
function fixedSpans(world: World, outdoors: boolean): Float64Array {
  const spans: number[] = [];
  const add = (x1: number, y1: number, x2: number, y2: number, z0: number): void => {
    const [mx, my] = [(x1 + x2) / 2, (y1 + y2) / 2];
    const length = Math.hypot(x2 - x1, y2 - y1) || 1;
    const [nx, ny] = [(-0.1 * (y2 - y1)) / length, (0.1 * (x2 - x1)) / length];
    const left = roomAt(world, mx + nx, my + ny);
    const right = roomAt(world, mx - nx, my - ny);
    spans.push(x1, y1, x2, y2, z0, CEILING, left, right, 0);
  };
  for (let i = 0; i < world.walls; i += 1) {
    const [x1, y1, x2, y2] = world.segments.subarray(4 * i, 4 * i + 4);
    add(x1, y1, x2, y2, 0);
  }
  for (const { at } of outdoors ? [] : world.doors) {
    const along = world.xs.includes(at[0]);
    const half = DOOR / 2;
    if (along) add(at[0], at[1] - half, at[0], at[1] + half, DOORWAY);
    else add(at[0] - half, at[1], at[0] + half, at[1], DOORWAY);
  }
  return Float64Array.from(spans);
}
