import type { CameraConfig } from './config.ts';
import { SENSE_MOUNTS } from './config.ts';
import { NOISE_MASK, noiseTable } from './noise.ts';
import type { Place } from './place/place.ts';
import { createRenderer } from './render/renderer.ts';
import type { Scene, Sensor } from './sensor.ts';

/** Noise of a pixel in steps of 0..255: in the dark, and what is added at full brightness. */
const DARK = 1.8;
const BRIGHT = 3.2;

/** A colour camera on a mast: raw `rgb8` pictures of the textured, lit world. */
export function createCamera({ motionAt, random, noise }: Scene, place: Place, config: CameraConfig): Sensor {
  const { width, height, exposureMs } = config;
  const fieldOfView = (config.fieldOfViewDegrees * Math.PI) / 180;
  const mount = SENSE_MOUNTS.camera.translation;
  const render = createRenderer(place, { width, height, fieldOfView, mount, colour: true, owners: false });
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
      const data = new Uint8Array(3 * width * height);
      const smear = Math.abs(motion.turn) * exposureMs * 1e-3 * intrinsics.fx;
      for (let v = 0; v < height; v += 1) {
        const from = 3 * v * width;
        const line = smear > 0.5 ? smeared(colour, from, width, smear, row) : colour;
        const first = line === colour ? from : 0;
        let at = Math.floor(random.uniform() * (NOISE_MASK + 1));
        for (let i = 0; i < 3 * width; i += 3) {
          for (let channel = 0; channel < 3; channel += 1) {
            const value = line[first + i + channel] * balance[channel];
            at = (at + 1) & NOISE_MASK;
            const noisy = value + table[at] * noise * (DARK + (BRIGHT / 255) * value) + 0.5;
            data[from + i + channel] = noisy < 0 ? 0 : noisy > 255 ? 255 : noisy;
          }
        }
      }
      return {
        kind: 'image',
        encoding: 'rgb8',
        width,
        height,
        rowStride: 3 * width,
        bigEndian: false,
        intrinsics,
        data,
      };
    },
  };
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
