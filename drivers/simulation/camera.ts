import type { CameraConfig } from './config.ts';
import { NOISE_SIZE, noiseTable } from './noise.ts';
import type { Renderer } from './render/renderer.ts';
import type { Scene, Sensor } from './sensor.ts';

/** Noise of a pixel in steps of 0..255: in the dark, and what is added at full brightness. */
const DARK = 1.8;
const BRIGHT = 3.2;

/** A colour camera on a mast: raw `rgb8` pictures of the textured, lit world. */
export function createCamera(
  { motionAt, random, noise }: Scene,
  render: Renderer,
  config: Pick<CameraConfig, 'width' | 'height' | 'exposureMs'>,
): Sensor {
  const { width, height, exposureMs } = config;
  const table = noiseTable();
  // Cameras balance white but roughly, and so does each its own way.
  const balance = [0, 1, 2].map(() => 1 + 0.04 * noise * random.gaussian());
  const row = new Float32Array(3 * width);
  return {
    kind: 'image',
    frameId: 'camera_optical',
    duration: 0,
    sample(seconds) {
      const motion = motionAt(seconds);
      const { colour, intrinsics } = render(seconds, motion);
      const data = new Uint8ClampedArray(3 * width * height);
      const smear = Math.abs(motion.turn) * exposureMs * 1e-3 * intrinsics.fx;
      for (let v = 0; v < height; v += 1) {
        const from = 3 * v * width;
        const line = smear > 0.5 ? smeared(colour, from, width, smear, row) : colour;
        const chance = Math.floor(random.uniform() * (NOISE_SIZE - 3 * width));
        expose(line, line === colour ? from : 0, balance, table, chance, noise, data, from, width);
      }
      return {
        kind: 'image',
        encoding: 'rgb8',
        width,
        height,
        rowStride: 3 * width,
        bigEndian: false,
        intrinsics,
        data: new Uint8Array(data.buffer),
      };
    },
  };
}

/** A row as the sensor takes it: balance of colours, noise from a place of the table on, and steps of 0..255. */
function expose(
  line: Float32Array,
  first: number,
  [red, green, blue]: readonly number[],
  table: Float32Array,
  chance: number,
  noise: number,
  out: Uint8ClampedArray,
  from: number,
  width: number,
): void {
  const dark = DARK * noise;
  const bright = (BRIGHT / 255) * noise;
  for (let i = 0; i < 3 * width; i += 3) {
    const r = line[first + i] * red;
    const g = line[first + i + 1] * green;
    const b = line[first + i + 2] * blue;
    out[from + i] = r + table[chance + i] * (dark + bright * r);
    out[from + i + 1] = g + table[chance + i + 1] * (dark + bright * g);
    out[from + i + 2] = b + table[chance + i + 2] * (dark + bright * b);
  }
}

/** A row smeared over so many pixels, as it is when the camera turns while it is exposed. */
function smeared(colour: Float32Array, from: number, width: number, pixels: number, out: Float32Array): Float32Array {
  const half = Math.max(1, Math.round(pixels / 2));
  for (let channel = 0; channel < 3; channel += 1) {
    let sum = 0;
    const at = (u: number): number => colour[from + 3 * Math.max(0, Math.min(width - 1, u)) + channel];
    for (let u = -half; u <= half; u += 1) sum += at(u);
    for (let u = 0; u < width; u += 1) {
      out[3 * u + channel] = sum / (2 * half + 1);
      sum += at(u + half + 1) - at(u - half);
    }
  }
  return out;
}
