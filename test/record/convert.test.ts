import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bag } from '@foxglove/rosbag';
import { McapIndexedReader, type McapTypes } from '@mcap/core';
import { loadDecompressHandlers, protobufFromBinaryDescriptor } from '@mcap/support';
import fc from 'fast-check';
import initSqlJs from 'sql.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unixFromStamp, type Measurement } from '../../src/frame/index.ts';
import { COMPRESSIONS, convertMessages, MESSAGE_FORMATS, openLog, type MessageFormat } from '../../src/record/index.ts';
import { packLz4 } from '../../src/record/convert/lz4.ts';
import { describeWithData } from '../support/requirements.ts';
import { MEASUREMENTS, recordKinds } from './support/kinds.ts';

const folder = mkdtempSync(join(tmpdir(), 'sensorium-convert-'));
const ours = join(folder, 'ours.mcap');
const mount = {
  parent: 'base_link',
  child: 'depth_link',
  transform: { translation: [0.1, 0, 0.2], rotation: [1, 0, 0, 0] },
} as const;
beforeAll(() => recordKinds(ours));
afterAll(() => rmSync(folder, { recursive: true }));

async function convert(from: string, to: string, format: MessageFormat, options: object = {}) {
  const path = join(folder, to);
  const log = await openLog(from);
  const plain = {
    compression: 'none',
    range: {},
    mounts: log.session === undefined ? [] : [mount],
    library: 'test',
  } as const;
  return { path, ...(await convertMessages(log, path, { ...plain, format, ...options })) };
}

/** Frames of a log, their times as Unix ns: what must survive. */
async function frames(path: string) {
  const log = await openLog(path);
  const found: object[] = [];
  for await (const batch of log.entries()) {
    for (const entry of batch) {
      if (entry.kind !== 'frame') continue;
      const { received, ...rest } = entry.arrival;
      found.push({ ...rest, received: unixFromStamp(log.epoch, received) });
    }
  }
  return { found, mounts: log.mounts, warnings: log.warnings };
}

/** What ROS types cannot say: intrinsics, and a scale of depth other than 1 mm. */
function sayable(measurement: Measurement): Measurement {
  if (measurement.kind !== 'image' && measurement.kind !== 'depth') return measurement;
  const rest = { ...measurement, intrinsics: undefined };
  return rest.kind === 'depth' ? { ...rest, scale: 0.001, data: new Uint16Array([0, 1, 1, 32768]) } : rest;
}

describe('a recording of ours', () => {
  it.each(['bag', 'db3', 'mcap', 'bag mcap', 'db3 mcap', 'mcap bag db3', 'db3 db3'])(
    'has the same frames and mounts as %s',
    async (through) => {
      const formats = through.split(' ') as MessageFormat[];
      let path = ours;
      for (const [i, format] of formats.entries()) {
        const result = await convert(path, `${formats.join('-')}-${i}.${format}`, format);
        expect(result.left).toEqual([]);
        if (i === 0) {
          expect(result.notes).toEqual([
            "the camera's intrinsics are left out: picture, depth",
            'depth is rounded to mm: depth',
          ]);
        }
        path = result.path;
      }
      const { found, mounts, warnings } = await frames(path);
      const { found: before } = await frames(ours);
      const expected = (before as { measurement: Measurement }[]).map((frame) => ({
        ...frame,
        measurement: sayable(frame.measurement),
      }));
      expect(found).toEqual(expected);
      expect(mounts).toEqual([mount]);
      expect(warnings).toEqual([]);
    },
  );

  it('is cut to the streams and the time that are asked for', async () => {
    const { messages, topics } = await convert(ours, 'cut.bag', 'bag', {
      streams: ['/words', 'sonar', 'scene'],
      range: { from: 0.0045, to: 0.0105 },
    });
    expect([messages, topics]).toEqual([
      2,
      [
        { topic: '/sonar', count: 1 },
        { topic: '/words', count: 1 },
      ],
    ]);
  });
});

describe('a ROS 1 bag', () => {
  it("is read by others, with ROS's own checksum of each type", async () => {
    const { path, messages } = await convert(ours, 'others.bag', 'bag');
    const bytes = readFileSync(path);
    const bag = new Bag({
      size: () => bytes.length,
      read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
    });
    await bag.open();
    const sums = new Map([...bag.connections.values()].map(({ type, md5sum }) => [type, md5sum]));
    // From the headers that ROS 1 generates for these messages.
    expect(sums.get('sensor_msgs/Image')).toBe('060021388200f6f0f447d0fcd9c64743');
    expect(sums.get('sensor_msgs/Range')).toBe('c005c34273dc426c67a020a87bc24148');
    expect(sums.get('tf2_msgs/TFMessage')).toBe('94810edda583a504dfda3829e70d7eec');
    const texts: unknown[] = [];
    let count = 0;
    for await (const { topic, message } of bag.messageIterator({})) {
      count += 1;
      if (topic === '/words') texts.push(JSON.parse((message as { json: string }).json));
    }
    expect(count).toBe(messages);
    expect(texts).toEqual(
      [{ ...MEASUREMENTS['words'], kind: undefined }].map((one) => JSON.parse(JSON.stringify(one)) as object),
    );
  });
});

describe('a ROS 2 bag', () => {
  it('has the tables of rosbag2, with definitions and times to the nanosecond', async () => {
    const { path, messages } = await convert(ours, 'others.db3', 'db3');
    const SQL = await initSqlJs();
    const db = new SQL.Database(readFileSync(path));
    const rows = (sql: string) => db.exec(sql)[0].values;
    expect(rows('SELECT schema_version FROM schema')).toEqual([[4]]);
    expect(rows('SELECT COUNT(*), typeof(MIN(timestamp)), CAST(MIN(timestamp) AS TEXT) FROM messages')).toEqual([
      [messages, 'integer', '1700000000001000000'],
    ]);
    expect(rows("SELECT type, serialization_format FROM topics WHERE name = '/sonar'")).toEqual([
      ['sensor_msgs/msg/Range', 'cdr'],
    ]);
    const [[definition]] = rows(
      "SELECT encoded_message_definition FROM message_definitions WHERE topic_type = 'sensor_msgs/msg/Range'",
    );
    expect(definition).toContain('MSG: builtin_interfaces/Time\nint32 sec\nuint32 nanosec');
    db.close();
  });
});

describe('an MCAP file', () => {
  async function read(path: string): Promise<{ reader: McapIndexedReader; all: McapTypes.Message[] }> {
    const file = await open(path);
    const { size } = await file.stat();
    const readable = {
      size: () => Promise.resolve(BigInt(size)),
      read: async (offset: bigint, length: bigint) => {
        const bytes = new Uint8Array(Number(length));
        await file.read(bytes, 0, bytes.length, Number(offset));
        return bytes;
      },
    };
    const reader = await McapIndexedReader.Initialize({ readable, decompressHandlers: await loadDecompressHandlers() });
    const all: McapTypes.Message[] = [];
    for await (const message of reader.readMessages()) all.push(message);
    await file.close();
    return { reader, all };
  }

  it.each(COMPRESSIONS)('with compression %s is read by others', async (compression) => {
    const { path, messages } = await convert(ours, `${compression}.mcap`, 'mcap', { compression });
    const { reader, all } = await read(path);
    expect(all).toHaveLength(messages);
    expect(reader.header.profile).toBe('ros2');
    expect(reader.chunkIndexes[0].compression).toBe(compression === 'none' ? '' : compression);
  });

  it("with Foxglove's types is read by others, by its own definitions", async () => {
    const { path } = await convert(ours, 'foxglove.mcap', 'foxglove');
    const { reader, all } = await read(path);
    const found = new Map<string, unknown>();
    for (const { channelId, data } of all) {
      const channel = reader.channelsById.get(channelId);
      const schema = reader.schemasById.get(channel?.schemaId ?? 0);
      if (channel === undefined || schema?.encoding !== 'protobuf') continue;
      const type = protobufFromBinaryDescriptor(schema.data).lookupType(schema.name);
      found.set(channel.topic, {
        ...type.toObject(type.decode(data), { longs: Number, bytes: Array }),
        is: schema.name,
      });
    }
    const stamp = (ms: number) => ({ seconds: 1_700_000_000, nanos: ms * 1e6 });
    expect(found.get('/jpeg')).toEqual({
      is: 'foxglove.CompressedImage',
      timestamp: stamp(1),
      frame_id: 'jpeg_link',
      format: 'jpeg',
      data: [0xff, 0xd8, 0xff],
    });
    expect(found.get('/picture')).toMatchObject({
      is: 'foxglove.RawImage',
      width: 2,
      height: 1,
      step: 6,
      encoding: 'rgb8',
    });
    expect(found.get('/depth')).toMatchObject({ is: 'foxglove.RawImage', encoding: '16UC1', step: 4 });
    expect(found.get('/sound')).toEqual({
      is: 'foxglove.RawAudio',
      timestamp: stamp(3),
      format: 'pcm-s16',
      sample_rate: 16000,
      number_of_channels: 2,
      data: [0, 0, 255, 255, 255, 127, 0, 128],
    });
    expect(found.get('/cloud')).toMatchObject({
      is: 'foxglove.PointCloud',
      point_stride: 8,
      fields: [
        { name: 'x', offset: 0, type: 7 },
        { name: 'normal0', offset: 4, type: 3 },
        { name: 'normal1', offset: 6, type: 3 },
      ],
    });
    // And by us: as it was, but for what the types do not say.
    const { found: again, warnings } = await frames(path);
    expect(warnings).toEqual([]);
    expect(again).toHaveLength(Object.keys(MEASUREMENTS).length);
  });
});

describeWithData('recordings', (data) => {
  it.each([
    'jackal.bag',

    'jarvis_circular.bag',
    'nav2_turtlebot.mcap',
    'fixtures/example-bz2.bag',
    'fixtures/tf_example',
  ])('%s holds the same in every format', async (name) => {
    const from = join(data, 'bags', name);
    const { channels, mounts, range, health } = await openLog(from);
    for (const format of ['bag', 'db3', 'mcap'] as const) {
      const { path, left } = await convert(from, `real.${format}`, format);
      expect(left).toEqual([]);
      expect(await openLog(path)).toMatchObject({ channels, mounts, range, health, warnings: [] });
    }
  });
});

it('leaves nothing behind when it is given up', async () => {
  const giveUp = AbortSignal.abort(new Error('given up'));
  for (const format of MESSAGE_FORMATS) {
    await expect(convert(ours, `given-up.${format}`, format, { signal: giveUp })).rejects.toThrow('given up');
  }
  expect(readdirSync(folder).filter((name) => name.includes('given-up'))).toEqual([]);
});

it('packs LZ4 frames that others unpack', async () => {
  const unpack = (await loadDecompressHandlers())['lz4'];
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc
      .tuple(
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 2000 }),
        fc.uint8Array({ maxLength: 20 }),
      )
      .map(([part, times, tail]) =>
        Uint8Array.from([...Array.from({ length: times }, () => [...part]).flat(), ...tail]),
      ),
  );
  fc.assert(
    fc.property(bytes, (data) => {
      const packed = packLz4(data);
      expect(Buffer.compare(unpack(packed, BigInt(data.length)), data)).toBe(0);
      expect(packed.length).toBeLessThanOrEqual(data.length + 15);
    }),
    { numRuns: 200 },
  );
});
