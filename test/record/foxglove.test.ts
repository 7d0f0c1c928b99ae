import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Arrival, Measurement } from '../../src/frame/index.ts';
import { openLog, type LogReader } from '../../src/record/index.ts';
import { ENCODINGS, FIRST, writeFoxglove, writerOf, type Name, type Sample } from './support/foxglove.ts';

const folder = mkdtempSync(join(tmpdir(), 'sensorium-foxglove-'));
const path = join(folder, 'log.mcap');
afterAll(() => rmSync(folder, { recursive: true }));

async function arrivals(log: LogReader): Promise<Arrival[]> {
  const found: Arrival[] = [];
  for await (const batch of log.entries())
    for (const entry of batch) if (entry.kind === 'frame') found.push(entry.arrival);
  return found;
}

const timestamp = { sec: 1_699_999_999, nsec: 999_000_001 };
const still = { position: { x: 0, y: 0, z: 0 }, orientation: { x: 0, y: 0, z: 0, w: 1 } };
const floats = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);
const JPEG = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1]);

const SAMPLES: Readonly<Record<string, { name: Name; message: Sample['message']; measurement: Measurement }>> = {
  jpeg: {
    name: 'CompressedImage',
    message: { timestamp, frame_id: 'eye', format: 'jpeg', data: JPEG },
    measurement: { kind: 'image', encoding: 'jpeg', data: JPEG },
  },
  raw: {
    name: 'RawImage',
    message: {
      timestamp,
      frame_id: 'eye',
      width: 2,
      height: 2,
      encoding: 'rgb8',
      step: 8,
      data: Uint8Array.from({ length: 16 }, (_, i) => i),
    },
    measurement: {
      kind: 'image',
      encoding: 'rgb8',
      width: 2,
      height: 2,
      rowStride: 8,
      bigEndian: false,
      data: Uint8Array.from({ length: 16 }, (_, i) => i),
    },
  },
  depth: {
    name: 'RawImage',
    message: {
      timestamp,
      frame_id: 'eye',
      width: 2,
      height: 1,
      encoding: '16UC1',
      step: 4,
      data: new Uint8Array([1, 2, 255, 255]),
    },
    measurement: { kind: 'depth', width: 2, height: 1, scale: 0.001, data: new Uint16Array([513, 65535]) },
  },
  cloud: {
    name: 'PointCloud',
    message: {
      timestamp,
      frame_id: 'lidar',
      pose: still,
      point_stride: 16,
      fields: [
        { name: 'x', offset: 0, type: 7 },
        { name: 'ring', offset: 12, type: 3 },
      ],
      data: floats(1, 2, 3, 4, 5, 6, 7, 8),
    },
    measurement: {
      kind: 'cloud',
      width: 2,
      height: 1,
      fields: [
        { name: 'x', offset: 0, type: 'float32', count: 1 },
        { name: 'ring', offset: 12, type: 'uint16', count: 1 },
      ],
      pointStride: 16,
      rowStride: 32,
      bigEndian: false,
      dense: false,
      data: floats(1, 2, 3, 4, 5, 6, 7, 8),
    },
  },
  sound: {
    name: 'RawAudio',
    message: {
      timestamp,
      format: 'pcm-s16',
      sample_rate: 16000,
      number_of_channels: 2,
      data: new Uint8Array([1, 0, 255, 255, 0, 128, 255, 127]),
    },
    measurement: {
      kind: 'audio',
      sampleRate: 16000,
      channels: 2,
      data: new Int16Array([1, -1, -32768, 32767]),
      missing: 0,
    },
  },
  scan: {
    name: 'LaserScan',
    message: {
      timestamp,
      frame_id: 'laser',
      pose: still,
      start_angle: -1,
      end_angle: 1,
      ranges: [1, 2, 3],
      intensities: [4, 5, 6],
    },
    measurement: {
      kind: 'scan',
      angleMin: -1,
      angleMax: 1,
      angleIncrement: 1,
      timeIncrement: 0,
      scanTime: 0,
      rangeMin: 0,
      rangeMax: 3.4028234663852886e38,
      ranges: new Float32Array([1, 2, 3]),
      intensities: new Float32Array([4, 5, 6]),
    },
  },
  fix: {
    name: 'LocationFix',
    message: {
      timestamp,
      frame_id: 'gnss',
      latitude: 50.1,
      longitude: -8.2,
      altitude: 100,
      position_covariance: [1, 0, 0, 0, 2, 0, 0, 0, 3],
      position_covariance_type: 3,
    },
    measurement: {
      kind: 'fix',
      latitude: 50.1,
      longitude: -8.2,
      altitude: 100,
      quality: 'fix',
      service: 0,
      covariance: Float64Array.from([1, 0, 0, 0, 2, 0, 0, 0, 3]),
    },
  },
  pose: {
    name: 'PoseInFrame',
    message: {
      timestamp,
      frame_id: 'map',
      pose: { position: { x: 1, y: -2, z: 0.5 }, orientation: { x: 0, y: 0, z: 1, w: 0 } },
    },
    measurement: { kind: 'pose', pose: { position: [1, -2, 0.5], orientation: [0, 0, 0, 1] } },
  },
  odometry: {
    name: 'Odometry',
    message: {
      timestamp,
      frame_id: 'odom',
      body_frame_id: 'base_link',
      pose: { position: { x: 1, y: 2, z: 0 }, orientation: { x: 0, y: 0, z: 0, w: 1 } },
      linear_velocity: { x: 0.5, y: 0, z: 0 },
      angular_velocity: { x: 0, y: 0, z: -0.25 },
    },
    measurement: {
      kind: 'odometry',
      childFrameId: 'base_link',
      pose: { position: [1, 2, 0], orientation: [1, 0, 0, 0] },
      twist: { linear: [0.5, 0, 0], angular: [0, 0, -0.25] },
    },
  },
};

describe.each(ENCODINGS)('Foxglove types in %s', (encoding) => {
  it('become the frames that they say', async () => {
    const samples = Object.entries(SAMPLES).map(([topic, { name, message }]) => ({ topic, name, message }));
    await writeFoxglove(path, encoding, samples);
    const log = await openLog(path);
    expect(log.warnings).toEqual([]);
    expect(log.epoch).toBe(FIRST);
    const found = await arrivals(log);
    expect(found.map(({ stream, measurement }) => [stream, measurement])).toEqual(
      Object.entries(SAMPLES).map(([topic, { measurement }]) => [topic, measurement]),
    );
    for (const { device, frameId, stream } of found) {
      expect(device).toBe(1_699_999_999_999_000_001n);
      expect(frameId).toBe(SAMPLES[stream].message['frame_id'] ?? '');
    }
  });

  it('of transforms give the mounts and the odometry', async () => {
    const transform = (parent_frame_id: string, child_frame_id: string, x: number) => ({
      timestamp,
      parent_frame_id,
      child_frame_id,
      translation: { x, y: 0, z: 0 },
      rotation: { x: 0, y: 0, z: 0, w: 1 },
    });
    await writeFoxglove(path, encoding, [
      {
        topic: '/tf_static',
        name: 'FrameTransforms',
        message: { transforms: [transform('base_link', 'laser', 0.25)] },
      },
      { topic: '/tf', name: 'FrameTransform', message: transform('odom', 'base_link', 3) },
    ]);
    const log = await openLog(path);
    expect(log.mounts).toEqual([
      { parent: 'base_link', child: 'laser', transform: { translation: [0.25, 0, 0], rotation: [1, 0, 0, 0] } },
    ]);
    const [{ measurement }] = await arrivals(log);
    expect(measurement).toMatchObject({ kind: 'odometry', pose: { position: [3, 0, 0] } });
  });

  it.each<[string, string, Sample['message'], RegExp]>([
    [
      'an oversized picture',
      'raw',
      { width: 65_535, height: 65_535, step: 196_605 },
      /takes 12884508675 bytes, there are 16/,
    ],
    ['a picture with rows that are too short', 'raw', { step: 5 }, /rows of 5 bytes/],
    ['a picture without pixels', 'raw', { height: 0 }, /2 x 0 pixels/],
    ['a truncated picture', 'raw', { data: new Uint8Array(13) }, /takes 14 bytes, there are 13/],
    ['an oversized depth picture', 'depth', { width: 65_535, height: 65_535, step: 131_070 }, /takes 8589672450 bytes/],
    ['a compressed picture without bytes', 'jpeg', { data: new Uint8Array(0) }, /without bytes/],
    ['a cloud that is cut off', 'cloud', { data: new Uint8Array(31) }, /points of 16 bytes in 31 bytes/],
    ['a cloud with fields beside its points', 'cloud', { point_stride: 8 }, /field ring is not within its points/],
    ['a cloud without a stride', 'cloud', { point_stride: 0 }, /points of 0 bytes/],
    ['a cloud of unknown numbers', 'cloud', { fields: [{ name: 'x', offset: 0, type: 0 }] }, /of type 0/],
    [
      'a cloud that is moved',
      'cloud',
      { pose: { ...still, position: { x: 1, y: 0, z: 0 } } },
      /moved within its frame/,
    ],
    ['sound of half a sample', 'sound', { data: new Uint8Array(5) }, /2 channels in 5 bytes/],
    ['sound of no channels', 'sound', { number_of_channels: 0 }, /0 channels/],
    ['sound in another format', 'sound', { format: 'opus' }, /format opus/],
  ])('%s is passed over, counted, and the rest is read', async (_, sample, wrong, why) => {
    const { name, message } = SAMPLES[sample];
    const damaged = { ...message, ...wrong };
    await writeFoxglove(
      path,
      encoding,
      [message, damaged, message, damaged].map((one) => ({ topic: '/it', name, message: one })),
    );
    const log = await openLog(path);
    expect(await arrivals(log)).toHaveLength(2);
    expect(log.warnings).toHaveLength(1);
    expect(log.warnings[0]).toMatch(/^\/it: 2 messages passed over: /);
    expect(log.warnings[0]).toMatch(why);
  });

  it('whose bytes are damaged anywhere are passed over or read, and nothing is made larger than they are', async () => {
    const names = Object.keys(SAMPLES);
    const damage = fc.array(fc.record({ at: fc.nat(), value: fc.nat(255) }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ which: fc.constantFrom(...names), damage, cut: fc.nat() }), {
          minLength: 20,
          maxLength: 20,
        }),
        async (spoiled) => {
          const messages = spoiled.map(({ which, damage: changes, cut }) => {
            const { name, message } = SAMPLES[which];
            const bytes = Uint8Array.from(writers.get(`${name} ${encoding}`)?.(message) ?? []);
            for (const { at, value } of changes) bytes[at % bytes.length] = value;
            return { topic: which, name, message: cut % 3 === 0 ? bytes.subarray(0, cut % bytes.length) : bytes };
          });
          await writeFoxglove(path, encoding, messages);
          const before = process.memoryUsage().arrayBuffers;
          const log = await openLog(path);
          for (const { stream, measurement } of await arrivals(log)) {
            const most = Math.max(
              ...messages.filter(({ topic }) => topic === stream).map(({ message }) => message.length),
            );
            expect(sizeOf(measurement)).toBeLessThanOrEqual(2 * most);
          }
          // Blocks of the file are read at once; what a message claims would be a million times as large.
          expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16e6);
        },
      ),
      { numRuns: 60 },
    );
  });
});

const writers = new Map(
  ENCODINGS.flatMap((encoding) =>
    Object.values(SAMPLES).map(({ name }) => [`${name} ${encoding}`, writerOf(name, encoding).write] as const),
  ),
);

/** Bytes of a measurement's arrays. */
function sizeOf(measurement: Measurement): number {
  return Object.values(measurement).reduce<number>(
    (sum, value) => sum + (ArrayBuffer.isView(value) ? value.byteLength : 0),
    0,
  );
}
