import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Picture } from '../../src/contract/index.ts';
import { decodePicture } from '../../src/inference/index.ts';
import { ImageToTensor } from '../../src/perception/index.ts';
import { describeWithData } from '../support/requirements.ts';
import golden from './pillow.json' with { type: 'json' };

type PillowFilter = 'triangle' | 'cubic' | 'lanczos';

/** As `pillow.py` draws it. */
function drawn(width: number, height: number): Picture {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      data.set([(x * 67 + y * 31) % 256, (x + y) % 3 === 0 ? 255 : 0, (x * y * 11) % 256], 3 * (y * width + x));
    }
  }
  return { width, height, format: 'rgb8', rowStride: width * 3, data };
}

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

function worst(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
}

describe('resizing as Pillow does it', () => {
  it.each(golden.small)('$filter of $source to $target', ({ filter, source, target, pixels }) => {
    const [width, height] = target;
    const options = { width, height, fit: 'stretch', channels: 'rgb', layout: 'interleaved' } as const;
    for (const type of ['uint8', 'float32'] as const) {
      const kernel = new ImageToTensor({ ...options, type, filter: filter as PillowFilter });
      const { tensor } = kernel.tensorOf(drawn(source[0], source[1]));
      // Pillow's weights have 22 bits: where a sum lies on the half between two levels, either may come of it.
      expect(worst(tensor.data, bytesOf(pixels))).toBeLessThanOrEqual(1);
    }
  });

  it('normalises grey levels, not what lies between them', () => {
    const options = { width: 5, height: 4, fit: 'stretch', channels: 'rgb', layout: 'planar' } as const;
    const levels = new ImageToTensor({ ...options, type: 'float32', filter: 'cubic' }).tensorOf(drawn(16, 11));
    const kernel = new ImageToTensor({
      ...options,
      type: 'float32',
      filter: 'cubic',
      mean: [10, 20, 30],
      std: [4, 5, 6],
    });
    const { data } = kernel.tensorOf(drawn(16, 11)).tensor;
    Array.from(levels.tensor.data).forEach((level, i) => {
      const c = Math.floor(i / 20);
      expect(Number.isInteger(level)).toBe(true);
      expect(data[i]).toBeCloseTo((level - 10 * (c + 1)) / (4 + c), 4);
    });
  });

  it('covers the tensor and cuts what sticks out, as boxes know', () => {
    const kernel = new ImageToTensor({
      width: 4,
      height: 4,
      fit: 'cover',
      shortEdge: 5,
      channels: 'rgb',
      layout: 'planar',
      type: 'uint8',
      filter: 'cubic',
    });
    // 11 x 6 becomes 9 x 5 (9.17 cut), of which 2 and 3 columns, 0 and 1 rows are cut off.
    expect(kernel.tensorOf(drawn(11, 6)).placement).toEqual({
      left: -2,
      top: 0,
      scaleX: 9 / 11,
      scaleY: 5 / 6,
      width: 11,
      height: 6,
    });
  });

  describeWithData('photographs', (data) => {
    it.each(golden.photos)('$file, $filter', async ({ file, filter, rows, means }) => {
      const picture = await decodePicture(readFileSync(join(data, 'photos', file)));
      const { side } = golden;
      const kernel = new ImageToTensor({
        width: side,
        height: side,
        fit: 'cover',
        channels: 'rgb',
        layout: 'interleaved',
        type: 'uint8',
        filter: filter as PillowFilter,
      });
      const { tensor } = kernel.tensorOf(picture);
      const line = 3 * side;
      const found = golden.rows.flatMap((row) => Array.from(tensor.data.subarray(row * line, (row + 1) * line)));
      expect(worst(found, bytesOf(rows))).toBeLessThanOrEqual(1);
      const sums = [0, 0, 0];
      tensor.data.forEach((value, i) => (sums[i % 3] += value));
      expect(
        worst(
          sums.map((sum) => sum / side ** 2),
          means,
        ),
      ).toBeLessThan(0.02);
    });
  });
});
