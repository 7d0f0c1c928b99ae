import { McapRecordBuilder, McapStreamReader, Opcode, type McapTypes } from '@mcap/core';
import { messageOf } from './thrown.ts';
import { eachInChunk, messageIn } from './mcap-chunk.ts';
import { RECORD_HEAD } from './mcap-layout.ts';

/** A record of an MCAP file, chunks opened. */
export type McapRecord = McapTypes.TypedMcapRecord;
type Channel = McapTypes.TypedMcapRecords['Channel'];

/** Parses records one after the other, and can go on after one that it could not. */
export function createParser(decompressHandlers: McapTypes.DecompressHandlers) {
  const make = () => new McapStreamReader({ noMagicPrefix: true });
  const channels = new Map<number, Channel>();
  let reader = make();

  /** Messages, nearly all there is, are taken as they lie; the few other records through the library. */
  function take(opcode: number, bytes: Buffer, into: McapRecord[]): void {
    if (opcode === (Opcode.MESSAGE as number)) {
      const message = messageIn(bytes);
      if (!channels.has(message.channelId))
        throw new Error(`message on channel ${message.channelId}, which is unknown`);
      into.push(message);
      return;
    }
    reader.append(bytes);
    for (let record = reader.nextRecord(); record !== undefined; record = reader.nextRecord()) {
      if (record.type === 'Channel') channels.set(record.id, record);
      into.push(record);
    }
  }

  return {
    parse(bytes: Buffer, into: McapRecord[]): string | undefined {
      try {
        const opcode = bytes[0];
        if (opcode !== (Opcode.CHUNK as number)) take(opcode, bytes, into);
        else {
          const content = bytes.subarray(RECORD_HEAD);
          eachInChunk(content, decompressHandlers, (inner, record) => take(inner, record, into));
        }
        return undefined;
      } catch (error) {
        // The reader adds the library that the header names.
        return messageOf(error ?? 'unknown').replace(/ \[(library=.*|no header)\]$/, '');
      }
    },
    /** A reader that has failed cannot go on; a new one is told the channels that are known. */
    restart(known: readonly McapRecord[]): void {
      for (const record of known) if (record.type === 'Channel') channels.set(record.id, record);
      reader = make();
      const builder = new McapRecordBuilder();
      for (const channel of channels.values()) builder.writeChannel(channel);
      reader.append(builder.buffer);
      while (reader.nextRecord() !== undefined);
    },
  };
}
