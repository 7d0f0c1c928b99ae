import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Picture } from '../../src/contract/index.ts';
import { boxInPicture, ImageToTensor, pictureOf, type ImageTensorOptions } from '../../src/perception/index.ts';
import { codeOf } from '../support/code.ts';

/** Shares of source pixels in one target pixel, the plain way. */
function sharesOf(from: number, to: number, filter: string, index: number): Map<number, number> {
  const shares = new Map<number, number>();
  const add = (pixel: number, share: number): void => {
    const inside = Math.min(Math.max(pixel, 0), from - 1);
    shares.set(inside, (shares.get(inside) ?? 0) + share);
  };
  if (filter === 'area' && to < from) {
    const [start, end] = [(index * from) / to, ((index + 1) * from) / to];
    for (let p = Math.floor(start); p < end; p += 1) {
      const share = (Math.min(end, p + 1) - Math.max(start, p)) / (end - start);
      if (share > 0) add(p, share);
    }
    return shares;
  }
  const centre = ((index + 0.5) * from) / to - 0.5;
  const left = Math.floor(centre);
  add(left, 1 - (centre - left));
  add(left + 1, centre - left);
  return shares;
}

function channelOf({ data, format, rowStride }: Picture, x: number, y: number, channel: string): number {
  if (format === 'mono8') return data[y * rowStride + x];
  const at = y * rowStride + 3 * x;
  const [r, g, b] = format === 'rgb8' ? [data[at], data[at + 1], data[at + 2]] : [data[at + 2], data[at + 1], data[at]];
  return { r, g, b, m: 0.299 * r + 0.587 * g + 0.114 * b }[channel] ?? 0;
}

/** What ImageToTensor should give: every number by itself, in doubles. */
function reference(picture: Picture, options: ImageTensorOptions): Float64Array {
  const { width, height, fit, layout, mean = [0, 0, 0], std = [1, 1, 1], filter = 'bilinear', fill = 114 } = options;
  const channels = options.channels === 'mono' ? ['m'] : [...options.channels];
  const scale = Math.min(width / picture.width, height / picture.height);
  const w = fit === 'stretch' ? width : Math.max(1, Math.round(picture.width * scale));
  const h = fit === 'stretch' ? height : Math.max(1, Math.round(picture.height * scale));
  const [left, top] = [Math.floor((width - w) / 2), Math.floor((height - h) / 2)];
  const out = new Float64Array(width * height * channels.length);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      channels.forEach((channel, c) => {
        let value = fill;
        if (x >= left && x < left + w && y >= top && y < top + h) {
          value = 0;
          for (const [sy, shareY] of sharesOf(picture.height, h, filter, y - top)) {
            for (const [sx, shareX] of sharesOf(picture.width, w, filter, x - left)) {
              value += shareX * shareY * channelOf(picture, sx, sy, channel);
            }
          }
        }
        const at = layout === 'planar' ? (c * height + y) * width + x : (y * width + x) * channels.length + c;
        out[at] = (value - mean[c]) / std[c];
      });
    }
  }
  return out;
}

const pictures = fc
  .record({
    width: fc.integer({ min: 1, max: 40 }),
    height: fc.integer({ min: 1, max: 40 }),
    format: fc.constantFrom('rgb8' as const, 'bgr8' as const, 'mono8' as const),
    padding: fc.integer({ min: 0, max: 5 }),
    seed: fc.integer({ min: 1, max: 1_000_000 }),
  })
  .map(({ width, height, format, padding, seed }): Picture => {
    const rowStride = width * (format === 'mono8' ? 1 : 3) + padding;
    let state = seed;
    const data = Uint8Array.from({ length: rowStride * height }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state >>> 24;
    });
    return { width, height, format, rowStride, data };
  });

const normalised = fc.constantFrom(
  { mean: [0, 0, 0], std: [255, 255, 255] },
  { mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375] },
  { mean: [127, 127, 127], std: [128, 128, 128] },
);

const wishes = fc.record({
  width: fc.integer({ min: 1, max: 32 }),
  height: fc.integer({ min: 1, max: 32 }),
  fit: fc.constantFrom('stretch' as const, 'letterbox' as const),
  channels: fc.constantFrom('rgb' as const, 'bgr' as const, 'mono' as const),
  layout: fc.constantFrom('planar' as const, 'interleaved' as const),
  filter: fc.constantFrom('bilinear' as const, 'area' as const),
});

describe('image to tensor', () => {
  it('is the plain computation within 1e-4, whatever the sizes, formats and layouts', () => {
    fc.assert(
      fc.property(pictures, wishes, normalised, (picture, wish, { mean, std }) => {
        const options: ImageTensorOptions = { ...wish, mean, std, type: 'float32' };
        const { tensor, placement } = new ImageToTensor(options).tensorOf(picture);
        const expected = reference(picture, options);
        let worst = 0;
        expected.forEach((value, i) => (worst = Math.max(worst, Math.abs(value - tensor.data[i]))));
        expect(worst).toBeLessThan(1e-4);
        expect(tensor.data).toHaveLength(expected.length);
        expect([placement.width, placement.height]).toEqual([picture.width, picture.height]);
      }),
      { numRuns: 300 },
    );
  });

  it('rounds to bytes', () => {
    fc.assert(
      fc.property(pictures, wishes, (picture, wish) => {
        const options: ImageTensorOptions = { ...wish, type: 'uint8' };
        const { tensor } = new ImageToTensor(options).tensorOf(picture);
        // Half a count, and what single precision adds where the plain value lies between two counts.
        reference(picture, options).forEach((value, i) =>
          expect(Math.abs(value - tensor.data[i])).toBeLessThan(0.5 + 1e-4),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('gives the same for a second picture as for a first one', () => {
    const options = { width: 9, height: 7, fit: 'letterbox', channels: 'rgb', layout: 'planar' } as const;
    fc.assert(
      fc.property(pictures, pictures, (one, other) => {
        const used = new ImageToTensor({ ...options, type: 'float32' });
        used.tensorOf(one);
        const fresh = new ImageToTensor({ ...options, type: 'float32' });
        expect(used.tensorOf(other)).toEqual(fresh.tensorOf(other));
      }),
    );
  });

  it('takes boxes back to the picture', () => {
    const at = { left: 0, top: 40, scaleX: 0.5, scaleY: 0.5, width: 640, height: 480 };
    expect(boxInPicture([10, 50, 20, 60], at)).toEqual([20, 20, 40, 40]);
    expect(boxInPicture([-10, 0, 400, 400], at)).toEqual([0, 0, 640, 480]);
  });

  it('refuses pictures whose bytes cannot be what they claim', () => {
    const converter = new ImageToTensor({
      width: 4,
      height: 4,
      fit: 'stretch',
      channels: 'rgb',
      layout: 'planar',
      type: 'float32',
    });
    const picture: Picture = { width: 4, height: 4, format: 'rgb8', rowStride: 12, data: new Uint8Array(48) };
    const cases: Picture[] = [
      { ...picture, data: new Uint8Array(47) },
      { ...picture, width: 0 },
      { ...picture, height: 65_000 },
      { ...picture, rowStride: 11 },
      { ...picture, width: 1.5 },
    ];
    for (const wrong of cases) expect(codeOf(() => converter.tensorOf(wrong))).toBe('E_MODEL_INPUT');
    expect(codeOf(() => pictureOf({ kind: 'image', encoding: 'jpeg', data: new Uint8Array(3) }))).toBe('E_MODEL_INPUT');
  });
});
