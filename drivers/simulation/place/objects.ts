import type { Random } from '../random.ts';
import { addSolid, BOX, type Shapes } from '../render/shapes.ts';
import type { Furniture, World } from '../world.ts';
import { between } from './chance.ts';
import { addMoulded } from './mould.ts';
import { drawIdentity, type Identity, type Split } from './split.ts';

/** An everyday object: what it is, where it stands, and when it falls. */
export interface Thing extends Identity {
  readonly id: number;
  /** Middle of its foot while it stands, m, and how it is turned, rad. */
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly yaw: number;
  /** Width, depth and height, m. */
  readonly size: readonly [number, number, number];
  /** When it begins to fall, s; Infinity: never. */
  readonly falls: number;
  /** Where it comes to lie, m. */
  readonly toX: number;
  readonly toY: number;
}

/** A piece of furniture with its height and looks. */
export interface Cabinet extends Furniture {
  readonly id: number;
  readonly label: 'table' | 'cabinet';
  /** m. */
  readonly height: number;
  readonly texture: number;
  readonly colour: readonly [number, number, number];
}

/** Numbers of things begin here: people, objects, furniture, doors. */
export const FIRST_PERSON = 1;
export const FIRST_OBJECT = 101;
export const FIRST_CABINET = 1001;
export const FIRST_DOOR = 2001;

/** Mean time until an object is dropped, s. */
const DROPPED_AFTER = 300;
const GRAVITY = 9.81;
/** What falls sideways on its way down, m from the edge. */
const ASIDE = 0.22;

/** Heights and looks of the furniture. */
export function createCabinets(world: World, random: Random, split: Split): Cabinet[] {
  return world.furniture.map((furniture, i) => {
    const height = between(random, 0.45, 0.95);
    const bright = between(random, 0.6, 1.2);
    return {
      ...furniture,
      id: FIRST_CABINET + i,
      label: height > 0.75 ? 'cabinet' : 'table',
      height,
      texture: split === 'test' ? 9 : 8,
      colour: [150 * bright, 108 * bright, 72 * bright],
    };
  });
}

/** One to four objects on every piece of furniture. */
export function createThings(cabinets: readonly Cabinet[], world: World, random: Random, split: Split): Thing[] {
  return cabinets
    .flatMap((cabinet) => {
      const count = 1 + Math.floor(4 * random.uniform());
      return Array.from({ length: count }, (_, slot) => standing(cabinet, slot, count, world, random, split));
    })
    .map((thing, i) => ({ ...thing, id: FIRST_OBJECT + i }));
}

function standing(
  cabinet: Cabinet,
  slot: number,
  count: number,
  world: World,
  random: Random,
  split: Split,
): Omit<Thing, 'id'> {
  const identity = drawIdentity(random, split);
  const [width, depth, height] = identity.kind.size.map((size) => size * identity.grown);
  const margin = Math.hypot(width, depth) / 2;
  // Beside one another along the front, each in its own part of it.
  const share = (2 * (slot + 0.3 + 0.4 * random.uniform())) / count - 1;
  const x = cabinet.x + share * Math.max(0, cabinet.halfWidth - margin);
  const y = cabinet.y + between(random, -1, 1) * Math.max(0, cabinet.halfDepth - margin);
  // Off the front, which faces the middle of the room.
  const room = world.rooms.reduce((best, at) => (distance(at, cabinet) < distance(best, cabinet) ? at : best));
  const front = Math.sign(room[1] - cabinet.y) || 1;
  return {
    ...identity,
    x,
    y,
    z: cabinet.height,
    yaw: between(random, -Math.PI, Math.PI),
    size: [width, depth, height],
    falls: DROPPED_AFTER * random.exponential(),
    toX: x + between(random, -0.1, 0.1),
    toY: cabinet.y + front * (cabinet.halfDepth + ASIDE),
  };
}

function distance([x, y]: readonly [number, number], cabinet: Furniture): number {
  return Math.hypot(x - cabinet.x, y - cabinet.y);
}

/** Time that a thing takes to reach the floor, s. */
export function fallSeconds({ z }: Thing): number {
  return Math.sqrt((2 * z) / GRAVITY);
}

/**
 * Middle of a thing's foot at a time (s).
 * @param out x, y, z, m
 */
export function thingAt(thing: Thing, seconds: number, out: Float64Array): void {
  const since = seconds - thing.falls;
  const takes = fallSeconds(thing);
  const share = since <= 0 ? 0 : Math.min(1, since / takes);
  out[0] = thing.x + share * (thing.toX - thing.x);
  out[1] = thing.y + share * (thing.toY - thing.y);
  out[2] = share === 1 ? 0 : thing.z - (since <= 0 ? 0 : 0.5 * GRAVITY * since * since);
}

/** Adds a thing, its foot at a place, to the solids. */
export function addThing(shapes: Shapes, thing: Thing, at: Float64Array): void {
  addMoulded(shapes, { ...thing, parts: thing.kind.parts }, at);
}

/** Adds the furniture to the solids. */
export function addCabinet(shapes: Shapes, cabinet: Cabinet): void {
  const { x, y, halfWidth, halfDepth, height, colour, texture, id } = cabinet;
  const surface = { colour, texture, owner: id, reflects: 0.5 };
  addSolid(shapes, BOX, x, y, height / 2, halfWidth, halfDepth, height / 2, 0, surface);
}
