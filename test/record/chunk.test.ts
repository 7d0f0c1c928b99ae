import fc from 'fast-check';
import { McapChunkBuilder, McapRecordBuilder, type McapTypes } from '@mcap/core';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Chunk, type Packing } from '../../src/record/own/chunk.ts';
import { ChunkIndex } from '../../src/record/own/chunk-index.ts';

interface ByLibrary {
  readonly bytes: Uint8Array;
  readonly index: Uint8Array;
}

/** The same chunk by the library, chunk record, then message indexes; and its entry in the index of a file. */
function byLibrary(
  channels: readonly McapTypes.Channel[],
  messages: readonly McapTypes.Message[],
  position: number,
  packing?: Packing,
): ByLibrary {
  const chunk = new McapChunkBuilder({ useMessageIndex: true });
  channels.forEach((channel) => chunk.addChannel(channel));
  messages.forEach((message) => chunk.addMessage(message));
  const records = new McapRecordBuilder();
  const { messageStartTime, messageEndTime, buffer } = chunk;
  const packed = packing?.pack(buffer) ?? buffer;
  const said = {
    messageStartTime,
    messageEndTime,
    uncompressedSize: BigInt(buffer.length),
    compression: packing?.name ?? '',
  };
  records.writeChunk({ ...said, uncompressedCrc: crc32(buffer), records: packed });
  const chunkLength = BigInt(records.length);
  const messageIndexOffsets = new Map<number, bigint>();
  for (const each of chunk.indices) {
    messageIndexOffsets.set(each.channelId, BigInt(position + records.length));
    records.writeMessageIndex(each);
  }
  const index = new McapRecordBuilder();
  index.writeChunkIndex({
    ...said,
    chunkStartOffset: BigInt(position),
    chunkLength,
    messageIndexOffsets,
    messageIndexLength: BigInt(records.length) - chunkLength,
    compressedSize: BigInt(packed.length),
  });
  return { bytes: records.buffer, index: index.buffer };
}

/** Not what zstd does, but shorter. */
const halved: Packing = { name: 'zstd', pack: (bytes) => bytes.filter((_, i) => i % 2 === 0) };

const channel = (id: number): McapTypes.Channel => ({
  id,
  schemaId: 0,
  topic: `/${id}`,
  messageEncoding: 'json',
  metadata: new Map(),
});
const time = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const message: fc.Arbitrary<McapTypes.Message> = fc.record({
  channelId: fc.integer({ min: 0, max: 3 }),
  sequence: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  logTime: time,
  publishTime: time,
  data: fc.uint8Array({ maxLength: 3000 }),
});

describe('a chunk', () => {
  it('has the bytes and the entry in the index that @mcap/core gives it, and again when it is filled anew', () => {
    const one = new Chunk();
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 3 })),
        fc.array(message, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 0, max: 2 ** 45 }),
        fc.constantFrom(undefined, halved),
        (told, messages, position, packing) => {
          one.reset();
          told.forEach((id) => one.addChannel(channel(id)));
          messages.forEach((each) => one.addMessage(each));
          expect(one.messages).toBe(messages.length);
          const finished = one.finish(packing);
          const index = new ChunkIndex();
          index.add(position, finished);
          const expected = byLibrary(told.map(channel), messages, position, packing);
          expect(Buffer.compare(finished.bytes, expected.bytes)).toBe(0);
          expect(Buffer.compare(index.records(), expected.index)).toBe(0);
        },
      ),
      { numRuns: 100 },
    );
  });
});
