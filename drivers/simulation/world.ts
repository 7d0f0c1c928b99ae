import { createRandom, type Random } from './random.ts';

/** An indoor world in the plane: walls and furniture as segments, people as moving circles. Metres, frame `map`. */
export interface World {
  /** x1, y1, x2, y2 of every segment: first the walls, then four for each piece of furniture. */
  readonly segments: Float64Array;
  /** How many of the segments are walls. */
  readonly walls: number;
  readonly furniture: readonly Furniture[];
  /** x of the walls between columns of rooms, and y of those between rows, ascending; outer walls included. */
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  readonly people: readonly Person[];
  /** Centres of the rooms, row by row. */
  readonly rooms: readonly Point[];
  /** Door between two rooms (indices), with its centre. */
  readonly doors: readonly { readonly a: number; readonly b: number; readonly at: Point }[];
}

/** x, y in m. */
export type Point = readonly [number, number];

/** A box on the floor, its sides along the axes, m. */
export interface Furniture {
  readonly x: number;
  readonly y: number;
  readonly halfWidth: number;
  readonly halfDepth: number;
}

/** Someone walking to and fro on a line. */
export interface Person {
  readonly from: Point;
  readonly to: Point;
  /** m/s. */
  readonly speed: number;
  readonly radius: number;
  /** How long they stand at either end of the line, s. */
  readonly rest: number;
}

/** What kind of world a seed gives. */
export interface WorldOptions {
  /** Layouts, rooms and people of the test split are not among those of the training split. */
  readonly split: 'train' | 'test';
  /** False: 3 x 2 rooms, four people who never rest. True: other numbers of rooms, and people who stand about. */
  readonly varied: boolean;
}

const PLAIN: WorldOptions = { split: 'train', varied: false };
/** Columns and rows of rooms, by split, where worlds vary. */
const LAYOUTS = {
  train: [
    [2, 2],
    [3, 2],
    [3, 1],
    [4, 2],
  ],
  test: [
    [4, 1],
    [2, 1],
    [5, 2],
  ],
} as const;
/** Width of a door, m. */
export const DOOR = 1.2;
/** Clear of furniture around the room's centre lines, where the robot drives. */
const LANE = 0.9;

/** Makes a world whose sizes, doors, furniture and people follow from the seed; without options one of 3 x 2 rooms. */
export function createWorld(seed: number, { split, varied }: WorldOptions = PLAIN): World {
  const random = createRandom(seed, split === 'test' ? 'test world' : 'world');
  const layouts = LAYOUTS[split];
  const [columns, rows] = varied ? layouts[Math.floor(random.uniform() * layouts.length)] : [3, 2];
  const xs = edges(columns, () => 5 + 2 * random.uniform());
  const ys = edges(rows, () => 4.5 + 2 * random.uniform());
  const segments: number[] = [];
  const rooms: Point[] = [];
  const doors: World['doors'][number][] = [];
  const centre = (edge: readonly number[], i: number): number => (edge[i] + edge[i + 1]) / 2;
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) rooms.push([centre(xs, column), centre(ys, row)]);
  }
  segments.push(xs[0], ys[0], xs[columns], ys[0], xs[columns], ys[0], xs[columns], ys[rows]);
  segments.push(xs[columns], ys[rows], xs[0], ys[rows], xs[0], ys[rows], xs[0], ys[0]);
  // Doors lie on the centre lines, so that a straight way leads from room to room.
  for (let row = 0; row < rows; row += 1) {
    for (let wall = 1; wall < columns; wall += 1) {
      const y = centre(ys, row);
      segments.push(xs[wall], ys[row], xs[wall], y - DOOR / 2, xs[wall], y + DOOR / 2, xs[wall], ys[row + 1]);
      const a = row * columns + wall - 1;
      doors.push({ a, b: a + 1, at: [xs[wall], y] });
    }
  }
  for (let column = 0; rows > 1 && column < columns; column += 1) {
    const x = centre(xs, column);
    segments.push(xs[column], ys[1], x - DOOR / 2, ys[1], x + DOOR / 2, ys[1], xs[column + 1], ys[1]);
    doors.push({ a: column, b: column + columns, at: [x, ys[1]] });
  }
  const walls = segments.length / 4;
  const furniture = rooms.flatMap((room) => furnish(room, random));
  for (const { x, y, halfWidth, halfDepth } of furniture) box(segments, x, y, halfWidth, halfDepth);
  const people = populate(rooms, random, varied);
  return { segments: Float64Array.from(segments), walls, furniture, xs, ys, people, rooms, doors };
}

function furnish([cx, cy]: Point, random: Random): Furniture[] {
  const corners = [
    [-1, -1],
    [1, -1],
    [-1, 1],
    [1, 1],
  ];
  return corners.flatMap(([sx, sy]) =>
    random.uniform() < 0.35
      ? []
      : {
          x: cx + sx * (LANE + 0.7),
          y: cy + sy * (LANE + 0.5),
          halfWidth: 0.3 + 0.4 * random.uniform(),
          halfDepth: 0.2 + 0.3 * random.uniform(),
        },
  );
}

function populate(rooms: readonly Point[], random: Random, varied: boolean): Person[] {
  const count = varied ? 2 + Math.floor(5 * random.uniform()) : 4;
  return Array.from({ length: count }, (): Person => {
    const [x, y] = rooms[Math.floor(random.uniform() * rooms.length)];
    const side = random.uniform() < 0.5 ? -1 : 1;
    // Where worlds vary, some walk where the robot drives.
    const away = y + side * (varied ? (LANE + 0.15) * random.uniform() : LANE + 0.15);
    return {
      from: [x - 2, away],
      to: [x + 2, away],
      speed: 0.6 + 0.6 * random.uniform(),
      radius: 0.2,
      rest: varied ? 8 * random.uniform() : 0,
    };
  });
}

function edges(count: number, size: () => number): number[] {
  const at = [0];
  for (let i = 0; i < count; i += 1) at.push(at[i] + size());
  return at;
}

function box(segments: number[], x: number, y: number, halfWidth: number, halfDepth: number): void {
  const [l, r, b, t] = [x - halfWidth, x + halfWidth, y - halfDepth, y + halfDepth];
  segments.push(l, b, r, b, r, b, r, t, r, t, l, t, l, t, l, b);
}

/** Where someone is at a time (s). */
export function personAt({ from, to, speed, rest }: Person, seconds: number): Point {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const phase = rest === 0 ? ((seconds * speed) / length) % 2 : phaseOf(seconds, length / speed, rest);
  const share = phase < 1 ? phase : 2 - phase;
  return [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])];
}

/** How far on the way there (0..1) and back (1..2), with a rest at either end. */
function phaseOf(seconds: number, walk: number, rest: number): number {
  const within = seconds % (2 * (walk + rest));
  return within < walk + rest ? Math.min(1, within / walk) : 1 + Math.min(1, (within - walk - rest) / walk);
}
