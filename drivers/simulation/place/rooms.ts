import type { Random } from '../random.ts';
import type { World } from '../world.ts';
import { between, pick } from './chance.ts';
import type { Rgb, Split } from './split.ts';

/** Height of the rooms, m. */
export const CEILING = 2.6;

/** A room's name and looks. */
export interface Room {
  readonly name: string;
  readonly wallColour: Rgb;
  readonly wallTexture: number;
  readonly floorColour: Rgb;
  readonly floorTexture: number;
  /** Factor on the light of its lamp. */
  readonly lamp: number;
}

/** What holds at each place of the floor, on a grid. */
export interface Floor {
  readonly columns: number;
  readonly rows: number;
  /** Cells a metre. */
  readonly perMetre: number;
  /** Room of each cell. */
  readonly room: Uint8Array;
  /** Light that falls on each cell, 1 for a well-lit one. */
  readonly light: Float32Array;
}

const NAMES = {
  train: ['kitchen', 'office', 'living room', 'bedroom', 'hall', 'store', 'library', 'dining room'],
  test: ['workshop', 'laboratory', 'nursery', 'gallery', 'cloakroom', 'pantry', 'studio', 'lounge', 'den', 'lobby'],
} as const;
/** Textures of render/texture.ts that walls and floors have, by split. */
const WALLS = { train: [11, 12, 13], test: [14, 15] } as const;
const FLOORS = { train: [16, 17], test: [18] } as const;

/** Names and looks of a world's rooms. */
export function createRooms(world: World, random: Random, split: Split, outdoors: boolean): Room[] {
  const shift = Math.floor(random.uniform() * NAMES[split].length);
  return world.rooms.map((_, i) => {
    const tone = (low: number, high: number): Rgb => [
      between(random, low, high),
      between(random, low, high),
      between(random, low, high),
    ];
    const name = NAMES[split][(i + shift) % NAMES[split].length];
    return {
      name: outdoors ? `yard ${i + 1}` : name,
      wallColour: tone(130, 225),
      wallTexture: pick(random, WALLS[split]),
      floorColour: outdoors ? [96, 120, 72] : tone(70, 150),
      floorTexture: outdoors ? 18 : pick(random, FLOORS[split]),
      lamp: between(random, 0.55, 1.15),
    };
  });
}

/** Which room a place is in; the nearest one for a place outside. */
export function roomAt({ xs, ys }: World, x: number, y: number): number {
  let column = 0;
  while (column < xs.length - 2 && x >= xs[column + 1]) column += 1;
  let row = 0;
  while (row < ys.length - 2 && y >= ys[row + 1]) row += 1;
  return row * (xs.length - 1) + column;
}

/** The floor's rooms and light: a lamp in the middle of each room, its light falling off with the distance; or the sun. */
export function createFloor(world: World, rooms: readonly Room[], outdoors: boolean): Floor {
  const perMetre = 4;
  const columns = Math.ceil(world.xs[world.xs.length - 1] * perMetre) + 1;
  const rows = Math.ceil(world.ys[world.ys.length - 1] * perMetre) + 1;
  const room = new Uint8Array(columns * rows);
  const light = new Float32Array(columns * rows);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const x = (column + 0.5) / perMetre;
      const y = (row + 0.5) / perMetre;
      const index = roomAt(world, x, y);
      const [cx, cy] = world.rooms[index];
      const squared = (x - cx) * (x - cx) + (y - cy) * (y - cy);
      room[row * columns + column] = index;
      light[row * columns + column] = outdoors ? 1.15 : 0.25 + (0.85 * rooms[index].lamp) / (1 + 0.09 * squared);
    }
  }
  return { columns, rows, perMetre, room, light };
}

/** Cell of a place; the nearest one for a place outside. */
export function cellAt({ columns, rows, perMetre }: Floor, x: number, y: number): number {
  const column = Math.min(columns - 1, Math.max(0, (x * perMetre) | 0));
  const row = Math.min(rows - 1, Math.max(0, (y * perMetre) | 0));
  return row * columns + column;
}
