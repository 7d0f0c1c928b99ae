/**
 * Draws what the simulated robot sees at a moment as one PNG: the camera with the true boxes (people red, objects yellow,
 * and the rest blue), the depth picture, and the 3D lidar from above (forward is up, 8 m to each side, height as colour).
 * `npm run docs:pictures` draws those of docs/drivers/simulation.md with it.
 *
 *   node dist/examples/look.js <file.png> [seed] [seconds] [train|test] [outdoors]
 */
import { writeFileSync } from 'node:fs';
import { simulation } from '../drivers/simulation/index.ts';
import { readConfig } from '../src/config/index.ts';
import type {
  CloudMeasurement,
  DepthMeasurement,
  ImageMeasurement,
  Measurement,
  SceneMeasurement,
} from '../src/frame/index.ts';
import { png } from './png.ts';

const [file = 'look.png', seed = '5', seconds = '53', split = 'train', outdoors = ''] = process.argv.slice(2);
const SIZE = { camera: 320, height: 240 } as const;
const METRES = 8;

/** The latest measurement of every stream at the moment asked for. */
function latest(): ReadonlyMap<string, Measurement> {
  const off = { enabled: false };
  const said = {
    driver: 'simulation',
    seed: Number(seed),
    senses: 'all',
    world: { varied: true, split, outdoors: outdoors === 'outdoors' },
    streams: { imu: off, mag: off, wheels: off, scan: off, microphones: off },
  };
  const { config } = readConfig({ sources: { robot: said } }, [simulation]).sources['robot'];
  const found = new Map<string, Measurement>();
  for (const input of simulation.simulate?.('robot', config).inputs(Number(seconds)) ?? []) {
    if (input.kind === 'frame') found.set(input.arrival.stream, input.arrival.measurement);
  }
  return found;
}

const width = 2 * SIZE.camera + SIZE.height;
const pixels = new Uint8Array(3 * width * SIZE.height);

function dot(u: number, v: number, colour: readonly number[]): void {
  if (u >= 0 && v >= 0 && u < width && v < SIZE.height) pixels.set(colour, 3 * (Math.round(v) * width + Math.round(u)));
}

function drawCamera(image: ImageMeasurement, { objects }: SceneMeasurement): void {
  for (let v = 0; v < SIZE.height; v += 1) {
    pixels.set(image.data.subarray(960 * v, 960 * (v + 1)), 3 * width * v);
  }
  for (const { id, boxes } of objects) {
    const seen = boxes['camera'];
    if (seen === undefined || seen.visible < 0.2) continue;
    const colour = id < 100 ? [255, 60, 60] : id < 1000 ? [255, 230, 60] : [90, 150, 255];
    const [left, top, right, bottom] = seen.box;
    for (let u = left; u < right; u += 1) [top, bottom - 1].forEach((v) => dot(u, v, colour));
    for (let v = top; v < bottom; v += 1) [left, right - 1].forEach((u) => dot(u, v, colour));
  }
}

function drawDepth({ data }: DepthMeasurement): void {
  data.forEach((count, i) => {
    const grey = count === 0 ? 0 : 255 - count / 33;
    dot(SIZE.camera + (i % SIZE.camera), Math.floor(i / SIZE.camera), [grey, grey, grey]);
  });
}

function drawCloud({ data, width: count }: CloudMeasurement): void {
  const points = new Float32Array(data.buffer, data.byteOffset, 6 * count);
  const scale = SIZE.height / 2 / METRES;
  for (let i = 0; i < points.length; i += 6) {
    const [x, y, z] = points.subarray(i, i + 3);
    const up = Math.min(1, Math.max(0, (z + 1.3) / 2.6));
    const [u, v] = [SIZE.height / 2 - y * scale, SIZE.height / 2 - x * scale];
    if (u >= 0 && u < SIZE.height) dot(2 * SIZE.camera + u, v, [80 + 175 * up, 220 - 120 * up, 255 - 200 * up]);
  }
}

const found = latest();
drawCamera(found.get('camera') as ImageMeasurement, found.get('scene') as SceneMeasurement);
drawDepth(found.get('depth') as DepthMeasurement);
drawCloud(found.get('lidar3d') as CloudMeasurement);
writeFileSync(file, png(pixels, width, SIZE.height));
