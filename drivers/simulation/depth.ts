import type { DepthConfig } from './config.ts';
import { NOISE_SIZE, noiseTable } from './noise.ts';
import type { Renderer } from './render/renderer.ts';
import type { Scene, Sensor } from './sensor.ts';

/** m for each count, and counts for each m. */
const SCALE = 0.001;
const PER_METRE = 1000;
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
export function createDepth(
  { motionAt, random, noise }: Scene,
  render: Renderer,
  config: Pick<DepthConfig, 'width' | 'height'>,
): Sensor {
  const { width, height } = config;
  const table = noiseTable();
  const lost = noise > 0 ? LOST : -Infinity;
  const edge = noise > 0 ? EDGE : Infinity;
  const deviation = AT_ONE_METRE * noise;
  return {
    kind: 'depth',
    frameId: 'depth_optical',
    duration: 0,
    sample(seconds) {
      const { depth, intrinsics } = render(seconds, motionAt(seconds));
      const data = new Uint16Array(width * height);
      for (let v = 0, i = 0; v < height; v += 1) {
        const errors = Math.floor(random.uniform() * (NOISE_SIZE - width));
        const losses = Math.floor(random.uniform() * (NOISE_SIZE - width));
        let before = depth[i];
        for (let u = 0; u < width; u += 1, i += 1) {
          const z = depth[i];
          const step = Math.abs(z - before);
          before = z;
          if (table[losses + u] < lost || step > edge) continue;
          const measured = z + table[errors + u] * deviation * z * z;
          if (measured >= NEAREST && measured <= FARTHEST) data[i] = measured * PER_METRE + 0.5;
        }
      }
      return { kind: 'depth', width, height, scale: SCALE, data, intrinsics };
    },
  };
}
