import type { PointField } from '../../src/frame/index.ts';
import { SENSE_MOUNTS, type Lidar3dConfig } from './config.ts';
import { NOISE_MASK, noiseTable } from './noise.ts';
import { POST_HEIGHT, toPayload } from './place/payload.ts';
import { MOST_SPANS, SPAN, type Place } from './place/place.ts';
import { CEILING } from './place/rooms.ts';
import { AT_BOUND, AT_MIDDLE, AT_REFLECTS, createShapes, meet, STRIDE } from './render/shapes.ts';
import type { Scene, Sensor } from './sensor.ts';

/** A lidar like the VLP-16 (Velodyne 63-9243): 16 rings from -15° to 15°, errors of 2 cm, here up to 30 m. */
const RINGS = 16;
const LOWEST = (-15 * Math.PI) / 180;
const STEP = (2 * Math.PI) / 180;
const NEAREST = 0.3;
const FARTHEST = 30;
const DEVIATION = 0.015;
/** Of a normal distribution, half a per cent lies below this: so many returns are lost. */
const LOST = -2.576;
/** What walls and floors throw back. */
const PLASTER = 0.6;
const CARPET = 0.3;

const NAMES = ['x', 'y', 'z', 'intensity', 'ring', 'time'];
const FIELDS: readonly PointField[] = NAMES.map((name, i) => ({ name, offset: 4 * i, type: 'float32', count: 1 }));
const WORDS = NAMES.length;
/** Solids are looked at anew so many times a turn: people are slow. */
const LOOKS = 4;
/** Slack about a solid for what moves between two looks, m. */
const SLACK = 0.05;

/** Direction of a column in the sensor's axes, rad. */
function angleOf(column: number, columns: number): number {
  return -Math.PI + (2 * Math.PI * column) / columns;
}

/**
 * A lidar that turns once a sample. Each column of points is measured from where the robot is at its own time, and stands
 * in the sensor's axes at that time: `time` is s since the first column. What does not come back is no point.
 */
export function createLidar3d({ motionAt, random, noise, period }: Scene, place: Place, config: Lidar3dConfig): Sensor {
  const { columns } = config;
  const [mx, , height] = SENSE_MOUNTS.lidar3d.translation;
  const table = noiseTable();
  const lost = noise > 0 ? LOST : -Infinity;
  const cos = Float64Array.from({ length: RINGS }, (_, ring) => Math.cos(LOWEST + ring * STEP));
  const sin = Float64Array.from({ length: RINGS }, (_, ring) => Math.sin(LOWEST + ring * STEP));
  const ahead = Float64Array.from({ length: columns }, (_, column) => Math.cos(angleOf(column, columns)));
  const aside = Float64Array.from({ length: columns }, (_, column) => Math.sin(angleOf(column, columns)));
  const own = Float64Array.from({ length: columns }, (_, column) =>
    toPayload(place.payload, mx, 0, angleOf(column, columns)),
  );
  const spans = new Float64Array(MOST_SPANS * SPAN);
  const shapes = createShapes();
  let near = new Int32Array(64);
  let balls = new Float64Array(3 * 64);
  const points = new Float32Array(columns * RINGS * WORDS);
  const hits = new Float64Array(2);
  const crossed = new Float64Array(4 * MOST_SPANS);

  /** Upright surfaces that a column crosses: for each its distance seen from above, edges, and what it throws back. */
  function cross(count: number, x: number, y: number, dx: number, dy: number): number {
    let many = 0;
    for (let o = 0; o < count * SPAN; o += SPAN) {
      const ex = spans[o + 2] - spans[o];
      const ey = spans[o + 3] - spans[o + 1];
      const across = dx * ey - dy * ex;
      if (across === 0) continue;
      const ox = spans[o] - x;
      const oy = spans[o + 1] - y;
      const along = (ox * dy - oy * dx) / across;
      const flat = (ox * ey - oy * ex) / across;
      if (flat <= 0 || along < 0 || along > 1) continue;
      crossed[many] = flat;
      crossed[many + 1] = spans[o + 4];
      crossed[many + 2] = spans[o + 5];
      crossed[many + 3] = (PLASTER * Math.abs(across)) / Math.sqrt(ex * ex + ey * ey);
      many += 4;
    }
    return many;
  }

  /** Range to floor, ceiling and upright surfaces along a ray, and what it throws back. */
  function building(many: number, ring: number): void {
    const up = sin[ring];
    let best = up < 0 ? height / -up : place.outdoors || up === 0 ? Infinity : (CEILING - height) / up;
    let back = up < 0 ? CARPET * Math.min(1, -3 * up) : PLASTER * Math.min(1, 3 * up);
    for (let i = 0; i < many; i += 4) {
      const t = crossed[i] / cos[ring];
      if (t >= best) continue;
      const z = height + t * up;
      if (z < crossed[i + 1] || z > crossed[i + 2]) continue;
      best = t;
      back = crossed[i + 3];
    }
    hits[0] = best;
    hits[1] = back;
  }

  /** Distance, seen from above, of the nearest surface from floor to ceiling. */
  function nearestWall(many: number): number {
    let nearest = Infinity;
    for (let i = 0; i < many; i += 4) {
      if (crossed[i + 1] === 0 && crossed[i + 2] === CEILING) nearest = Math.min(nearest, crossed[i]);
    }
    return place.outdoors ? Infinity : nearest;
  }

  /**
   * Solids that a column may meet: those whose bounding ball, seen from above, it crosses. Of each, how far ahead along the
   * column its middle is, and the squares of how far aside and of the ball's radius, m.
   */
  function select(x: number, y: number, dx: number, dy: number, wall: number): number {
    if (near.length < shapes.count) {
      near = new Int32Array(2 * shapes.count);
      balls = new Float64Array(6 * shapes.count);
    }
    let count = 0;
    for (let i = 0; i < shapes.count; i += 1) {
      const o = i * STRIDE;
      const px = shapes.data[o + 1] - x;
      const py = shapes.data[o + 2] - y;
      const r = shapes.data[o + AT_BOUND] + SLACK;
      const along = dx * px + dy * py;
      const across = dx * py - dy * px;
      if (Math.abs(across) > r || along < -r || along > wall + r) continue;
      near[count] = o;
      balls[3 * count] = along;
      balls[3 * count + 1] = across * across;
      balls[3 * count + 2] = r * r;
      count += 1;
    }
    return count;
  }

  return {
    kind: 'cloud',
    frameId: 'lidar3d',
    duration: ((columns - 1) / columns) * period,
    sample(seconds) {
      let at = Math.floor(random.uniform() * (NOISE_MASK + 1));
      let count = 0;
      let surfaces = 0;
      for (let column = 0; column < columns; column += 1) {
        const time = (column / columns) * period;
        const motion = motionAt(seconds + time);
        if (column % Math.ceil(columns / LOOKS) === 0) {
          surfaces = place.spansAt(seconds + time, motion, spans);
          place.solidsAt(seconds + time, shapes);
        }
        const c = Math.cos(motion.yaw);
        const s = Math.sin(motion.yaw);
        const dx = c * ahead[column] - s * aside[column];
        const dy = s * ahead[column] + c * aside[column];
        const x = motion.x + mx * c;
        const y = motion.y + mx * s;
        const walls = cross(surfaces, x, y, dx, dy);
        const many = select(x, y, dx, dy, nearestWall(walls));
        for (let ring = 0; ring < RINGS; ring += 1) {
          building(walls, ring);
          let range = hits[0];
          let back = hits[1];
          if (own[column] < range * cos[ring] && own[column] * (sin[ring] / cos[ring]) < POST_HEIGHT - height) {
            range = own[column] / cos[ring];
            back = PLASTER;
          }
          for (let i = 0; i < many; i += 1) {
            const up = shapes.data[near[i] + AT_MIDDLE + 2] - height;
            // How far the ray passes above or below the ball's middle.
            const off = cos[ring] * up - sin[ring] * balls[3 * i];
            if (off * off + balls[3 * i + 1] > balls[3 * i + 2]) continue;
            const t = meet(shapes.data, near[i], x, y, height, dx * cos[ring], dy * cos[ring], sin[ring]);
            if (t >= range) continue;
            range = t;
            back = shapes.data[near[i] + AT_REFLECTS];
          }
          at = (at + 1) & NOISE_MASK;
          if (table[(at + 7919) & NOISE_MASK] < lost) continue;
          const measured = range + table[at] * noise * DEVIATION;
          if (!(measured >= NEAREST && measured <= FARTHEST)) continue;
          const flat = measured * cos[ring];
          points[count] = flat * ahead[column];
          points[count + 1] = flat * aside[column];
          points[count + 2] = measured * sin[ring];
          points[count + 3] = 255 * back;
          points[count + 4] = ring;
          points[count + 5] = time;
          count += WORDS;
        }
      }
      const data = new Uint8Array(points.buffer.slice(0, 4 * count));
      const stride = 4 * WORDS;
      const width = count / WORDS;
      return {
        kind: 'cloud',
        width,
        height: 1,
        fields: FIELDS,
        pointStride: stride,
        rowStride: width * stride,
        bigEndian: false,
        dense: true,
        data,
      };
    },
  };
}
