import { MOUNTS } from './config.ts';
import type { Scene, Sensor } from './sensor.ts';
import { toPayload } from './place/payload.ts';
import type { Place } from './place/place.ts';
import { personAt } from './world.ts';

/** A scanner like the RPLIDAR A1 (Slamtec LD108 data sheet): 12 m, errors about 1 % of the distance. */
const RAYS = 360;
const NEAREST = 0.15;
const FARTHEST = 12;
const SHARE = 0.005;
const CONSTANT = 0.005;

/** A planar scanner that turns once a sample: each ray is cast from where the robot is at that ray's own time. */
export function createScan(
  { motionAt, random, noise, period }: Scene,
  { world, doors, varied, payload }: Place,
): Sensor {
  const timeIncrement = Math.fround(period / RAYS);
  const angleIncrement = Math.fround((2 * Math.PI) / RAYS);
  const angleMin = Math.fround(-Math.PI);
  // The doors' leaves come last.
  const segments = new Float64Array(world.segments.length + (varied ? 4 * doors.count : 0));
  segments.set(world.segments);
  const [rx] = MOUNTS.scan.translation;
  const own = Float64Array.from({ length: RAYS }, (_, ray) =>
    toPayload(payload, rx, 0, angleMin + ray * angleIncrement),
  );

  /** Distance along a ray to the nearest segment or person; Infinity for none. */
  function cast(x: number, y: number, dx: number, dy: number, people: Float64Array): number {
    let nearest = Infinity;
    for (let i = 0; i < segments.length; i += 4) {
      const ex = segments[i + 2] - segments[i];
      const ey = segments[i + 3] - segments[i + 1];
      const across = dx * ey - dy * ex;
      if (across === 0) continue;
      const ox = segments[i] - x;
      const oy = segments[i + 1] - y;
      const t = (ox * ey - oy * ex) / across;
      if (t <= 0 || t >= nearest) continue;
      const u = (ox * dy - oy * dx) / across;
      if (u >= 0 && u <= 1) nearest = t;
    }
    for (let i = 0; i < people.length; i += 3) {
      const ox = people[i] - x;
      const oy = people[i + 1] - y;
      const along = ox * dx + oy * dy;
      const inside = people[i + 2] * people[i + 2] - (ox * ox + oy * oy - along * along);
      if (inside < 0) continue;
      const t = along - Math.sqrt(inside);
      if (t > 0 && t < nearest) nearest = t;
    }
    return nearest;
  }

  return {
    kind: 'scan',
    frameId: 'laser',
    duration: (RAYS - 1) * timeIncrement,
    sample(seconds) {
      const ranges = new Float32Array(RAYS);
      const people = new Float64Array(world.people.length * 3);
      for (let ray = 0; ray < RAYS; ray += 1) {
        const at = seconds + ray * timeIncrement;
        // People are slow: four times a sweep is often enough.
        if (ray % (RAYS / 4) === 0) {
          world.people.forEach((person, i) => people.set([...personAt(person, at), person.radius], i * 3));
          for (let door = 0; varied && door < doors.count; door += 1) {
            doors.leafAt(door, at, motionAt(at), segments, world.segments.length + 4 * door);
          }
        }
        const { x, y, yaw } = motionAt(at);
        const angle = yaw + angleMin + ray * angleIncrement;
        const dx = Math.cos(angle);
        const dy = Math.sin(angle);
        const range = Math.min(own[ray], cast(x + rx * Math.cos(yaw), y + rx * Math.sin(yaw), dx, dy, people));
        const measured = range + (CONSTANT + SHARE * range) * noise * random.gaussian();
        ranges[ray] = measured >= NEAREST && measured <= FARTHEST ? measured : Infinity;
      }
      return {
        kind: 'scan',
        angleMin,
        angleMax: Math.fround(angleMin + (RAYS - 1) * angleIncrement),
        angleIncrement,
        timeIncrement,
        scanTime: Math.fround(period),
        rangeMin: Math.fround(NEAREST),
        rangeMax: FARTHEST,
        ranges,
      };
    },
  };
}
