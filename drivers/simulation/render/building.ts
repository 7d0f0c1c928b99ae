import { FIRST_DOOR } from '../place/objects.ts';
import { MOST_SPANS, SPAN, type Place } from '../place/place.ts';
import { CEILING, cellAt } from '../place/rooms.ts';
import type { Motion } from '../robot.ts';
import { NEAREST, put, texel, type Canvas } from './canvas.ts';

const DOOR_COLOUR = [176, 178, 186];
const DOOR_TEXTURE = 13;
const CEILING_COLOUR = [226, 224, 218];
const SKY = [150, 185, 232];

/** Draws walls, floor, ceiling and doors, column by column; this comes first and overwrites whatever was there. */
export function createBuilder(place: Place, canvas: Canvas): (seconds: number, robot: Motion) => void {
  const { width, height, eye, depth, owner, wallDepth } = canvas;
  const { fx, fy, cx, cy } = canvas.intrinsics;
  const inColour = canvas.colour.length > 0;
  const owners = owner.length > 0;
  const { floor, rooms } = place;
  const { light } = floor;
  const spans = new Float64Array(MOST_SPANS * SPAN);
  const rowDepth = Float32Array.from({ length: height }, (_, v) => {
    const down = (v - cy) / fy;
    return down > 0 ? eye / down : place.outdoors ? Infinity : (CEILING - eye) / -down;
  });
  // Where the last surface was met, as a share of its length.
  let along = 0;

  /** Distance along a column's ray to an upright surface; Infinity for a miss. */
  function cross(o: number, dx: number, dy: number): number {
    const ex = spans[o + 2] - spans[o];
    const ey = spans[o + 3] - spans[o + 1];
    const across = dx * ey - dy * ex;
    if (across === 0) return Infinity;
    const ox = spans[o] - canvas.x;
    const oy = spans[o + 1] - canvas.y;
    along = (ox * dy - oy * dx) / across;
    if (along < 0 || along > 1) return Infinity;
    const t = (ox * ey - oy * ex) / across;
    return t > NEAREST ? t : Infinity;
  }

  /** Floor, ceiling and sky of a column, up to the wall that closes it. */
  function clearColumn(u: number, nearest: number, dx: number, dy: number): void {
    for (let v = 0, i = u; v < height; v += 1, i += width) {
      const t = rowDepth[v];
      depth[i] = t < nearest ? t : Infinity;
      if (owners) owner[i] = 0;
      if (!inColour) continue;
      if (t === Infinity) put(canvas, i, SKY[0], SKY[1], SKY[2], 1);
      if (t >= nearest) continue;
      const px = canvas.x + dx * t;
      const py = canvas.y + dy * t;
      const cell = cellAt(floor, px, py);
      if (v < cy) {
        put(canvas, i, CEILING_COLOUR[0], CEILING_COLOUR[1], CEILING_COLOUR[2], light[cell] * 0.85);
        continue;
      }
      const { floorColour, floorTexture } = rooms[floor.room[cell]];
      const shade = light[cell] * texel(floorTexture, px, py, t);
      put(canvas, i, floorColour[0], floorColour[1], floorColour[2], shade);
    }
  }

  function drawSpan(u: number, o: number, t: number, share: number, dx: number, dy: number): void {
    const from = Math.max(0, Math.ceil(cy - (fy * (spans[o + 5] - eye)) / t));
    const to = Math.min(height - 1, Math.floor(cy + (fy * (eye - spans[o + 4])) / t));
    const its = spans[o + 8];
    const ex = spans[o + 2] - spans[o];
    const ey = spans[o + 3] - spans[o + 1];
    const length = Math.sqrt(ex * ex + ey * ey);
    const onLeft = ey * (spans[o] - canvas.x) - ex * (spans[o + 1] - canvas.y) > 0;
    // Lit as the floor a hand's breadth before it.
    const side = (onLeft ? 0.15 : -0.15) / length;
    const cell = cellAt(floor, canvas.x + dx * t - ey * side, canvas.y + dy * t + ex * side);
    const bright = light[cell] * (0.8 + (0.2 * Math.abs(ey)) / length);
    const room = rooms[spans[o + (onLeft ? 6 : 7)]];
    const isDoor = its >= FIRST_DOOR;
    const [red, green, blue] = isDoor ? DOOR_COLOUR : room.wallColour;
    const texture = isDoor ? DOOR_TEXTURE : room.wallTexture;
    for (let v = from; v <= to; v += 1) {
      const i = v * width + u;
      if (t >= depth[i]) continue;
      depth[i] = t;
      if (owners) owner[i] = its;
      if (!inColour) continue;
      const up = eye - ((v - cy) * t) / fy;
      put(canvas, i, red, green, blue, bright * texel(texture, share * length, up, t));
    }
  }

  /** The nearest surface from floor to ceiling closes a column; what stands before that is drawn on it. */
  function drawColumn(u: number, count: number, dx: number, dy: number): void {
    let nearest = Infinity;
    let best = -1;
    let share = 0;
    for (let o = 0; o < count * SPAN; o += SPAN) {
      if (spans[o + 4] !== 0 || spans[o + 5] !== CEILING) continue;
      const t = cross(o, dx, dy);
      if (t >= nearest) continue;
      nearest = t;
      best = o;
      share = along;
    }
    wallDepth[u] = nearest;
    clearColumn(u, nearest, dx, dy);
    if (best >= 0) drawSpan(u, best, nearest, share, dx, dy);
    for (let o = 0; o < count * SPAN; o += SPAN) {
      if (spans[o + 4] === 0 && spans[o + 5] === CEILING) continue;
      const t = cross(o, dx, dy);
      if (t < nearest) drawSpan(u, o, t, along, dx, dy);
    }
  }

  return (seconds, robot) => {
    const count = place.spansAt(seconds, robot, spans);
    for (let u = 0; u < width; u += 1) {
      const a = (u - cx) / fx;
      drawColumn(u, count, canvas.c + canvas.s * a, canvas.s - canvas.c * a);
    }
  };
}
