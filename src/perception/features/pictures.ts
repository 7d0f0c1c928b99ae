import { Cells, CELL_NAMES } from './cells.ts';
import type { Extractor, KindOf } from './extractor.ts';

/** m: as far as a depth picture is looked into. */
const FARTHEST = 8;

/** Of depth pictures: mean and change of distance in 8 x 2 cells, m. */
export class DepthFeatures implements Extractor<KindOf<'depth'>> {
  readonly names = CELL_NAMES;
  readonly held = 1;
  readonly #cells = new Cells();

  take({ width, height, scale, data }: KindOf<'depth'>): void {
    this.#cells.add(width, height, (u, v) => {
      const count = data[v * width + u];
      return count === 0 ? NaN : Math.min(FARTHEST, count * scale);
    });
  }

  write(out: Float32Array, at: number): boolean {
    return this.#cells.write(out, at, FARTHEST);
  }

  reset(): void {
    this.#cells.reset();
  }
}

/** Bytes of a pixel; the first is looked at, but in colour the one for green. */
const PIXELS: Readonly<Record<string, readonly [bytes: number, at: number]>> = {
  mono8: [1, 0],
  rgb8: [3, 1],
  bgr8: [3, 1],
  rgba8: [4, 1],
  bgra8: [4, 1],
};

/** Of raw pictures of 8 bits a channel: mean and change of brightness in 8 x 2 cells, 0..1. Others tell nothing. */
export class ImageFeatures implements Extractor<KindOf<'image'>> {
  readonly names = CELL_NAMES;
  readonly held = 1;
  readonly #cells = new Cells();

  take({ encoding, width = 0, height = 0, rowStride = 0, data }: KindOf<'image'>): void {
    if (!Object.hasOwn(PIXELS, encoding) || rowStride === 0) return;
    const [bytes, first] = PIXELS[encoding];
    this.#cells.add(width, height, (u, v) => data[v * rowStride + u * bytes + first] / 255);
  }

  write(out: Float32Array, at: number): boolean {
    return this.#cells.write(out, at, 0);
  }

  reset(): void {
    this.#cells.reset();
  }
}
