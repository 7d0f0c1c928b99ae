import type { Extractor, KindOf } from './extractor.ts';

/** Sectors about the sensor, the first one from straight behind on, counterclockwise. */
const SECTORS = 16;
/** m: nothing nearer is told apart, and where there is no return it is as far as this. */
const [NEAREST, FARTHEST] = [0.1, 12];

/**
 * Of a planar scan, sector by sector: natural logarithm of the nearest range, and how much that has fallen since the scan before
 * (something comes nearer); at the end the mean change of a ray, m, at most 1 m each.
 */
export class ScanFeatures implements Extractor<KindOf<'scan'>> {
  readonly names = [
    ...Array.from({ length: SECTORS }, (_, i) => `nearest ${i}`),
    ...Array.from({ length: SECTORS }, (_, i) => `nearing ${i}`),
    'change',
  ];
  readonly held = 1;
  readonly #near = new Float64Array(SECTORS);
  readonly #before = new Float64Array(SECTORS);
  readonly #nearing = new Float64Array(SECTORS);
  #rays = new Float32Array(0);
  #change = 0;
  #scans = 0;
  #hasBefore = false;

  take(scan: KindOf<'scan'>): void {
    const { ranges, rangeMin, rangeMax, angleMin, angleIncrement } = scan;
    const near = this.#near.fill(FARTHEST);
    const isSame = this.#hasBefore && this.#rays.length === ranges.length;
    if (this.#rays.length !== ranges.length) this.#rays = new Float32Array(ranges.length);
    const rays = this.#rays;
    let change = 0;
    for (let i = 0; i < ranges.length; i += 1) {
      const range = ranges[i];
      const isReturn = range >= rangeMin && range <= rangeMax;
      const distance = isReturn ? Math.min(FARTHEST, Math.max(NEAREST, range)) : FARTHEST;
      if (isSame) change += Math.min(1, Math.abs(distance - rays[i]));
      rays[i] = distance;
      const turns = (angleMin + i * angleIncrement) / (2 * Math.PI) + 0.5;
      const sector = Math.floor((turns - Math.floor(turns)) * SECTORS) % SECTORS;
      if (distance < near[sector]) near[sector] = distance;
    }
    for (let s = 0; s < SECTORS; s += 1) {
      near[s] = Math.log(near[s]);
      if (this.#hasBefore) this.#nearing[s] += this.#before[s] - near[s];
      this.#before[s] = near[s];
    }
    if (ranges.length > 0) this.#change += change / ranges.length;
    this.#scans += 1;
    this.#hasBefore = true;
  }

  write(out: Float32Array, at: number): boolean {
    const isSomething = this.#scans > 0;
    if (isSomething) {
      for (let s = 0; s < SECTORS; s += 1) {
        out[at + s] = this.#before[s];
        out[at + SECTORS + s] = this.#nearing[s];
      }
      out[at + 2 * SECTORS] = this.#change / this.#scans;
    }
    this.#clear();
    return isSomething;
  }

  reset(): void {
    this.#clear();
    this.#hasBefore = false;
  }

  #clear(): void {
    this.#nearing.fill(0);
    this.#change = 0;
    this.#scans = 0;
  }
}
