import { crc32 } from 'node:zlib';
import { McapRecordBuilder, Opcode, type McapTypes } from '@mcap/core';
import { Chunk, type Packing } from './chunk.ts';
import { ChunkIndex } from './chunk-index.ts';
import type { LogFile } from './storage.ts';

/**
 * Writes an MCAP file record by record (https://mcap.dev/spec), as the writer of @mcap/core does, but for two things: a
 * chunk is written when its caller says so, and a write that fails leaves what was written before as a whole file.
 */
export interface McapFile {
  addSchema(schema: Omit<McapTypes.Schema, 'id'>): number;
  addChannel(channel: Omit<McapTypes.Channel, 'id'>): number;
  /** Takes a message into the chunk that is being filled. */
  add(message: McapTypes.Message): void;
  /** Bytes of the chunk that is being filled. */
  chunkBytes(): number;
  /** Writes the chunk that is being filled. */
  flush(): Promise<void>;
  /** Writes the chunk that is being filled, and a metadata record after it. */
  addMetadata(name: string, content: Readonly<Record<string, string>>): Promise<void>;
  /** Bytes of whole records written. */
  size(): number;
  /** Writes what is left, and index and footer. The file stays open. */
  end(): Promise<void>;
  /**
   * Gives up the chunk that could not be written: cuts the file after its last whole record and, where that much can
   * still be written, adds a metadata record and ends the file in order. Never throws.
   */
  salvage(name: string, content: Readonly<Record<string, string>>): Promise<void>;
}

/** Begins an MCAP file. Without a packing, chunks are not compressed. */
export async function createMcapFile(file: LogFile, header: McapTypes.Header, packing?: Packing): Promise<McapFile> {
  const records = new McapRecordBuilder();
  const chunk = new Chunk();
  const schemas: McapTypes.Schema[] = [];
  const channels: McapTypes.Channel[] = [];
  /** Channels and schemas of which no chunk in the file tells yet. */
  const untold = { schemas: new Set<number>(), channels: new Set<number>() };
  const metadataIndex: McapTypes.MetadataIndex[] = [];
  const chunkIndex = new ChunkIndex();
  const counts = { chunks: 0, messages: 0, first: 0n, last: 0n, channels: new Map<number, number>() };
  /** Messages of the chunk that is being filled, by channel. */
  const pending = new Map<number, number>();
  let position = 0;
  let check = 0;

  /** Writes the records that were built, or other ones. */
  async function put(bytes: Uint8Array = records.buffer): Promise<void> {
    try {
      await file.write(bytes, position);
      position += bytes.length;
      check = crc32(bytes, check);
    } finally {
      records.reset();
    }
  }

  function count(start: bigint, end: bigint, messages: number): void {
    counts.first = counts.messages === 0 || start < counts.first ? start : counts.first;
    counts.last = counts.messages === 0 || end > counts.last ? end : counts.last;
    counts.messages += messages;
    counts.chunks += 1;
    for (const [id, many] of pending) counts.channels.set(id, (counts.channels.get(id) ?? 0) + many);
    pending.clear();
  }

  async function flush(): Promise<void> {
    const { messages } = chunk;
    if (messages === 0) return;
    const start = position;
    const finished = chunk.finish(packing);
    await put(finished.bytes);
    count(finished.start, finished.end, messages);
    chunkIndex.add(start, finished);
    chunk.reset();
  }

  async function putMetadata(name: string, content: Readonly<Record<string, string>>): Promise<void> {
    const offset = BigInt(position);
    const length = records.writeMetadata({ name, metadata: new Map(Object.entries(content)) });
    await put();
    metadataIndex.push({ name, offset, length });
  }

  /** Index and footer, in one piece: there in whole or not at all. */
  async function finish(): Promise<void> {
    records.reset();
    records.writeDataEnd({ dataSectionCrc: check });
    const dataEnd = records.buffer.slice();
    records.reset();
    const start = position + dataEnd.length;
    const offsets: McapTypes.SummaryOffset[] = [];
    const group = (groupOpcode: number, write: () => void): void => {
      const groupStart = BigInt(start + records.length);
      write();
      const groupLength = BigInt(start + records.length) - groupStart;
      if (groupLength > 0n) offsets.push({ groupOpcode, groupStart, groupLength });
    };
    group(Opcode.SCHEMA, () => schemas.forEach((schema) => records.writeSchema(schema)));
    group(Opcode.CHANNEL, () => channels.forEach((channel) => records.writeChannel(channel)));
    group(Opcode.STATISTICS, () => records.writeStatistics(statistics()));
    group(Opcode.METADATA_INDEX, () => metadataIndex.forEach((index) => records.writeMetadataIndex(index)));
    const indexStart = BigInt(start + records.length);
    const summary = records.buffer.slice();
    records.reset();
    const indexes = chunkIndex.records();
    if (indexes.length > 0) {
      offsets.push({
        groupOpcode: Opcode.CHUNK_INDEX,
        groupStart: indexStart,
        groupLength: BigInt(indexes.length),
      });
    }
    const summaryOffsetStart = indexStart + BigInt(indexes.length);
    for (const offset of offsets) records.writeSummaryOffset(offset);
    const tail = records.buffer.slice();
    records.reset();
    // The checksum covers the footer up to itself.
    const footer = { summaryStart: BigInt(start), summaryOffsetStart, summaryCrc: 0 };
    records.writeFooter(footer);
    const covered = [summary, indexes, tail, records.buffer.subarray(0, records.length - 4)];
    footer.summaryCrc = covered.reduce((sum, bytes) => crc32(bytes, sum), 0);
    records.reset();
    records.writeFooter(footer);
    records.writeMagic();
    const all = Buffer.concat([dataEnd, summary, indexes, tail, records.buffer]);
    records.reset();
    await file.write(all, position);
    position += all.length;
  }

  function statistics(): McapTypes.Statistics {
    return {
      messageCount: BigInt(counts.messages),
      schemaCount: schemas.length,
      channelCount: channels.length,
      attachmentCount: 0,
      metadataCount: metadataIndex.length,
      chunkCount: counts.chunks,
      messageStartTime: counts.first,
      messageEndTime: counts.last,
      channelMessageCounts: new Map([...counts.channels].map(([id, many]) => [id, BigInt(many)])),
    };
  }

  records.writeMagic();
  records.writeHeader(header);
  await put();
  return {
    addSchema(schema) {
      const id = schemas.length + 1;
      schemas.push({ ...schema, id });
      untold.schemas.add(id);
      return id;
    },
    addChannel(channel) {
      const id = channels.length;
      channels.push({ ...channel, id });
      untold.channels.add(id);
      return id;
    },
    add(message) {
      const { channelId } = message;
      if (untold.channels.delete(channelId)) {
        const channel = channels[channelId];
        if (untold.schemas.delete(channel.schemaId)) chunk.addSchema(schemas[channel.schemaId - 1]);
        chunk.addChannel(channel);
      }
      chunk.addMessage(message);
      pending.set(channelId, (pending.get(channelId) ?? 0) + 1);
    },
    chunkBytes: () => chunk.size,
    flush,
    async addMetadata(name, content) {
      await flush();
      await putMetadata(name, content);
    },
    size: () => position,
    async end() {
      await flush();
      await finish();
    },
    async salvage(name, content) {
      chunk.reset();
      pending.clear();
      const cut = () => file.truncate(position).catch(() => undefined);
      await cut();
      await putMetadata(name, content).catch(cut);
      // Index and footer are a help to readers, no need: a file without them is read to its last whole record.
      await finish().catch(cut);
    },
  };
}
