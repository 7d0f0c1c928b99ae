import type { Canvas } from './canvas.ts';
import { AT_HALF, AT_MIDDLE, AT_TURN } from './shapes.ts';

/**
 * Where the rays of a column of pixels first meet a limb. They differ in their slope alone, so what a ray by itself would
 * need anew (see `meet`) is worked out once for all of them.
 * @param dx direction of the column seen from above, and `dy`, one m along the optical axis
 * @param from first row, and `to` the last
 * @param out by row, in lengths of the direction; Infinity for a miss
 */
export function castLimb(
  data: Float64Array,
  o: number,
  canvas: Canvas,
  dx: number,
  dy: number,
  from: number,
  to: number,
  out: Float64Array,
): void {
  const px = canvas.x - data[o + AT_MIDDLE];
  const py = canvas.y - data[o + AT_MIDDLE + 1];
  const pz = canvas.eye - data[o + AT_MIDDLE + 2];
  const hx = data[o + AT_HALF];
  const hy = data[o + AT_HALF + 1];
  const hz = data[o + AT_HALF + 2];
  const r = data[o + AT_TURN];
  const { fy, cy } = canvas.intrinsics;
  const hh = hx * hx + hy * hy + hz * hz;
  const hp = hx * px + hy * py + hz * pz;
  const pp = px * px + py * py + pz * pz;
  const c = hh * pp - hp * hp - r * r * hh;
  const flatD = dx * dx + dy * dy;
  const flatH = hx * dx + hy * dy;
  const flatP = px * dx + py * dy;
  for (let v = from; v <= to; v += 1) {
    const dz = (cy - v) / fy;
    const hd = flatH + hz * dz;
    const dd = flatD + dz * dz;
    const dp = flatP + pz * dz;
    out[v] = Infinity;
    // The tube about the axis.
    const a = hh * dd - hd * hd;
    const b = hh * dp - hp * hd;
    const inside = b * b - a * c;
    if (inside < 0) continue;
    let t = (-b - Math.sqrt(inside)) / a;
    const along = hp + t * hd;
    if (along > hh || along < -hh) {
      // One of the round ends.
      const end = along > 0 ? 1 : -1;
      const qd = dp - end * hd;
      const ball = qd * qd - dd * (pp - 2 * end * hp + hh - r * r);
      if (ball < 0) continue;
      t = (-qd - Math.sqrt(ball)) / dd;
    }
    if (t > 0) out[v] = t;
  }
}
