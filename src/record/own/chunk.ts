import { crc32 } from 'node:zlib';
import { McapRecordBuilder, Opcode, type McapTypes } from '@mcap/core';
import { GrowingBytes } from './growing-bytes.ts';
import { MessageIndexes } from './message-indexes.ts';

/** Bytes of a record before its content: opcode, length. */
const RECORD_HEAD = 1 + 8;
/** Bytes of a chunk record before its compression: opcode, length, both times, size, checksum. */
const HEAD = RECORD_HEAD + 8 + 8 + 8 + 4;
/** Bytes of a chunk that is not compressed before its records: also the name of no compression, length of the records. */
const PLAIN_HEAD = HEAD + 4 + 8;
/** Bytes of a message record before its data: opcode, length, channel, sequence, both times. */
const MESSAGE_HEAD = RECORD_HEAD + 2 + 4 + 8 + 8;
const SMALLEST = 16 * 1024;

/** How chunks are compressed: the name that MCAP gives it, and what does it. */
export interface Packing {
  readonly name: 'lz4' | 'zstd';
  readonly pack: (bytes: Uint8Array) => Uint8Array;
}

/** A chunk that was finished: its bytes, and what the index of a file says of it. */
export interface FinishedChunk {
  /** Chunk record, then message indexes; they hold until the chunk is filled again. */
  readonly bytes: Uint8Array;
  readonly start: bigint;
  readonly end: bigint;
  /** Bytes of the chunk record; what follows are the message indexes. */
  readonly chunkLength: number;
  /** Which channels have a message index, and where it begins in `bytes`. */
  readonly indexes: ReadonlyMap<number, number>;
  readonly compression: '' | Packing['name'];
  readonly compressedSize: number;
  readonly uncompressedSize: number;
}

/**
 * A chunk of an MCAP file that is being filled, in the very bytes that are written to the file: chunk record, then message
 * indexes (https://mcap.dev/spec). A message is copied once, into it; the room is used again for the next chunk.
 */
export class Chunk {
  readonly #content = new GrowingBytes(SMALLEST);
  readonly #packed = new GrowingBytes();
  readonly #indexes = new MessageIndexes();
  #messages = 0;
  #start = 0n;
  #end = 0n;

  constructor() {
    this.reset();
  }

  /** Messages in it, and bytes of its records. */
  get messages(): number {
    return this.#messages;
  }
  get size(): number {
    return this.#content.length - PLAIN_HEAD;
  }

  addSchema(schema: McapTypes.Schema): void {
    const record = new McapRecordBuilder();
    record.writeSchema(schema);
    this.#content.bytes(record.buffer);
  }

  addChannel(channel: McapTypes.Channel): void {
    const record = new McapRecordBuilder();
    record.writeChannel(channel);
    this.#content.bytes(record.buffer);
    this.#indexes.open(channel.id);
  }

  addMessage({ channelId, sequence, logTime, publishTime, data }: McapTypes.Message): void {
    if (this.#messages === 0 || logTime < this.#start) this.#start = logTime;
    if (this.#messages === 0 || logTime > this.#end) this.#end = logTime;
    this.#messages += 1;
    this.#indexes.add(channelId, logTime, this.size);
    const content = this.#content;
    content.uint8(Opcode.MESSAGE);
    content.uint64(MESSAGE_HEAD - RECORD_HEAD + data.length);
    content.uint16(channelId);
    content.uint32(sequence);
    content.uint64(logTime);
    content.uint64(publishTime);
    content.bytes(data);
  }

  /** Completes it, compressed where a packing is given. Nothing may be added before {@link reset}. */
  finish(packing?: Packing): FinishedChunk {
    const uncompressedSize = this.size;
    const records = this.#content.written(PLAIN_HEAD);
    const checksum = crc32(records);
    let into = this.#content;
    let compression: FinishedChunk['compression'] = '';
    let compressedSize = uncompressedSize;
    if (packing !== undefined) {
      const packed = packing.pack(records);
      into = this.#packed;
      compression = packing.name;
      compressedSize = packed.length;
      into.cut(0);
      into.skip(HEAD);
      into.uint32(compression.length);
      into.bytes(Buffer.from(compression, 'latin1'));
      into.uint64(compressedSize);
      into.bytes(packed);
    } else {
      into.uint32(0, HEAD);
      into.uint64(compressedSize, HEAD + 4);
    }
    const chunkLength = into.length;
    into.uint8(Opcode.CHUNK, 0);
    into.uint64(chunkLength - RECORD_HEAD, 1);
    into.uint64(this.#start, 9);
    into.uint64(this.#end, 17);
    into.uint64(uncompressedSize, 25);
    into.uint32(checksum, 33);
    const indexes = this.#indexes.write(into);
    const bytes = into.written();
    return {
      bytes,
      start: this.#start,
      end: this.#end,
      chunkLength,
      indexes,
      compression,
      compressedSize,
      uncompressedSize,
    };
  }

  /** Empties it. */
  reset(): void {
    this.#content.cut(0);
    this.#content.skip(PLAIN_HEAD);
    this.#indexes.reset();
    this.#messages = 0;
    this.#start = 0n;
    this.#end = 0n;
  }
}
