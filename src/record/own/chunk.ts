import { crc32 } from 'node:zlib';
import { McapRecordBuilder, Opcode, type McapTypes } from '@mcap/core';

/** Bytes of a chunk record before its records: opcode, length, times, size, checksum, no compression, length of the records. */
const HEAD = 1 + 8 + 8 + 8 + 8 + 4 + 4 + 8;
/** Bytes of a message record before its data: opcode, length, channel, sequence, both times. */
const MESSAGE_HEAD = 1 + 8 + 2 + 4 + 8 + 8;
/** Bytes of a message index before its entries, and of an entry. */
const INDEX_HEAD = 1 + 8 + 2 + 4;
const INDEX_ENTRY = 16;
const SMALLEST = 16 * 1024;

/** How chunks are compressed: the name that MCAP gives it, and what does it. */
export interface Packing {
  readonly name: 'lz4' | 'zstd';
  readonly pack: (bytes: Uint8Array) => Uint8Array;
}

/** What the index of a file says of a chunk that was finished. */
export type ChunkEntry = Omit<McapTypes.ChunkIndex, 'chunkStartOffset'>;

/**
 * A chunk of an MCAP file that is being filled, in the very bytes that are written to the file: chunk record, then message
 * indexes (https://mcap.dev/spec). A message is copied once, into it; the room is used again for the next chunk.
 */
export class Chunk {
  #bytes = new Uint8Array(SMALLEST);
  #view = new DataView(this.#bytes.buffer);
  #length = HEAD;
  #messages = 0;
  #start = 0n;
  #end = 0n;
  /** Times and places of messages, by channel, in the order in which the channels were told or used. */
  readonly #index = new Map<number, bigint[]>();

  /** Messages in it, and bytes of its records. */
  get messages(): number {
    return this.#messages;
  }
  get size(): number {
    return this.#length - HEAD;
  }

  addSchema(schema: McapTypes.Schema): void {
    const record = new McapRecordBuilder();
    record.writeSchema(schema);
    this.#append(record.buffer);
  }

  addChannel(channel: McapTypes.Channel): void {
    const record = new McapRecordBuilder();
    record.writeChannel(channel);
    this.#append(record.buffer);
    this.#entriesOf(channel.id);
  }

  addMessage({ channelId, sequence, logTime, publishTime, data }: McapTypes.Message): void {
    if (this.#messages === 0 || logTime < this.#start) this.#start = logTime;
    if (this.#messages === 0 || logTime > this.#end) this.#end = logTime;
    this.#messages += 1;
    this.#entriesOf(channelId).push(logTime, BigInt(this.size));
    this.#reserve(MESSAGE_HEAD + data.length);
    const at = this.#length;
    const view = this.#view;
    view.setUint8(at, Opcode.MESSAGE);
    this.#setLength(at + 1, MESSAGE_HEAD - 9 + data.length);
    view.setUint16(at + 9, channelId, true);
    view.setUint32(at + 11, sequence, true);
    view.setBigUint64(at + 15, logTime, true);
    view.setBigUint64(at + 23, publishTime, true);
    this.#bytes.set(data, at + MESSAGE_HEAD);
    this.#length = at + MESSAGE_HEAD + data.length;
  }

  /**
   * Completes it, for a place in the file, compressed where a packing is given.
   * @returns its bytes, which hold until {@link reset}, and what the file's index says of it
   */
  finish(position: number, packing?: Packing): { readonly bytes: Uint8Array; readonly entry: ChunkEntry } {
    const size = this.size;
    const records = this.#bytes.subarray(HEAD, this.#length);
    if (packing !== undefined) return this.#packed(position, records, packing);
    const view = this.#view;
    view.setUint8(0, Opcode.CHUNK);
    this.#setLength(1, HEAD - 9 + size);
    view.setBigUint64(9, this.#start, true);
    view.setBigUint64(17, this.#end, true);
    this.#setLength(25, size);
    view.setUint32(33, crc32(records), true);
    view.setUint32(37, 0, true);
    this.#setLength(41, size);
    const chunkLength = this.#length;
    const messageIndexOffsets = new Map<number, bigint>();
    for (const [channel, entries] of this.#index) {
      messageIndexOffsets.set(channel, BigInt(position + this.#length));
      this.#appendIndex(channel, entries);
    }
    const entry = {
      messageStartTime: this.#start,
      messageEndTime: this.#end,
      chunkLength: BigInt(chunkLength),
      messageIndexOffsets,
      messageIndexLength: BigInt(this.#length - chunkLength),
      compression: '',
      compressedSize: BigInt(size),
      uncompressedSize: BigInt(size),
    };
    return { bytes: this.#bytes.subarray(0, this.#length), entry };
  }

  #packed(position: number, records: Uint8Array, { name, pack }: Packing): ReturnType<Chunk['finish']> {
    const packed = pack(records);
    const messageStartTime = this.#start;
    const messageEndTime = this.#end;
    const sizes = { compression: name, uncompressedSize: BigInt(records.length) };
    const built = new McapRecordBuilder();
    built.writeChunk({ messageStartTime, messageEndTime, ...sizes, uncompressedCrc: crc32(records), records: packed });
    const chunkLength = built.length;
    const messageIndexOffsets = new Map<number, bigint>();
    for (const [channelId, entries] of this.#index) {
      messageIndexOffsets.set(channelId, BigInt(position + built.length));
      const places: [bigint, bigint][] = [];
      for (let i = 0; i < entries.length; i += 2) places.push([entries[i], entries[i + 1]]);
      built.writeMessageIndex({ channelId, records: places });
    }
    const entry = {
      messageStartTime,
      messageEndTime,
      ...sizes,
      chunkLength: BigInt(chunkLength),
      messageIndexOffsets,
      messageIndexLength: BigInt(built.length - chunkLength),
      compressedSize: BigInt(packed.length),
    };
    return { bytes: built.buffer, entry };
  }

  /** Empties it. */
  reset(): void {
    this.#length = HEAD;
    this.#messages = 0;
    this.#start = 0n;
    this.#end = 0n;
    this.#index.clear();
  }

  #appendIndex(channel: number, entries: readonly bigint[]): void {
    const many = (entries.length / 2) * INDEX_ENTRY;
    this.#reserve(INDEX_HEAD + many);
    let at = this.#length;
    this.#view.setUint8(at, Opcode.MESSAGE_INDEX);
    this.#setLength(at + 1, INDEX_HEAD - 9 + many);
    this.#view.setUint16(at + 9, channel, true);
    this.#view.setUint32(at + 11, many, true);
    at += INDEX_HEAD;
    for (const number of entries) {
      this.#view.setBigUint64(at, number, true);
      at += 8;
    }
    this.#length = at;
  }

  #entriesOf(channel: number): bigint[] {
    let entries = this.#index.get(channel);
    if (entries === undefined) this.#index.set(channel, (entries = []));
    return entries;
  }

  /** A number of 64 bits that is exact as a JavaScript number. */
  #setLength(at: number, value: number): void {
    this.#view.setUint32(at, value >>> 0, true);
    this.#view.setUint32(at + 4, Math.floor(value / 2 ** 32), true);
  }

  #append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #reserve(more: number): void {
    const wanted = this.#length + more;
    if (wanted <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(wanted, 1.5 * this.#bytes.length));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
