import type { CloudMeasurement, DepthMeasurement } from '../../frame/index.ts';
import { PIXEL_STEP, Tally, type KindOf, type Meter } from './tally.ts';

/** Distances in fixed directions: the nearest, m, how much nearer it comes, and the mean and largest change of one look. */
class Distances {
  readonly #nearest = new Tally();
  readonly #change = new Tally();
  #before: Float64Array | undefined;
  #first = NaN;
  #last = NaN;

  /** @param distances m, NaN where there is none */
  saw(distances: Float64Array): void {
    let nearest = Infinity;
    let sum = 0;
    let many = 0;
    for (let i = 0; i < distances.length; i += 1) {
      const now = distances[i];
      if (now < nearest) nearest = now;
      const change = this.#before === undefined ? NaN : Math.abs(now - this.#before[i]);
      if (Number.isNaN(change)) continue;
      sum += change;
      many += 1;
    }
    if (many > 0) this.#change.add(sum / many);
    this.#before = distances;
    if (nearest === Infinity) return;
    this.#nearest.add(nearest);
    if (Number.isNaN(this.#first)) this.#first = nearest;
    this.#last = nearest;
  }

  take(): { nearest: number; nearing: number; change: number; 'largest change': number } {
    const { mean, most } = this.#change.take();
    const nearing = this.#first - this.#last;
    this.#first = NaN;
    return { nearest: this.#nearest.take().least, nearing, change: mean, 'largest change': most };
  }
}

export function meterOfScan(): Meter<KindOf<'scan'>> {
  const distances = new Distances();
  return {
    saw: ({ ranges, rangeMin, rangeMax }) =>
      distances.saw(Float64Array.from(ranges, (range) => (range >= rangeMin && range <= rangeMax ? range : NaN))),
    take: () => distances.take(),
  };
}

/** Directions about the sensor of which a cloud keeps the nearest point, and heights that are neither floor nor ceiling, m. */
const SECTORS = 72;
const LOWEST = -1;
const HIGHEST = 0.8;

export function meterOfCloud(): Meter<CloudMeasurement> {
  const distances = new Distances();
  return {
    saw(cloud) {
      const nearest = new Float64Array(SECTORS).fill(NaN);
      const at = ['x', 'y', 'z'].map((name) =>
        cloud.fields.find((field) => field.name === name && field.type === 'float32'),
      );
      const [x, y, z] = at.map((field) => field?.offset ?? -1);
      if (Math.min(x, y, z) < 0) return;
      const view = new DataView(cloud.data.buffer, cloud.data.byteOffset, cloud.data.byteLength);
      const end = Math.min(cloud.data.byteLength, cloud.width * cloud.pointStride);
      for (let o = 0; o + cloud.pointStride <= end; o += cloud.pointStride) {
        const up = view.getFloat32(o + z, !cloud.bigEndian);
        if (!(up > LOWEST && up < HIGHEST)) continue;
        const px = view.getFloat32(o + x, !cloud.bigEndian);
        const py = view.getFloat32(o + y, !cloud.bigEndian);
        const distance = Math.sqrt(px * px + py * py);
        const sector = Math.floor(((Math.atan2(py, px) + Math.PI) / (2 * Math.PI)) * SECTORS) % SECTORS;
        if (!(nearest[sector] <= distance)) nearest[sector] = distance;
      }
      distances.saw(nearest);
    },
    take: () => distances.take(),
  };
}

export function meterOfDepth(): Meter<DepthMeasurement> {
  const distances = new Distances();
  return {
    saw({ width, height, scale, data }) {
      const looked: number[] = [];
      for (let v = 0; v < height; v += PIXEL_STEP) {
        for (let u = 0; u < width; u += PIXEL_STEP)
          looked.push(data[v * width + u] === 0 ? NaN : data[v * width + u] * scale);
      }
      distances.saw(Float64Array.from(looked));
    },
    take: () => distances.take(),
  };
}
