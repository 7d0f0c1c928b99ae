import { describe, expect, it } from 'vitest';
import { sensorium } from '../../../drivers/anything/sensorium/driver.ts';
import type { DeviceOutput } from '../../../src/device/index.ts';
import { configOf, createDecoding } from '../device/decoding.ts';
import { heard, published, said } from './other-board.ts';

/** A session's output with memory of a kind. */
function listening(payload: DeviceOutput['payload']) {
  const { decoded, output } = createDecoding(sensorium, { streams: { it: { kind: 'image' } } });
  return { decoded, output: { ...output, payload } };
}

const FIELD = { name: 'x', offset: 0, type: 'float32', count: 1 };
const CLOUD = {
  ...{ width: 2, height: 1, fields: [FIELD], point_stride: 8, row_stride: 16 },
  ...{ big_endian: false, dense: true, bytes: 16 },
};

describe('large measurements of another daemon', () => {
  it('lie in memory of the pool, copied once, and need no place there where they are refused', () => {
    const taken: number[] = [];
    let room = true;
    const { output, decoded } = listening((bytes) => {
      taken.push(bytes);
      return room ? { data: new Uint8Array(bytes), retain: () => undefined, release: () => undefined } : undefined;
    });
    const session = sensorium.session(configOf(sensorium, { streams: { it: { kind: 'image' } } }), output);
    const data = Uint8Array.from({ length: 36 }, (_, i) => i);
    const picture = { kind: 'image', encoding: 'rgb8', width: 4, height: 3, rowStride: 12, data } as const;
    session.bytes(...published(picture));
    expect([taken, decoded.frames]).toMatchObject([[36], [{ measurement: picture }]]);
    room = false;
    session.bytes(...published(picture, 2));
    room = true;
    session.bytes(...published(picture, 3));
    expect([decoded.frames.length, decoded.dropped]).toEqual([2, { 'no memory': 1 }]);
    const image = { encoding: 'mono8', width: 1e9, height: 1e9, row_stride: 1e9, bytes: 12 };
    const enormous = (content: object) =>
      session.bytes(
        ...said(
          'measurements/it',
          'Measurement',
          4,
          { kind: 'image', image: content },
          { attached: data.subarray(24) },
        ),
      );
    taken.length = 0;
    enormous(image);
    enormous({ ...image, encoding: 'rgb8' });
    enormous({ ...image, encoding: 'rgb8', row_stride: 3e9 });
    expect([taken, decoded.frames.length, decoded.dropped]).toEqual([[], 2, { 'no memory': 1, invalid: 3 }]);
    expect(decoded.troubles).toEqual([
      'the fourth part: expected 1000000000000000000 numbers by its sizes, got 12',
      expect.stringMatching(/^sizes: expected sizes that make sense, got {"encoding":"rgb8","width":1000000000/),
      'rowStride: expected a number in 0..2147483648, got 3000000000',
    ]);
  });

  it.each<[string, string, object, number]>([
    ['a picture that is cut off', 'image', { encoding: 'mono8', width: 2, height: 2, row_stride: 2, bytes: 4 }, 3],
    [
      'a picture of rows that overlap',
      'image',
      { encoding: 'rgb8', width: 2, height: 2, row_stride: 2, bytes: 12 },
      12,
    ],
    ['a picture without an encoding', 'image', { width: 2, height: 2, row_stride: 2, bytes: 4 }, 4],
    ['a picture of parts of pixels', 'image', { encoding: 'mono8', width: 1.5, height: 2, row_stride: 2, bytes: 4 }, 4],
    ['a depth picture that is cut off', 'depth', { width: 2, height: 2, scale: 0.001, counts: 3 }, 6],
    ['a depth picture of half counts', 'depth', { width: 1, height: 1, scale: 0.001, counts: 1.5 }, 3],
    ['a depth picture without a scale', 'depth', { width: 1, height: 1, counts: 1 }, 2],
    ['a cloud of more points than came', 'cloud', { ...CLOUD, width: 3, row_stride: 24 }, 16],
    ['a cloud with a field beside its points', 'cloud', { ...CLOUD, fields: [{ ...FIELD, offset: 6 }] }, 16],
    ['a cloud with a field of no type', 'cloud', { ...CLOUD, fields: [{ ...FIELD, type: 'float16' }] }, 16],
    ['a cloud of too many fields', 'cloud', { ...CLOUD, fields: Array.from({ length: 65 }, () => FIELD) }, 16],
  ])('refuse %s', (_what, kind, content, bytes) => {
    const more = { attached: new Uint8Array(bytes) };
    const { frames, dropped, troubles } = heard(
      kind,
      said('measurements/it', 'Measurement', 1, { kind, [kind]: content }, more),
    );
    expect([frames, dropped, troubles.length]).toEqual([[], { invalid: 1 }, 1]);
  });

  it('may have fields of points, and more of them, that are not known yet', () => {
    const cloud = { ...CLOUD, mood: 'bright', fields: [{ ...FIELD, unit: 'm' }] };
    const message = said(
      'measurements/it',
      'Measurement',
      1,
      { kind: 'cloud', cloud },
      { attached: new Uint8Array(16) },
    );
    expect(heard('cloud', message).frames).toMatchObject([{ measurement: { kind: 'cloud', fields: [FIELD] } }]);
  });
});
