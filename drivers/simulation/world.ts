import { createRandom } from './random.ts';

/** An indoor world in the plane: walls and furniture as segments, people as moving circles. Metres, frame `map`. */
export interface World {
  /** x1, y1, x2, y2 of every segment. */
  readonly segments: Float64Array;
  readonly people: readonly Person[];
  /** Centres of the rooms, row by row. */
  readonly rooms: readonly Point[];
  /** Door between two rooms (indices), with its centre. */
  readonly doors: readonly { readonly a: number; readonly b: number; readonly at: Point }[];
}

/** x, y in m. */
export type Point = readonly [number, number];

/** Someone walking to and fro on a line. */
export interface Person {
  readonly from: Point;
  readonly to: Point;
  /** m/s. */
  readonly speed: number;
  readonly radius: number;
}

const COLUMNS = 3;
const ROWS = 2;
const DOOR = 1.2;
/** Clear of furniture around the room's centre lines, where the robot drives. */
const LANE = 0.9;

/** Makes a world of 3 x 2 rooms whose sizes, doors, furniture and people follow from the seed. */
export function createWorld(seed: number): World {
  const random = createRandom(seed, 'world');
  const xs = edges(COLUMNS, () => 5 + 2 * random.uniform());
  const ys = edges(ROWS, () => 4.5 + 2 * random.uniform());
  const segments: number[] = [];
  const rooms: Point[] = [];
  const doors: World['doors'][number][] = [];
  const centre = (edge: readonly number[], i: number): number => (edge[i] + edge[i + 1]) / 2;
  for (let row = 0; row < ROWS; row += 1) {
    for (let column = 0; column < COLUMNS; column += 1) rooms.push([centre(xs, column), centre(ys, row)]);
  }
  segments.push(xs[0], ys[0], xs[COLUMNS], ys[0], xs[COLUMNS], ys[0], xs[COLUMNS], ys[ROWS]);
  segments.push(xs[COLUMNS], ys[ROWS], xs[0], ys[ROWS], xs[0], ys[ROWS], xs[0], ys[0]);
  // Doors lie on the centre lines, so that a straight way leads from room to room.
  for (let row = 0; row < ROWS; row += 1) {
    for (let wall = 1; wall < COLUMNS; wall += 1) {
      const y = centre(ys, row);
      segments.push(xs[wall], ys[row], xs[wall], y - DOOR / 2, xs[wall], y + DOOR / 2, xs[wall], ys[row + 1]);
      const a = row * COLUMNS + wall - 1;
      doors.push({ a, b: a + 1, at: [xs[wall], y] });
    }
  }
  for (let column = 0; column < COLUMNS; column += 1) {
    const x = centre(xs, column);
    segments.push(xs[column], ys[1], x - DOOR / 2, ys[1], x + DOOR / 2, ys[1], xs[column + 1], ys[1]);
    doors.push({ a: column, b: column + COLUMNS, at: [x, ys[1]] });
  }
  rooms.forEach(([cx, cy]) => {
    for (const [sx, sy] of [
      [-1, -1],
      [1, -1],
      [-1, 1],
      [1, 1],
    ]) {
      if (random.uniform() < 0.35) continue;
      box(
        segments,
        cx + sx * (LANE + 0.7),
        cy + sy * (LANE + 0.5),
        0.3 + 0.4 * random.uniform(),
        0.2 + 0.3 * random.uniform(),
      );
    }
  });
  const people = Array.from({ length: 4 }, (): Person => {
    const [x, y] = rooms[Math.floor(random.uniform() * rooms.length)];
    const side = random.uniform() < 0.5 ? -1 : 1;
    const away = y + side * (LANE + 0.15);
    return { from: [x - 2, away], to: [x + 2, away], speed: 0.6 + 0.6 * random.uniform(), radius: 0.2 };
  });
  return { segments: Float64Array.from(segments), people, rooms, doors };
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
export function personAt({ from, to, speed }: Person, seconds: number): Point {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const phase = ((seconds * speed) / length) % 2;
  const share = phase < 1 ? phase : 2 - phase;
  return [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])];
}
