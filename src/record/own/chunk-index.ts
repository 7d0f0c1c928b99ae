import { Opcode } from '@mcap/core';
import type { FinishedChunk } from './chunk.ts';
import { GrowingBytes } from './growing-bytes.ts';

/** Bytes of an entry's content but for its places and the compression's name: five 64-bit and two 32-bit numbers, two sizes. */
const FIXED = 8 * 4 + 4 + 8 + 4 + 8 * 2;
/** Bytes of a channel's place. */
const PLACE = 2 + 8;

/**
 * What the index of a file says of its chunks (https://mcap.dev/spec, Chunk Index), in the bytes that are written at its end:
 * as objects they would be several times as large.
 */
export class ChunkIndex {
  readonly #records = new GrowingBytes();

  /** @param position where the chunk begins in the file */
  add(position: number, chunk: FinishedChunk): void {
    const { indexes, compression } = chunk;
    const records = this.#records;
    records.uint8(Opcode.CHUNK_INDEX);
    records.uint64(FIXED + PLACE * indexes.size + compression.length);
    records.uint64(chunk.start);
    records.uint64(chunk.end);
    records.uint64(position);
    records.uint64(chunk.chunkLength);
    records.uint32(PLACE * indexes.size);
    for (const [channel, at] of indexes) {
      records.uint16(channel);
      records.uint64(position + at);
    }
    records.uint64(chunk.bytes.length - chunk.chunkLength);
    records.uint32(compression.length);
    if (compression !== '') records.bytes(Buffer.from(compression, 'latin1'));
    records.uint64(chunk.compressedSize);
    records.uint64(chunk.uncompressedSize);
  }

  /** Its records; they hold until another chunk is added. */
  records(): Uint8Array {
    return this.#records.written();
  }
}
