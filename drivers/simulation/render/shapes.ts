/**
 * Solids in the world (frame `map`, m), in one flat array that is filled anew for every picture, and where rays meet them.
 */

/** Kinds of solids. */
export const BOX = 0;
export const CYLINDER = 1;
export const ELLIPSOID = 2;
export const CAPSULE = 3;
export const CONE = 4;

/** Numbers a solid takes in {@link Shapes.data}, and where each stands. */
export const STRIDE = 17;
const AT_KIND = 0;
/** x, y, z of the middle. */
export const AT_MIDDLE = 1;
/** Half extents along the solid's own axes, of a cone at its foot; a capsule: half of its axis as a vector. */
export const AT_HALF = 4;
/** Cosine and sine of the turn about z; a capsule: its radius, and nothing. */
export const AT_TURN = 7;
/** Radius of a ball about the middle that holds the solid. */
export const AT_BOUND = 9;
/** Red, green, blue of its surface, 0..255. */
export const AT_COLOUR = 10;
/** Number of its texture. */
export const AT_TEXTURE = 13;
/** Number of the thing that it is a part of. */
export const AT_OWNER = 14;
/** Share of infrared light that it throws back. */
export const AT_REFLECTS = 15;
/** Width of a cone at its top as a share of that at its foot. */
const AT_TAPER = 16;

/** Solids one after the other. */
export interface Shapes {
  data: Float64Array;
  count: number;
}

/** What a solid looks like. */
export interface Surface {
  readonly colour: readonly [number, number, number];
  readonly texture: number;
  readonly owner: number;
  readonly reflects: number;
}

/** An empty list. */
export function createShapes(): Shapes {
  return { data: new Float64Array(256 * STRIDE), count: 0 };
}

function add(shapes: Shapes, kind: number, x: number, y: number, z: number, bound: number, surface: Surface): number {
  const o = shapes.count * STRIDE;
  if (o + STRIDE > shapes.data.length) {
    const grown = new Float64Array(2 * shapes.data.length);
    grown.set(shapes.data);
    shapes.data = grown;
  }
  shapes.count += 1;
  const { data } = shapes;
  data[o + AT_KIND] = kind;
  data[o + AT_MIDDLE] = x;
  data[o + AT_MIDDLE + 1] = y;
  data[o + AT_MIDDLE + 2] = z;
  data[o + AT_BOUND] = bound;
  data[o + AT_COLOUR] = surface.colour[0];
  data[o + AT_COLOUR + 1] = surface.colour[1];
  data[o + AT_COLOUR + 2] = surface.colour[2];
  data[o + AT_TEXTURE] = surface.texture;
  data[o + AT_OWNER] = surface.owner;
  data[o + AT_REFLECTS] = surface.reflects;
  return o;
}

/** Adds a box, cylinder or ellipsoid that stands upright, turned by `yaw` about z; sizes are halves, m. */
export function addSolid(
  shapes: Shapes,
  kind: typeof BOX | typeof CYLINDER | typeof ELLIPSOID,
  x: number,
  y: number,
  z: number,
  hx: number,
  hy: number,
  hz: number,
  yaw: number,
  surface: Surface,
): void {
  const bound = kind === ELLIPSOID ? Math.max(hx, hy, hz) : Math.sqrt(hx * hx + hy * hy + hz * hz);
  const o = add(shapes, kind, x, y, z, bound, surface);
  shapes.data[o + AT_HALF] = hx;
  shapes.data[o + AT_HALF + 1] = hy;
  shapes.data[o + AT_HALF + 2] = hz;
  shapes.data[o + AT_TURN] = Math.cos(yaw);
  shapes.data[o + AT_TURN + 1] = Math.sin(yaw);
}

/**
 * Adds a cone without its tip, upright: sizes are halves at its foot, m.
 * @param taper width at its top as a share of that at its foot: 0 for a tip, more than 1 for a bucket
 */
export function addCone(
  shapes: Shapes,
  x: number,
  y: number,
  z: number,
  hx: number,
  hy: number,
  hz: number,
  taper: number,
  yaw: number,
  surface: Surface,
): void {
  const widest = Math.max(1, taper) * Math.max(hx, hy);
  const o = add(shapes, CONE, x, y, z, Math.sqrt(widest * widest + hz * hz), surface);
  shapes.data[o + AT_HALF] = hx;
  shapes.data[o + AT_HALF + 1] = hy;
  shapes.data[o + AT_HALF + 2] = hz;
  shapes.data[o + AT_TURN] = Math.cos(yaw);
  shapes.data[o + AT_TURN + 1] = Math.sin(yaw);
  shapes.data[o + AT_TAPER] = taper;
}

/** Adds a limb: what is nearer than `radius` to the line between two points, m. */
export function addCapsule(
  shapes: Shapes,
  ax: number,
  ay: number,
  az: number,
  bx: number,
  by: number,
  bz: number,
  radius: number,
  surface: Surface,
): void {
  const hx = (bx - ax) / 2;
  const hy = (by - ay) / 2;
  const hz = (bz - az) / 2;
  const bound = Math.sqrt(hx * hx + hy * hy + hz * hz) + radius;
  const o = add(shapes, CAPSULE, ax + hx, ay + hy, az + hz, bound, surface);
  shapes.data[o + AT_HALF] = hx;
  shapes.data[o + AT_HALF + 1] = hy;
  shapes.data[o + AT_HALF + 2] = hz;
  shapes.data[o + AT_TURN] = radius;
}

/**
 * Where a ray first meets a solid from outside.
 * @param data of the {@link Shapes}, and `o` where the solid begins in it
 * @returns in lengths of the direction, which need not be of unit length; Infinity for a miss
 */
export function meet(
  data: Float64Array,
  o: number,
  ox: number,
  oy: number,
  oz: number,
  dx: number,
  dy: number,
  dz: number,
): number {
  const px = ox - data[o + AT_MIDDLE];
  const py = oy - data[o + AT_MIDDLE + 1];
  const pz = oz - data[o + AT_MIDDLE + 2];
  const kind = data[o];
  if (kind === CAPSULE) return meetCapsule(data, o, px, py, pz, dx, dy, dz);
  const c = data[o + AT_TURN];
  const s = data[o + AT_TURN + 1];
  const hx = data[o + AT_HALF];
  const hy = data[o + AT_HALF + 1];
  const hz = data[o + AT_HALF + 2];
  // In the solid's own axes, in halves of its size.
  const x = (c * px + s * py) / hx;
  const y = (c * py - s * px) / hy;
  const z = pz / hz;
  const u = (c * dx + s * dy) / hx;
  const v = (c * dy - s * dx) / hy;
  const w = dz / hz;
  if (kind === ELLIPSOID) {
    const a = u * u + v * v + w * w;
    const b = x * u + y * v + z * w;
    const inside = b * b - a * (x * x + y * y + z * z - 1);
    if (inside < 0) return Infinity;
    const t = (-b - Math.sqrt(inside)) / a;
    return t > 0 ? t : Infinity;
  }
  if (kind === CONE) return meetCone(x, y, z, u, v, w, data[o + AT_TAPER]);
  // Both remaining kinds lie between two planes.
  const iw = 1 / w;
  let near = w === 0 ? (Math.abs(z) < 1 ? -Infinity : Infinity) : -z * iw - Math.abs(iw);
  let far = w === 0 ? Infinity : -z * iw + Math.abs(iw);
  if (kind === CYLINDER) {
    const a = u * u + v * v;
    const b = x * u + y * v;
    const inside = b * b - a * (x * x + y * y - 1);
    if (inside < 0 || a === 0) return Infinity;
    const root = Math.sqrt(inside);
    near = Math.max(near, (-b - root) / a);
    far = Math.min(far, (-b + root) / a);
    return near <= far && near > 0 ? near : Infinity;
  }
  const iu = 1 / u;
  const iv = 1 / v;
  if (u === 0) {
    if (Math.abs(x) >= 1) return Infinity;
  } else {
    near = Math.max(near, -x * iu - Math.abs(iu));
    far = Math.min(far, -x * iu + Math.abs(iu));
  }
  if (v === 0) {
    if (Math.abs(y) >= 1) return Infinity;
  } else {
    near = Math.max(near, -y * iv - Math.abs(iv));
    far = Math.min(far, -y * iv + Math.abs(iv));
  }
  return near <= far && near > 0 ? near : Infinity;
}

/** A cone in its own axes, in halves of its size: its side, where it is met between the two ends, or one of these. */
function meetCone(x: number, y: number, z: number, u: number, v: number, w: number, taper: number): number {
  // Its radius is m + n z.
  const m = (1 + taper) / 2;
  const n = (taper - 1) / 2;
  const r = m + n * z;
  let nearest = Infinity;
  const a = u * u + v * v - n * n * w * w;
  const b = x * u + y * v - n * w * r;
  const c = x * x + y * y - r * r;
  const inside = b * b - a * c;
  if (inside >= 0) {
    const root = Math.sqrt(inside);
    // Written so that a ray along the side, for which there is but one, divides by nothing small.
    const q = b < 0 ? root - b : -b - root;
    nearest = nearer(q / a, nearest, z, w);
    nearest = nearer(c / q, nearest, z, w);
  }
  if (w !== 0) {
    // Of the two ends the one that faces the ray.
    const end = w < 0 ? 1 : -1;
    const t = (end - z) / w;
    const reach = m + n * end;
    const px = x + t * u;
    const py = y + t * v;
    if (t > 0 && t < nearest && px * px + py * py <= reach * reach) nearest = t;
  }
  return nearest;
}

/** The nearer of two places on a ray, the first if it is ahead and between the ends. */
function nearer(t: number, nearest: number, z: number, w: number): number {
  return t > 0 && t < nearest && Math.abs(z + t * w) <= 1 ? t : nearest;
}

function meetCapsule(
  data: Float64Array,
  o: number,
  px: number,
  py: number,
  pz: number,
  dx: number,
  dy: number,
  dz: number,
): number {
  const hx = data[o + AT_HALF];
  const hy = data[o + AT_HALF + 1];
  const hz = data[o + AT_HALF + 2];
  const r = data[o + AT_TURN];
  const hh = hx * hx + hy * hy + hz * hz;
  const hd = hx * dx + hy * dy + hz * dz;
  const hp = hx * px + hy * py + hz * pz;
  const dd = dx * dx + dy * dy + dz * dz;
  const dp = dx * px + dy * py + dz * pz;
  const pp = px * px + py * py + pz * pz;
  // The tube about the axis.
  const a = hh * dd - hd * hd;
  const b = hh * dp - hp * hd;
  const c = hh * pp - hp * hp - r * r * hh;
  const inside = b * b - a * c;
  if (inside < 0) return Infinity;
  const t = (-b - Math.sqrt(inside)) / a;
  const along = hp + t * hd;
  if (Math.abs(along) <= hh) return t > 0 ? t : Infinity;
  // One of the round ends.
  const end = along > 0 ? 1 : -1;
  const qd = dp - end * hd;
  const qq = pp - 2 * end * hp + hh;
  const ball = qd * qd - dd * (qq - r * r);
  if (ball < 0) return Infinity;
  const t2 = (-qd - Math.sqrt(ball)) / dd;
  return t2 > 0 ? t2 : Infinity;
}

/**
 * Outward direction of a solid's surface at a point on it, and the point's coordinates on its texture.
 * @param out x, y, z of unit length, then two coordinates in m
 */
export function surfaceAt(data: Float64Array, o: number, x: number, y: number, z: number, out: Float64Array): void {
  const px = x - data[o + AT_MIDDLE];
  const py = y - data[o + AT_MIDDLE + 1];
  const pz = z - data[o + AT_MIDDLE + 2];
  const hx = data[o + AT_HALF];
  const hy = data[o + AT_HALF + 1];
  const hz = data[o + AT_HALF + 2];
  if (data[o] === CAPSULE) {
    const hh = hx * hx + hy * hy + hz * hz;
    const share = hh === 0 ? 0 : Math.max(-1, Math.min(1, (px * hx + py * hy + pz * hz) / hh));
    const r = data[o + AT_TURN];
    out[0] = (px - share * hx) / r;
    out[1] = (py - share * hy) / r;
    out[2] = (pz - share * hz) / r;
    out[3] = px + py;
    out[4] = pz;
    return;
  }
  const c = data[o + AT_TURN];
  const s = data[o + AT_TURN + 1];
  const lx = c * px + s * py;
  const ly = c * py - s * px;
  let nx = 0;
  let ny = 0;
  let nz = 0;
  out[3] = lx + ly;
  out[4] = pz;
  if (data[o] === ELLIPSOID) {
    nx = lx / (hx * hx);
    ny = ly / (hy * hy);
    nz = pz / (hz * hz);
    const n = 1 / Math.sqrt(nx * nx + ny * ny + nz * nz);
    nx *= n;
    ny *= n;
    nz *= n;
  } else if (Math.abs(pz) > hz * 0.9999) {
    nz = pz > 0 ? 1 : -1;
    out[3] = lx;
    out[4] = ly;
  } else if (data[o] === CONE) {
    const slope = (data[o + AT_TAPER] - 1) / 2;
    const radius = (data[o + AT_TAPER] + 1) / 2 + (slope * pz) / hz;
    nx = lx / (hx * hx);
    ny = ly / (hy * hy);
    nz = (-radius * slope) / hz;
    const n = 1 / Math.sqrt(nx * nx + ny * ny + nz * nz);
    nx *= n;
    ny *= n;
    nz *= n;
  } else if (data[o] === CYLINDER) {
    const n = 1 / Math.sqrt(lx * lx + ly * ly);
    nx = lx * n;
    ny = ly * n;
  } else if (Math.abs(lx) * hy > Math.abs(ly) * hx) {
    nx = lx > 0 ? 1 : -1;
    out[3] = ly;
  } else {
    ny = ly > 0 ? 1 : -1;
    out[3] = lx;
  }
  out[0] = c * nx - s * ny;
  out[1] = s * nx + c * ny;
  out[2] = nz;
}
