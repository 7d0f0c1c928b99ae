import type { Place } from '../place/place.ts';
import { CEILING, cellAt } from '../place/rooms.ts';
import { NEAREST, put, texel, type Canvas } from './canvas.ts';
import { castLimb } from './limbs.ts';
import {
  AT_BOUND,
  AT_COLOUR,
  AT_HALF,
  AT_MIDDLE,
  AT_OWNER,
  AT_TEXTURE,
  AT_TURN,
  BOX,
  CAPSULE,
  CONE,
  ELLIPSOID,
  meet,
  surfaceAt,
} from './shapes.ts';

/** Lamp that shines on a solid: direction, not of unit length, and brightness over that length; and light from all around. */
interface Lighting {
  x: number;
  y: number;
  z: number;
  direct: number;
  around: number;
}

/**
 * Draws solids over what has been drawn. The camera being level, the rays of a column differ in their slope alone: what a
 * column meets of a box or cylinder is one distance for its side and a plane for its top, and for an ellipsoid the rows that
 * meet it are known beforehand; only limbs are cast row by row.
 * @returns draws the solid that begins at a place of an array
 */
export function createSculptor(place: Place, canvas: Canvas): (data: Float64Array, o: number) => void {
  const { width, height, eye, depth, owner, mark, wallDepth, total } = canvas;
  const { fx, fy, cx, cy } = canvas.intrinsics;
  const inColour = canvas.colour.length > 0;
  const owners = owner.length > 0;
  const { light } = place.floor;
  const lighting: Lighting = { x: 0, y: 0, z: 1, direct: 1, around: 1 };
  const surface = new Float64Array(5);
  const distances = new Float64Array(height);
  // Columns, and rows, that may meet the solid.
  const rectangle = { left: 0, right: 0, top: 0, bottom: 0 };
  let counted = 0;

  function illuminate(data: Float64Array, o: number): void {
    const x = data[o + AT_MIDDLE];
    const y = data[o + AT_MIDDLE + 1];
    const cell = cellAt(place.floor, x, y);
    const lamp = place.world.rooms[place.floor.room[cell]];
    lighting.x = place.outdoors ? 0.4 : lamp[0] - x;
    lighting.y = place.outdoors ? 0.3 : lamp[1] - y;
    lighting.z = place.outdoors ? 0.8 : CEILING - data[o + AT_MIDDLE + 2];
    const length = Math.sqrt(lighting.x * lighting.x + lighting.y * lighting.y + lighting.z * lighting.z);
    lighting.direct = (0.6 * light[cell]) / length;
    lighting.around = 0.5 * light[cell];
  }

  function shadeOf(nx: number, ny: number, nz: number): number {
    const facing = nx * lighting.x + ny * lighting.y + nz * lighting.z;
    return lighting.around + (facing > 0 ? facing * lighting.direct : 0);
  }

  /** Grows the rectangle by the picture of a ball; false where it reaches behind the camera. */
  function cover(px: number, py: number, pz: number, r: number): boolean {
    const forward = canvas.c * px + canvas.s * py;
    const right = canvas.s * px - canvas.c * py;
    const near = forward - r;
    if (near <= NEAREST) return false;
    const far = forward + r;
    const low = (value: number): number => value / (value < 0 ? near : far);
    rectangle.left = Math.min(rectangle.left, Math.ceil(cx + fx * low(right - r)));
    rectangle.right = Math.max(rectangle.right, Math.floor(cx - fx * low(-right - r)));
    rectangle.top = Math.min(rectangle.top, Math.ceil(cy + fy * low(-pz - r)));
    rectangle.bottom = Math.max(rectangle.bottom, Math.floor(cy - fy * low(pz - r)));
    return true;
  }

  /** Counts a pixel of the thing, and says whether the thing is the nearest there so far. */
  function claim(i: number, t: number, its: number): boolean {
    if (owners && mark[i] !== its) {
      mark[i] = its;
      counted += 1;
    }
    if (t >= depth[i]) return false;
    depth[i] = t;
    if (owners) owner[i] = its;
    return true;
  }

  function paint(data: Float64Array, o: number, i: number, t: number, dx: number, dy: number, dz: number): void {
    surfaceAt(data, o, canvas.x + dx * t, canvas.y + dy * t, eye + dz * t, surface);
    const shade = shadeOf(surface[0], surface[1], surface[2]);
    const at = o + AT_COLOUR;
    const pattern = texel(data[o + AT_TEXTURE], surface[3], surface[4], t);
    put(canvas, i, data[at], data[at + 1], data[at + 2], shade * pattern);
  }

  /** A box's or cylinder's part of a column. */
  function uprightColumn(data: Float64Array, o: number, u: number, dx: number, dy: number): void {
    const hx = data[o + AT_HALF];
    const hy = data[o + AT_HALF + 1];
    const c = data[o + AT_TURN];
    const s = data[o + AT_TURN + 1];
    const px = canvas.x - data[o + AT_MIDDLE];
    const py = canvas.y - data[o + AT_MIDDLE + 1];
    // Seen from above, in halves of its size.
    const x = (c * px + s * py) / hx;
    const y = (c * py - s * px) / hy;
    const p = (c * dx + s * dy) / hx;
    const q = (c * dy - s * dx) / hy;
    let near = -Infinity;
    let far = Infinity;
    if (data[o] === BOX) {
      if (p !== 0) {
        near = (-x - Math.sign(p)) / p;
        far = (-x + Math.sign(p)) / p;
      } else if (Math.abs(x) >= 1) return;
      if (q !== 0) {
        near = Math.max(near, (-y - Math.sign(q)) / q);
        far = Math.min(far, (-y + Math.sign(q)) / q);
      } else if (Math.abs(y) >= 1) return;
    } else {
      const a = p * p + q * q;
      const b = x * p + y * q;
      const inside = b * b - a * (x * x + y * y - 1);
      if (inside <= 0) return;
      const root = Math.sqrt(inside);
      near = (-b - root) / a;
      far = (-b + root) / a;
    }
    if (near >= far || near <= NEAREST) return;
    const top = data[o + AT_MIDDLE + 2] + data[o + AT_HALF + 2];
    const foot = data[o + AT_MIDDLE + 2] - data[o + AT_HALF + 2];
    const sideTop = Math.ceil(cy + (fy * (eye - top)) / near);
    const sideFoot = Math.floor(cy + (fy * (eye - foot)) / near);
    fill(data, o, u, sideTop, sideFoot, near, 0, dx, dy);
    if (top < eye) fill(data, o, u, Math.ceil(cy + (fy * (eye - top)) / far), sideTop - 1, 0, eye - top, dx, dy);
    if (foot > eye) fill(data, o, u, sideFoot + 1, Math.floor(cy + (fy * (eye - foot)) / far), 0, eye - foot, dx, dy);
  }

  /** Rows of a column: all at one distance, or where `distance` is 0, on a level plane so far below the camera. */
  function fill(
    data: Float64Array,
    o: number,
    u: number,
    from: number,
    to: number,
    distance: number,
    below: number,
    dx: number,
    dy: number,
  ): void {
    const its = data[o + AT_OWNER];
    const last = Math.min(height - 1, to);
    for (let v = Math.max(0, from); v <= last; v += 1) {
      const i = v * width + u;
      const t = distance === 0 ? (below * fy) / (v - cy) : distance;
      if (claim(i, t, its) && inColour) paint(data, o, i, t, dx, dy, (cy - v) / fy);
    }
  }

  function ellipsoidColumn(data: Float64Array, o: number, u: number, dx: number, dy: number): void {
    const hx = data[o + AT_HALF];
    const hy = data[o + AT_HALF + 1];
    const hz = data[o + AT_HALF + 2];
    const c = data[o + AT_TURN];
    const s = data[o + AT_TURN + 1];
    const px = canvas.x - data[o + AT_MIDDLE];
    const py = canvas.y - data[o + AT_MIDDLE + 1];
    const x = (c * px + s * py) / hx;
    const y = (c * py - s * px) / hy;
    const z = (eye - data[o + AT_MIDDLE + 2]) / hz;
    const p = (c * dx + s * dy) / hx;
    const q = (c * dy - s * dx) / hy;
    const a = p * p + q * q;
    const b = x * p + y * q;
    const outside = x * x + y * y - 1;
    const k = outside + z * z;
    // Slopes w that touch it: outside w² - 2 b z w + a k - b² = 0.
    const inside = b * b * z * z - outside * (a * k - b * b);
    if (outside <= 0 || inside < 0) return;
    const root = Math.sqrt(inside);
    const from = Math.max(0, Math.ceil(cy - (fy * hz * (b * z + root)) / outside));
    const to = Math.min(height - 1, Math.floor(cy - (fy * hz * (b * z - root)) / outside));
    const its = data[o + AT_OWNER];
    for (let v = from; v <= to; v += 1) {
      const dz = (cy - v) / fy;
      const w = dz / hz;
      const aa = a + w * w;
      const bb = b + z * w;
      const t = (-bb - Math.sqrt(Math.max(0, bb * bb - aa * k))) / aa;
      const i = v * width + u;
      if (t > NEAREST && claim(i, t, its) && inColour) paint(data, o, i, t, dx, dy, dz);
    }
  }

  function limbColumn(data: Float64Array, o: number, u: number, dx: number, dy: number): void {
    const its = data[o + AT_OWNER];
    const first = Math.max(0, rectangle.top);
    const last = Math.min(height - 1, rectangle.bottom);
    castLimb(data, o, canvas, dx, dy, first, last, distances);
    for (let v = first, i = first * width + u; v <= last; v += 1, i += width) {
      const t = distances[v];
      if (t > NEAREST && t < Infinity && claim(i, t, its) && inColour) paint(data, o, i, t, dx, dy, (cy - v) / fy);
    }
  }

  function coneColumn(data: Float64Array, o: number, u: number, dx: number, dy: number): void {
    const its = data[o + AT_OWNER];
    const first = Math.max(0, rectangle.top);
    const last = Math.min(height - 1, rectangle.bottom);
    for (let v = first, i = first * width + u; v <= last; v += 1, i += width) {
      const dz = (cy - v) / fy;
      const t = meet(data, o, canvas.x, canvas.y, eye, dx, dy, dz);
      if (t > NEAREST && t < Infinity && claim(i, t, its) && inColour) paint(data, o, i, t, dx, dy, dz);
    }
  }

  /** The columns and rows that may meet a solid. */
  function bound(data: Float64Array, o: number): void {
    const x = data[o + AT_MIDDLE] - canvas.x;
    const y = data[o + AT_MIDDLE + 1] - canvas.y;
    const z = data[o + AT_MIDDLE + 2] - eye;
    const hx = data[o + AT_HALF];
    const hy = data[o + AT_HALF + 1];
    const hz = data[o + AT_HALF + 2];
    rectangle.left = width;
    rectangle.right = -1;
    rectangle.top = height;
    rectangle.bottom = -1;
    const whole =
      data[o] === CAPSULE
        ? cover(x - hx, y - hy, z - hz, data[o + AT_TURN]) && cover(x + hx, y + hy, z + hz, data[o + AT_TURN])
        : cover(x, y, z, data[o + AT_BOUND]);
    if (whole) return;
    rectangle.left = 0;
    rectangle.right = width - 1;
    rectangle.top = 0;
    rectangle.bottom = height - 1;
  }

  return (data, o) => {
    const forward = canvas.c * (data[o + AT_MIDDLE] - canvas.x) + canvas.s * (data[o + AT_MIDDLE + 1] - canvas.y);
    const r = data[o + AT_BOUND];
    if (forward + r < NEAREST) return;
    bound(data, o);
    const left = Math.max(0, rectangle.left);
    const last = Math.min(width - 1, rectangle.right);
    let hidden = true;
    for (let u = left; u <= last && hidden; u += 1) hidden = wallDepth[u] < forward - r;
    if (hidden) return;
    if (inColour) illuminate(data, o);
    counted = 0;
    const kind = data[o];
    for (let u = left; u <= last; u += 1) {
      // What is behind a wall is drawn for the count of its pixels alone.
      if (!owners && wallDepth[u] < forward - r) continue;
      const slope = (u - cx) / fx;
      const dx = canvas.c + canvas.s * slope;
      const dy = canvas.s - canvas.c * slope;
      if (kind === ELLIPSOID) ellipsoidColumn(data, o, u, dx, dy);
      else if (kind === CAPSULE) limbColumn(data, o, u, dx, dy);
      else if (kind === CONE) coneColumn(data, o, u, dx, dy);
      else uprightColumn(data, o, u, dx, dy);
    }
    const its = data[o + AT_OWNER];
    if (counted > 0) total.set(its, (total.get(its) ?? 0) + counted);
  };
}
