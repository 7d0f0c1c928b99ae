import fc from 'fast-check';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ImageMeasurement, Measurement } from '../../src/frame/index.ts';
import { decodePicture } from '../../src/inference/index.ts';
import { payloadFault } from '../../src/perception/index.ts';

const encoded: Record<'jpeg' | 'progressive' | 'png', Uint8Array> = {
  jpeg: new Uint8Array(),
  progressive: new Uint8Array(),
  png: new Uint8Array(),
};
beforeAll(async () => {
  const noise = Uint8Array.from({ length: 48 * 32 * 3 }, (_, i) => (i * 7919) % 251);
  const picture = () => sharp(noise, { raw: { width: 48, height: 32, channels: 3 } });
  encoded.jpeg = await picture()
    .withExif({ IFD0: { Copyright: 'x' } })
    .jpeg()
    .toBuffer();
  encoded.progressive = await picture().jpeg({ progressive: true }).toBuffer();
  encoded.png = await picture().png().toBuffer();
});

const compressed = (data: Uint8Array): ImageMeasurement => ({ kind: 'image', encoding: 'jpeg', data });
const raw = (more: Partial<ImageMeasurement>): ImageMeasurement => ({
  kind: 'image',
  encoding: 'rgb8',
  width: 4,
  height: 2,
  rowStride: 16,
  data: new Uint8Array(28),
  ...more,
});

describe('a compressed picture', () => {
  it.each(['jpeg', 'progressive', 'png'] as const)(
    'is taken when it is whole, and refused at every cut: %s',
    (format) => {
      const whole = encoded[format];
      expect(payloadFault(compressed(whole))).toBeUndefined();
      expect(payloadFault(compressed(Buffer.concat([whole, Buffer.alloc(0)])))).toBeUndefined();
      for (let length = 8; length < whole.length; length += 1) {
        expect(payloadFault(compressed(whole.subarray(0, length))), `${length}`).toMatch(/truncated|malformed/);
      }
    },
  );

  it('may be padded, as cameras do', () => {
    expect(payloadFault(compressed(Buffer.concat([encoded.jpeg, Buffer.alloc(100_000)])))).toBeUndefined();
  });

  it('of 65k x 65k is refused by its header, and by the decoder before it takes memory', async () => {
    const huge = Buffer.from(encoded.jpeg);
    const header = huge.indexOf(Buffer.from([0xff, 0xc0]));
    huge.writeUInt16BE(65_535, header + 5);
    huge.writeUInt16BE(65_535, header + 7);
    expect(payloadFault(compressed(huge))).toBe('oversized');
    const before = process.memoryUsage().rss;
    await expect(decodePicture(huge)).rejects.toMatchObject({ code: 'E_MODEL_INPUT' });
    expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 28);
  });

  it('is decoded to its pixels, where they are: not turned', async () => {
    const turned = await sharp(encoded.png).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect(await decodePicture(turned)).toMatchObject({ width: 48, height: 32, format: 'rgb8', rowStride: 144 });
    expect(await decodePicture(turned, true)).toMatchObject({ width: 32, height: 48 });
    const { data } = await decodePicture(encoded.png);
    expect(Buffer.from(data).equals(await sharp(encoded.png).removeAlpha().raw().toBuffer())).toBe(true);
  });

  it('that is cut off is no picture to the decoder either', async () => {
    const { jpeg } = encoded;
    await expect(decodePicture(jpeg.subarray(0, jpeg.length / 2))).rejects.toMatchObject({ code: 'E_MODEL_INPUT' });
  });

  it('with any bytes changed is looked at without trouble', () => {
    const bytes = fc.array(fc.record({ at: fc.nat(), to: fc.nat(255) }), { maxLength: 20 });
    fc.assert(
      fc.property(fc.constantFrom('jpeg', 'png', 'progressive'), bytes, fc.nat(), (format, changes, cut) => {
        const data = Uint8Array.from(encoded[format as 'jpeg']);
        for (const { at, to } of changes) data[at % data.length] = to;
        payloadFault(compressed(data.subarray(0, cut % (data.length + 1))));
      }),
    );
  });
});

describe('a payload', () => {
  const cloud = { kind: 'cloud', fields: [], bigEndian: false, dense: true, pointStride: 16 } as const;
  it.each<[string, Measurement, string | undefined]>([
    ['a raw picture', raw({}), undefined],
    ['one of a byte less', raw({ data: new Uint8Array(27) }), 'undersized'],
    ['rows that overlap', raw({ rowStride: 11 }), 'malformed'],
    ['no width', raw({ width: 0 }), 'malformed'],
    ['half a pixel', raw({ width: 1.5 }), 'malformed'],
    ['65k x 65k', raw({ width: 65_535, height: 65_535, rowStride: 196_605 }), 'oversized'],
    ['nothing at all', compressed(new Uint8Array()), 'undersized'],
    ['pixels before a header', compressed(Uint8Array.of(0xff, 0xd8, 0xff, 0xda, 0, 2, 0xff, 0xd9)), 'malformed'],
    ['a depth picture', { kind: 'depth', width: 2, height: 2, scale: 1e-3, data: new Uint16Array(4) }, undefined],
    ['a short one', { kind: 'depth', width: 2, height: 2, scale: 1e-3, data: new Uint16Array(3) }, 'undersized'],
    ['a cloud', { ...cloud, width: 2, height: 2, rowStride: 32, data: new Uint8Array(64) }, undefined],
    ['an empty cloud', { ...cloud, width: 0, height: 1, rowStride: 0, data: new Uint8Array(0) }, undefined],
    ['a short cloud', { ...cloud, width: 2, height: 2, rowStride: 32, data: new Uint8Array(63) }, 'undersized'],
    [
      'a cloud of 2^40',
      { ...cloud, width: 2 ** 20, height: 2 ** 20, rowStride: 2 ** 24, data: new Uint8Array(1) },
      'oversized',
    ],
    [
      'points without a length',
      { ...cloud, pointStride: 0, width: 2, height: 2, rowStride: 0, data: new Uint8Array(1) },
      'malformed',
    ],
    ['sound', { kind: 'audio', sampleRate: 16_000, channels: 2, data: new Int16Array(4), missing: 0 }, undefined],
    [
      'half a sample',
      { kind: 'audio', sampleRate: 16_000, channels: 2, data: new Int16Array(3), missing: 0 },
      'undersized',
    ],
    [
      'sound without a rate',
      { kind: 'audio', sampleRate: 0, channels: 2, data: new Int16Array(2), missing: 0 },
      'malformed',
    ],
  ])('is judged by its sizes: %s', (_what, measurement, fault) => {
    expect(payloadFault(measurement)).toBe(fault);
  });
});
