import type { DepthConfig } from './config.ts';
import { SENSE_MOUNTS } from './config.ts';
import { NOISE_MASK, noiseTable } from './noise.ts';
import type { Place } from './place/place.ts';
import { createRenderer } from './render/renderer.ts';
import type { Scene, Sensor } from './sensor.ts';

/** m for each count. */
const SCALE = 0.001;
/** Range of a stereo depth camera (Intel RealSense D400 data sheet, 337029): what it measures, m. */
const NEAREST = 0.3;
const FARTHEST = 8;
/** Deviation at 1 m, m: it grows with the square of the distance, as disparity's does. */
const AT_ONE_METRE = 0.002;
/** One pixel in a hundred is lost at random: of a normal distribution, that share lies below this. */
const LOST = -2.326;
/** Step between neighbours at which an edge is, m: nothing is measured there. */
const EDGE = 0.25;

/** A depth camera: distance along its axis, errors that grow with the square of it, zeros where it cannot tell. */
export function createDepth({ motionAt, random, noise }: Scene, place: Place, config: DepthConfig): Sensor {
  const { width, height } = config;
  const fieldOfView = (config.fieldOfViewDegrees * Math.PI) / 180;
  const mount = SENSE_MOUNTS.depth.translation;
  const render = createRenderer(place, { width, height, fieldOfView, mount, colour: false, owners: false });
  const table = noiseTable();
  const lost = noise > 0 ? LOST : -Infinity;
  return {
    kind: 'depth',
    frameId: 'depth_optical',
    duration: 0,
    sample(seconds) {
      const { depth, intrinsics } = render(seconds, motionAt(seconds));
      const data = new Uint16Array(width * height);
      for (let v = 0, i = 0; v < height; v += 1) {
        let at = Math.floor(random.uniform() * (NOISE_MASK + 1));
        let before = depth[i];
        for (let u = 0; u < width; u += 1, i += 1) {
          const z = depth[i];
          at = (at + 1) & NOISE_MASK;
          const step = Math.abs(z - before);
          before = z;
          if (table[(at + 7919) & NOISE_MASK] < lost || (noise > 0 && step > EDGE)) continue;
          const measured = z + table[at] * noise * AT_ONE_METRE * z * z;
          if (measured >= NEAREST && measured <= FARTHEST) data[i] = measured / SCALE + 0.5;
        }
      }
      return { kind: 'depth', width, height, scale: SCALE, data, intrinsics };
    },
  };
}
