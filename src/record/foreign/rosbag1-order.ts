import type { Bag } from '@foxglove/rosbag';
import { unixOfRosTime } from '../ros/types.ts';

type Decompress = Parameters<Bag['reader']['readChunk']>[1];
type ChunkRead = Awaited<ReturnType<Bag['reader']['readChunk']>>;

/** A message of a bag as it lies in a chunk. */
export interface BagMessage {
  readonly connectionId: number;
  /** Unix ns. */
  readonly received: bigint;
  readonly data: Uint8Array;
}

interface Place {
  readonly time: bigint;
  /** Of the chunk in the file, and of the record in the chunk. */
  readonly chunk: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/**
 * The messages of a bag in order of time, and those of one time in the order in which they lie in the file: that in which
 * they were received. (The library's own iterator gives the latter in any order.)
 */
export async function* messagesInOrder(bag: Bag, decompress: Decompress): AsyncGenerator<BagMessage> {
  const chunks = bag.chunkInfos
    .map((info) => ({ info, start: unixOfRosTime(info.startTime) }))
    .sort((a, b) => compare(a.start, b.start) || a.info.chunkPosition - b.info.chunkPosition);
  let waiting: Place[] = [];
  for (const { info, start } of chunks) {
    const [ready, later] = split(waiting, start);
    for (const place of ready) yield messageAt(place);
    const more = placesOf(await bag.reader.readChunk(info, decompress), info.chunkPosition);
    waiting = [...later, ...more].sort(inOrder);
  }
  for (const place of waiting) yield messageAt(place);
}

function inOrder(a: Place, b: Place): number {
  return compare(a.time, b.time) || a.chunk - b.chunk || a.offset - b.offset;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Those before a time, and the others. */
function split(places: readonly Place[], time: bigint): [Place[], Place[]] {
  const at = places.findIndex((place) => place.time >= time);
  return at < 0 ? [[...places], []] : [places.slice(0, at), places.slice(at)];
}

function placesOf({ chunk, indices }: ChunkRead, position: number): Place[] {
  const bytes = chunk.data ?? new Uint8Array(0);
  return indices.flatMap((index) =>
    (index.indices ?? []).map(({ time, offset }) => ({ time: unixOfRosTime(time), chunk: position, offset, bytes })),
  );
}

/** Reads a record of message data (http://wiki.ros.org/Bags/Format/2.0): its header, and the data after it. */
function messageAt({ time, offset, bytes }: Place): BagMessage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const head = offset + 4;
  const end = head + view.getUint32(offset, true);
  const length = view.getUint32(end, true);
  if (end + 4 + length > bytes.byteLength) throw new Error(`a message claims ${length} bytes`);
  // A copy, because a chunk is large, and a message may be held for long.
  return {
    connectionId: connectionIn(bytes, view, head, end),
    received: time,
    data: bytes.slice(end + 4, end + 4 + length),
  };
}

const CONNECTION = Buffer.from('conn=');

function connectionIn(bytes: Uint8Array, view: DataView, start: number, end: number): number {
  for (let at = start; at + 4 <= end;) {
    const length = view.getUint32(at, true);
    const name = bytes.subarray(at + 4, at + 4 + CONNECTION.length);
    if (length === CONNECTION.length + 4 && CONNECTION.equals(name)) {
      return view.getUint32(at + 4 + CONNECTION.length, true);
    }
    at += 4 + length;
  }
  throw new Error('a message of no connection');
}
