import { md5 } from '@foxglove/rosmsg';
import { secNsecFromUnix, type UnixNs } from '../../frame/index.ts';
import { ros1Definitions } from '../foreign/ros-reader.ts';
import type { RawChannel } from '../foreign/raw.ts';
import type { LogFile } from '../own/storage.ts';
import { carriedTo } from './carry.ts';
import { CHUNK_BYTES, perChannel, type Sink } from './sink.ts';

/** Kinds of records: http://wiki.ros.org/Bags/Format/2.0. */
const OP = { message: 2, bag: 3, index: 4, chunk: 5, chunkInfo: 6, connection: 7 } as const;
const MAGIC = Buffer.from('#ROSBAG V2.0\n');
/** Bytes of the bag's own record: it is written again at the end, in the same place. */
const BAG_RECORD = 4096;

type Value = string | Uint8Array;

/** Where the messages of a connection lie in a chunk. */
type Places = Map<number, { readonly time: Uint8Array; readonly offset: number }[]>;

/** A ROS 1 bag, version 2.0, not compressed. */
export async function createRosbag1Sink(file: LogFile): Promise<Sink> {
  const connections: Uint8Array[] = [];
  const infos: Uint8Array[] = [];
  let ids = 0;
  let position = 0;
  let chunk: Uint8Array[] = [];
  let bytes = 0;
  let places: Places = new Map();
  let first: UnixNs | undefined;
  let last = 0n;

  async function put(...parts: readonly Uint8Array[]): Promise<void> {
    const all = Buffer.concat(parts);
    await file.write(all, position);
    position += all.length;
  }

  function keep(part: Uint8Array): void {
    chunk.push(part);
    bytes += part.length;
  }

  const laneOf = perChannel((channel: RawChannel) => {
    const { type, definition, bytes: bytesOf } = carriedTo('ros1', channel);
    const { topic } = channel;
    const data = fields({
      topic,
      type,
      md5sum: md5(ros1Definitions(definition)),
      message_definition: definition,
    });
    const id = ids;
    ids += 1;
    let isTold = false;
    const connection = record({ op: op(OP.connection), conn: word(id), topic }, data);
    return {
      id,
      bytesOf,
      /** In the first chunk that has messages of it, and at the end of the file. */
      tell: (): void => {
        if (isTold) return;
        isTold = true;
        connections.push(connection);
        keep(connection);
      },
    };
  });

  async function flush(): Promise<void> {
    if (first === undefined) return;
    const start = position;
    await put(record({ op: op(OP.chunk), compression: 'none', size: word(bytes) }, Buffer.concat(chunk)));
    const counts: Uint8Array[] = [];
    for (const [conn, found] of places) {
      const entries = found.flatMap(({ time, offset }) => [time, word(offset)]);
      const head = { op: op(OP.index), ver: word(1), conn: word(conn), count: word(found.length) };
      await put(record(head, Buffer.concat(entries)));
      counts.push(word(conn), word(found.length));
    }
    const head = {
      op: op(OP.chunkInfo),
      ver: word(1),
      chunk_pos: long(start),
      start_time: timeOf(first),
      end_time: timeOf(last),
      count: word(places.size),
    };
    infos.push(record(head, Buffer.concat(counts)));
    chunk = [];
    bytes = 0;
    places = new Map();
    first = undefined;
    last = 0n;
  }

  await put(MAGIC, bagRecord(0, 0, 0));
  return {
    add(message) {
      const { id, bytesOf, tell } = laneOf(message.channel);
      const data = bytesOf(message);
      const time = timeOf(message.received);
      tell();
      const found = places.get(id) ?? [];
      places.set(id, found);
      found.push({ time, offset: bytes });
      keep(record({ op: op(OP.message), conn: word(id), time }, data));
      first = first === undefined || message.received < first ? message.received : first;
      last = message.received > last ? message.received : last;
    },
    async drain() {
      if (bytes >= CHUNK_BYTES) await flush();
    },
    async end() {
      await flush();
      const index = position;
      await put(...connections, ...infos);
      await file.write(bagRecord(index, connections.length, infos.length), MAGIC.length);
    },
  };
}

function bagRecord(index: number, connections: number, chunks: number): Uint8Array {
  const head = fields({
    op: op(OP.bag),
    index_pos: long(index),
    conn_count: word(connections),
    chunk_count: word(chunks),
  });
  const padding = Buffer.alloc(BAG_RECORD - head.length, ' ');
  return Buffer.concat([word(head.length), head, word(padding.length), padding]);
}

function record(head: Readonly<Record<string, Value>>, data: Uint8Array): Uint8Array {
  const named = fields(head);
  return Buffer.concat([word(named.length), named, word(data.length), data]);
}

/** `name=value` pairs, each with its length before it. */
function fields(values: Readonly<Record<string, Value>>): Uint8Array {
  return Buffer.concat(
    Object.entries(values).flatMap(([name, value]) => {
      const field = Buffer.concat([Buffer.from(`${name}=`), typeof value === 'string' ? Buffer.from(value) : value]);
      return [word(field.length), field];
    }),
  );
}

const op = (code: number): Uint8Array => Uint8Array.of(code);

function word(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function long(value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function timeOf(unix: UnixNs): Uint8Array {
  const { sec, nsec } = secNsecFromUnix(unix);
  if (sec < 0 || sec >= 2 ** 32) throw new Error(`a time of ${sec} s: more than the format holds`);
  return Buffer.concat([word(sec), word(nsec)]);
}
