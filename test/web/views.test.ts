import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stampOf, type Arrival, type ImageMeasurement, type Measurement } from '../../src/frame/index.ts';
import { viewMessage } from '../../src/web/views.ts';

function arrival(measurement: Measurement): Arrival {
  return { stream: 's', frameId: 'größe', device: undefined, received: stampOf(0), measurement };
}

/** Head and data of a view. */
function parsed(measurement: Measurement): { head: Record<string, unknown>; data: Buffer } | undefined {
  const message = viewMessage(arrival(measurement), 12.5);
  if (message === undefined) return undefined;
  const bytes = Buffer.from(message);
  const length = bytes.readUInt32LE(0);
  expect(length % 4).toBe(0);
  const head = JSON.parse(bytes.subarray(4, 4 + length).toString()) as Record<string, unknown>;
  return { head, data: bytes.subarray(4 + length) };
}

function floats(data: Buffer | undefined): number[] {
  return Array.from({ length: (data?.length ?? 0) / 4 }, (_, i) => data?.readFloatLE(4 * i) ?? NaN);
}

describe('the view of a scan', () => {
  it('has the ranges, 0 for what did not come back', () => {
    const ranges = Float32Array.of(1, 0.05, 11, NaN, Infinity, 10);
    const scan = { angleMin: -1, angleMax: 1, angleIncrement: 0.5, timeIncrement: 0, scanTime: 0 };
    const view = parsed({ kind: 'scan', ...scan, rangeMin: 0.1, rangeMax: 10, ranges });
    const who = { stream: 's', kind: 'scan', frame_id: 'größe', received: 12.5 };
    expect(view?.head).toEqual({ ...who, angleMin: -1, angleIncrement: 0.5 });
    expect(floats(view?.data)).toEqual([1, 0, 0, 0, 0, 10]);
  });
});

describe('the view of a cloud', () => {
  const float = (name: string, offset: number) => ({ name, offset, type: 'float32' as const, count: 1 });

  function cloud(count: number, bigEndian: boolean, at: (index: number) => readonly number[]): Measurement {
    const data = Buffer.alloc(16 * count);
    for (let index = 0; index < count; index += 1) {
      at(index).forEach((value, axis) => {
        if (bigEndian) data.writeFloatBE(value, 16 * index + 4 + 4 * axis);
        else data.writeFloatLE(value, 16 * index + 4 + 4 * axis);
      });
    }
    const fields = [float('intensity', 0), float('x', 4), float('y', 8), float('z', 12)];
    const shape = { width: count, height: 1, pointStride: 16, rowStride: 16 * count };
    return { kind: 'cloud', ...shape, fields, bigEndian, dense: false, data };
  }

  it.each([true, false])('has its points, without those that are none (big endian: %s)', (bigEndian) => {
    const points = [
      [1, 2, 3],
      [NaN, 0, 0],
      [4, 5, 6],
      [0, 0, Infinity],
    ];
    expect(floats(parsed(cloud(4, bigEndian, (index) => points[index]))?.data)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('is thinned out where there are many', () => {
    const xs = floats(parsed(cloud(30_000, false, (index) => [index, 0, 0]))?.data).filter((_, i) => i % 3 === 0);
    expect([xs.length, xs[0], xs[1], xs.at(-1)]).toEqual([3750, 0, 8, 29_992]);
  });

  it('is none where there are fewer bytes than it says, no axes, or no points', () => {
    const whole = cloud(4, false, () => [0, 0, 0]) as Extract<Measurement, { kind: 'cloud' }>;
    expect(parsed({ ...whole, data: whole.data.subarray(1) })).toBeUndefined();
    expect(parsed({ ...whole, height: 1000 })).toBeUndefined();
    expect(parsed({ ...whole, fields: whole.fields.slice(0, 3) })).toBeUndefined();
    expect(parsed({ ...whole, width: 0 })).toBeUndefined();
  });
});

describe('the view of a picture', () => {
  const image = (changes: Partial<ImageMeasurement>): ImageMeasurement => ({
    kind: 'image',
    encoding: 'rgb8',
    width: 2,
    height: 1,
    data: Uint8Array.of(1, 2, 3, 4, 5, 6),
    ...changes,
  });

  it.each([
    ['rgb8', [1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6]],
    ['bgr8', [1, 2, 3, 4, 5, 6], [3, 2, 1, 6, 5, 4]],
    ['rgba8', [1, 2, 3, 0, 4, 5, 6, 0], [1, 2, 3, 4, 5, 6]],
    ['bgra8', [1, 2, 3, 0, 4, 5, 6, 0], [3, 2, 1, 6, 5, 4]],
    ['mono8', [7, 8], [7, 7, 7, 8, 8, 8]],
  ])('in %s has its pixels in red, green and blue', (encoding, bytes, pixels) => {
    const view = parsed(image({ encoding, data: Uint8Array.from(bytes) }));
    expect(view?.head).toMatchObject({ encoding: 'rgb8', width: 2, height: 1 });
    expect([...(view?.data ?? [])]).toEqual(pixels);
  });

  it('skips what stands behind a row', () => {
    const view = parsed(image({ width: 1, height: 2, rowStride: 4, data: Uint8Array.of(1, 2, 3, 0, 4, 5, 6) }));
    expect([...(view?.data ?? [])]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('is thinned out where it is large', () => {
    const [width, height] = [1921, 1080];
    const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => ((i / 3) % width) % 251);
    const view = parsed(image({ width, height, data }));
    expect(view?.head).toMatchObject({ width: 275, height: 155 });
    expect(view?.data.length).toBe(3 * 275 * 155);
    expect([view?.data[3 * 274], view?.data[3]]).toEqual([(274 * 7) % 251, 7]);
  });

  it('that is compressed is passed on, unless it is huge', () => {
    const jpeg = { kind: 'image', encoding: 'jpeg', data: Uint8Array.of(255, 216) } as const;
    expect(parsed(jpeg)?.head).toMatchObject({ encoding: 'jpeg' });
    expect(parsed({ ...jpeg, data: new Uint8Array(600_000) })).toBeUndefined();
  });

  it.each([
    [{ width: 65_535, height: 65_535 }],
    [{ rowStride: 1e9, height: 2 }],
    [{ width: 3 }],
    [{ width: NaN }],
    [{ width: 0 }],
    [{ encoding: 'constructor' }],
    [{ encoding: '16UC1' }],
  ])('is none where it cannot be: %j', (changes) => {
    expect(parsed(image(changes))).toBeUndefined();
  });
});

describe('the view of sound', () => {
  it('has how loud each channel is, and its peak', () => {
    const data = Int16Array.of(16_384, 0, -16_384, 0, 16_384, 0, -16_384, -32_768);
    const view = parsed({ kind: 'audio', sampleRate: 16_000, channels: 2, data, missing: 0 });
    expect(view?.head).toMatchObject({ channels: 2, sampleRate: 16_000 });
    expect(floats(view?.data)).toEqual([0.5, 0.5, 0.5, 1]);
  });

  it.each([0, 9])('is none with %i channels of 8 samples', (channels) => {
    const data = new Int16Array(8);
    expect(parsed({ kind: 'audio', sampleRate: 16_000, channels, data, missing: 0 })).toBeUndefined();
  });
});

describe('the view of a scene', () => {
  it('has the boxes of what each camera sees', () => {
    const at = { position: [0, 0, 0], orientation: [1, 0, 0, 0], size: [1, 1, 1], doing: [] } as const;
    const box = [1, 2, 3, 4] as const;
    const objects = Array.from({ length: 100 }, (_, id) => {
      const boxes = { front: { box, visible: id % 2 }, back: { box, visible: 0 } };
      return { id, label: `thing ${id}`, boxes, ...at };
    });
    const view = parsed({ kind: 'scene', objects, events: [] });
    const { front, back } = view?.head['boxes'] as Record<string, unknown[]>;
    expect([front.length, front[0], back]).toEqual([32, { label: 'thing 1', box: [1, 2, 3, 4] }, []]);
  });
});

describe('the view of anything else', () => {
  it('is none', () => {
    expect(parsed({ kind: 'imu' })).toBeUndefined();
  });
});

describe('the view of what a broken driver gives', () => {
  const number = fc.oneof(
    fc.integer({ min: -4, max: 40 }),
    fc.constantFrom(NaN, Infinity, -Infinity, 0.5, 1e9, 2 ** 31),
  );
  const data = fc.uint8Array({ maxLength: 64 });
  const field = (name: string) => fc.record({ name: fc.constant(name), offset: number, count: number });

  it('is none or a small one, and never an error', () => {
    const image = fc.record({ width: number, height: number, rowStride: number, data });
    const shape = { width: number, height: number, pointStride: number, rowStride: number, data };
    const cloud = fc.record({ ...shape, fields: fc.tuple(field('x'), field('y'), field('z')) });
    fc.assert(
      fc.property(
        image,
        cloud,
        number,
        fc.constantFrom('rgb8', 'mono8', 'bgra8'),
        (pixels, points, channels, encoding) => {
          const fields = points.fields.map((one) => ({ ...one, type: 'float32' as const }));
          const given: Measurement[] = [
            { kind: 'image', encoding, ...pixels },
            { kind: 'cloud', bigEndian: false, dense: true, ...points, fields },
            { kind: 'audio', sampleRate: 1, channels, missing: 0, data: new Int16Array(8) },
          ];
          for (const one of given) {
            const length = viewMessage(arrival(one), 0)?.byteLength ?? 0;
            expect(length).toBeLessThan(3 * 320 * 320 + 1000);
          }
        },
      ),
      { numRuns: 3000 },
    );
  });
});
