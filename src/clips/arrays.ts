import { pictureOf, ImageToTensor } from '../perception/index.ts';
import { NS_PER_SECOND, type DepthMeasurement, type ImageMeasurement } from '../frame/index.ts';
import { CHANNELS, HEIGHT, IMU_NUMBERS, IMU_STEPS, SAMPLE_RATE, SECONDS, WIDTH } from './layout.ts';
import type { Came } from './ring.ts';

/** Makes pictures as small as those of stills, by the product's own resizing. */
export function createShrinking(): (image: ImageMeasurement) => Uint8Array {
  const resize = new ImageToTensor({
    width: WIDTH,
    height: HEIGHT,
    fit: 'stretch',
    channels: 'rgb',
    layout: 'interleaved',
    type: 'uint8',
  });
  return (image) => {
    const out = new Uint8Array(resize.size);
    resize.write(pictureOf(image), out);
    return out;
  };
}

/** Depth in mm, as small as that of stills: of each pixel the nearest one's, since a mean of two surfaces is neither. */
export function shrunkDepth({ width, height, scale, data }: DepthMeasurement): Uint16Array {
  const out = new Uint16Array(WIDTH * HEIGHT);
  for (let v = 0; v < HEIGHT; v += 1) {
    const row = Math.floor(((v + 0.5) * height) / HEIGHT) * width;
    for (let u = 0; u < WIDTH; u += 1) {
      out[v * WIDTH + u] = Math.round(data[row + Math.floor(((u + 0.5) * width) / WIDTH)] * scale * 1000);
    }
  }
  return out;
}

/** The last samples of some blocks, one behind the other; zeros before them where there are too few. */
export function soundOf(blocks: readonly Came<'audio'>[]): Int16Array {
  const out = new Int16Array(SECONDS * SAMPLE_RATE * CHANNELS);
  let at = out.length;
  for (let i = blocks.length - 1; i >= 0 && at > 0; i -= 1) {
    const { data } = blocks[i].measurement;
    const taken = data.subarray(Math.max(0, data.length - at));
    at -= taken.length;
    out.set(taken, at);
  }
  return out;
}

/** What the IMU measured, step by step: means of angular velocity (rad/s) and specific force (m/s²), then their deviations. */
export function imuOf(samples: readonly Came<'imu'>[], from: number, to: number): Float32Array {
  const out = new Float32Array(IMU_STEPS * IMU_NUMBERS);
  const counts = new Float64Array(IMU_STEPS);
  const sums = new Float64Array(IMU_STEPS * IMU_NUMBERS);
  const half = IMU_NUMBERS / 2;
  for (const { received, measurement } of samples) {
    const step = Math.min(IMU_STEPS - 1, Math.max(0, Math.floor(((received - from) / (to - from)) * IMU_STEPS)));
    const { angularVelocity = [0, 0, 0], linearAcceleration = [0, 0, 0] } = measurement;
    counts[step] += 1;
    [...angularVelocity, ...linearAcceleration].forEach((value, i) => {
      sums[step * IMU_NUMBERS + i] += value;
      sums[step * IMU_NUMBERS + half + i] += value * value;
    });
  }
  for (let step = 0; step < IMU_STEPS; step += 1) {
    if (counts[step] === 0) continue;
    for (let i = 0; i < half; i += 1) {
      const at = step * IMU_NUMBERS + i;
      const mean = sums[at] / counts[step];
      out[at] = mean;
      out[at + half] = Math.sqrt(Math.max(0, sums[at + half] / counts[step] - mean * mean));
    }
  }
  return out;
}

/** ns. */
export function ns(seconds: number): number {
  return seconds * NS_PER_SECOND;
}
