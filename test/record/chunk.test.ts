import fc from 'fast-check';
import { McapChunkBuilder, McapRecordBuilder, type McapTypes } from '@mcap/core';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Chunk } from '../../src/record/own/chunk.ts';

/** The same chunk by the library: chunk record, then message indexes. */
function byLibrary(channels: readonly McapTypes.Channel[], messages: readonly McapTypes.Message[]): Uint8Array {
  const chunk = new McapChunkBuilder({ useMessageIndex: true });
  channels.forEach((channel) => chunk.addChannel(channel));
  messages.forEach((message) => chunk.addMessage(message));
  const records = new McapRecordBuilder();
  records.writeChunk({
    messageStartTime: chunk.messageStartTime,
    messageEndTime: chunk.messageEndTime,
    uncompressedSize: BigInt(chunk.buffer.length),
    uncompressedCrc: crc32(chunk.buffer),
    compression: '',
    records: chunk.buffer,
  });
  for (const index of chunk.indices) records.writeMessageIndex(index);
  return records.buffer;
}

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
  it('has the bytes that @mcap/core gives it, and again when it is filled anew', () => {
    const one = new Chunk();
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 3 })),
        fc.array(message, { minLength: 1, maxLength: 40 }),
        (told, messages) => {
          one.reset();
          told.forEach((id) => one.addChannel(channel(id)));
          messages.forEach((each) => one.addMessage(each));
          expect(one.messages).toBe(messages.length);
          const { bytes, entry } = one.finish(1000);
          expect(Buffer.compare(bytes, byLibrary(told.map(channel), messages))).toBe(0);
          expect(Number(entry.chunkLength + entry.messageIndexLength)).toBe(bytes.length);
          for (const at of entry.messageIndexOffsets.values()) expect(bytes[Number(at) - 1000]).toBe(7);
        },
      ),
      { numRuns: 60 },
    );
  });
});
