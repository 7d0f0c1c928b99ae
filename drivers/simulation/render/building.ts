import { FIRST_DOOR } from '../place/objects.ts';
import { MOST_SPANS, SPAN, type Place } from '../place/place.ts';
import { CEILING, cellAt } from '../place/rooms.ts';
import type { Motion } from '../robot.ts';
import { fadeAt, NEAREST, put, type Canvas } from './canvas.ts';
import { createFiller } from './rows.ts';
import { TEXEL_BITS, TEXELS, TEXELS_PER_METRE, textureTable } from './texture.ts';
import { createWalls, type Walls } from './walls.ts';

const DOOR_COLOUR = [176, 178, 186] as const;
const DOOR_TEXTURE = 13;

/**
 * Draws walls, floor, ceiling and doors; this comes first and overwrites whatever was there. Which wall closes a column, and
 * how it is lit there, is found once for each column; then the picture is filled row by row. Doors and what is above them come last, column by column.
 */
export function createBuilder(place: Place, canvas: Canvas): (seconds: number, robot: Motion) => void {
  const { width, height, eye, colour, depth, owner, wallDepth } = canvas;
  const { fx, fy, cx, cy } = canvas.intrinsics;
  const inColour = colour.length > 0;
  const owners = owner.length > 0;
  const { floor, rooms } = place;
  const { light } = floor;
  const spans = new Float64Array(MOST_SPANS * SPAN);
  const walls = createWalls(width);
  const one = createWalls(1);
  const fill = createFiller(place, canvas);
  const table = textureTable();
  /** Distance along a column's ray to an upright surface; Infinity for a miss. */
  function cross(o: number, dx: number, dy: number): number {
    const ex = spans[o + 2] - spans[o];
    const ey = spans[o + 3] - spans[o + 1];
    const across = dx * ey - dy * ex;
    if (across === 0) return Infinity;
    const ox = spans[o] - canvas.x;
    const oy = spans[o + 1] - canvas.y;
    const along = (ox * dy - oy * dx) / across;
    if (along < 0 || along > 1) return Infinity;
    const t = (ox * ey - oy * ex) / across;
    return t > NEAREST ? t : Infinity;
  }

  /** Finds what a surface met at a distance looks like in a column. */
  function paintOf(u: number, o: number, t: number, dx: number, dy: number, into: Walls): void {
    const ex = spans[o + 2] - spans[o];
    const ey = spans[o + 3] - spans[o + 1];
    const length = Math.sqrt(ex * ex + ey * ey);
    const px = canvas.x + dx * t;
    const py = canvas.y + dy * t;
    const onLeft = ey * (spans[o] - canvas.x) - ex * (spans[o + 1] - canvas.y) > 0;
    // Lit as the floor a hand's breadth before it.
    const side = (onLeft ? 0.15 : -0.15) / length;
    const cell = cellAt(floor, px - ey * side, py + ex * side);
    const isDoor = spans[o + 8] >= FIRST_DOOR;
    const room = rooms[spans[o + (onLeft ? 6 : 7)]];
    const its = isDoor ? DOOR_COLOUR : room.wallColour;
    const bright = light[cell] * (0.8 + (0.2 * Math.abs(ey)) / length);
    into.red[u] = its[0] * bright;
    into.green[u] = its[1] * bright;
    into.blue[u] = its[2] * bright;
    into.texture[u] = isDoor ? DOOR_TEXTURE : room.wallTexture;
    const along = ((px - spans[o]) * ex + (py - spans[o + 1]) * ey) / length;
    into.along[u] = (along * TEXELS_PER_METRE) & (TEXELS - 1);
    into.fade[u] = fadeAt(t);
  }

  /** The nearest surface from floor to ceiling closes a column. */
  function closeColumn(u: number, count: number, dx: number, dy: number): void {
    let nearest = Infinity;
    let best = -1;
    for (let o = 0; o < count * SPAN; o += SPAN) {
      if (spans[o + 4] !== 0 || spans[o + 5] !== CEILING) continue;
      const t = cross(o, dx, dy);
      if (t >= nearest) continue;
      nearest = t;
      best = o;
    }
    wallDepth[u] = nearest;
    walls.distance[u] = nearest;
    walls.top[u] = best < 0 ? height : Math.ceil(cy - (fy * (CEILING - eye)) / nearest);
    if (best >= 0 && inColour) paintOf(u, best, nearest, dx, dy, walls);
  }

  /** A column's part of a surface that does not reach from floor to ceiling. */
  function drawSpan(u: number, o: number, t: number, dx: number, dy: number): void {
    const from = Math.max(0, Math.ceil(cy - (fy * (spans[o + 5] - eye)) / t));
    const to = Math.min(height - 1, Math.floor(cy + (fy * (eye - spans[o + 4])) / t));
    if (inColour) paintOf(0, o, t, dx, dy, one);
    for (let v = from; v <= to; v += 1) {
      const i = v * width + u;
      if (t >= depth[i]) continue;
      depth[i] = t;
      if (owners) owner[i] = spans[o + 8];
      if (!inColour) continue;
      const row = ((eye - ((v - cy) * t) / fy) * TEXELS_PER_METRE) & (TEXELS - 1);
      const value = table[(((one.texture[0] << TEXEL_BITS) | row) << TEXEL_BITS) | one.along[0]];
      const shade = 1 + (value - 1) * one.fade[0];
      put(canvas, i, one.red[0], one.green[0], one.blue[0], shade);
    }
  }

  return (seconds, robot) => {
    const count = place.spansAt(seconds, robot, spans);
    for (let u = 0; u < width; u += 1) {
      const a = (u - cx) / fx;
      closeColumn(u, count, canvas.c + canvas.s * a, canvas.s - canvas.c * a);
    }
    if (owners) owner.fill(0);
    fill(walls);
    for (let o = 0; o < count * SPAN; o += SPAN) {
      if (spans[o + 4] === 0 && spans[o + 5] === CEILING) continue;
      for (let u = 0; u < width; u += 1) {
        const a = (u - cx) / fx;
        const dx = canvas.c + canvas.s * a;
        const dy = canvas.s - canvas.c * a;
        const t = cross(o, dx, dy);
        if (t < wallDepth[u]) drawSpan(u, o, t, dx, dy);
      }
    }
  };
}
