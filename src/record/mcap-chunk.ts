import { crc32 } from 'node:zlib';
import { Opcode, type McapTypes } from '@mcap/core';
import { RECORD_HEAD } from './mcap-layout.ts';

export type Message = McapTypes.TypedMcapRecords['Message'];

/** Bytes of a message's content before its data: channel, sequence, log time, publish time. */
const MESSAGE_HEAD = 2 + 4 + 8 + 8;
/** Bytes of a chunk's content before the name of its compression: first and last time, size and checksum. */
const CHUNK_HEAD = 8 + 8 + 8 + 4;

/** What may stand in a chunk, besides what is private. */
const IN_CHUNKS: readonly number[] = [Opcode.SCHEMA, Opcode.CHANNEL, Opcode.MESSAGE];
const LAST_OPCODE = 0x0f;

/**
 * Gives the records of a chunk, unpacked and checked, one after the other: opcode and whole bytes. They are views of the
 * chunk's own bytes when it is not compressed.
 * @param content of a chunk record
 * @throws Error when it is damaged, or packed in a way that is not known
 */
export function eachInChunk(
  content: Buffer,
  decompressHandlers: McapTypes.DecompressHandlers,
  take: (opcode: number, record: Buffer) => void,
): void {
  const records = unpacked(content, decompressHandlers);
  let at = 0;
  while (records.length - at >= RECORD_HEAD) {
    const opcode = records[at];
    const end = at + RECORD_HEAD + Number(records.readBigUInt64LE(at + 1));
    if (end > records.length) break;
    if (opcode <= LAST_OPCODE && !IN_CHUNKS.includes(opcode)) {
      throw new Error(`${Opcode[opcode] ?? opcode} record not allowed inside a chunk`);
    }
    take(opcode, records.subarray(at, end));
    at = end;
  }
  if (at !== records.length) throw new Error(`${records.length - at} bytes remaining in chunk`);
}

/** Name of the compression of a chunk record's content; empty where there is none, or where it is damaged. */
export function compressionOf(content: Buffer): string {
  if (content.length < CHUNK_HEAD + 4) return '';
  return content.toString('utf8', CHUNK_HEAD + 4, CHUNK_HEAD + 4 + content.readUInt32LE(CHUNK_HEAD));
}

/** The message in a whole record. Its data is a view of the same bytes. */
export function messageIn(record: Buffer): Message {
  if (record.length < RECORD_HEAD + MESSAGE_HEAD) throw new Error(`a message of ${record.length - RECORD_HEAD} bytes`);
  return {
    type: 'Message',
    channelId: record.readUInt16LE(RECORD_HEAD),
    sequence: record.readUInt32LE(RECORD_HEAD + 2),
    logTime: record.readBigUInt64LE(RECORD_HEAD + 6),
    publishTime: record.readBigUInt64LE(RECORD_HEAD + 14),
    data: record.subarray(RECORD_HEAD + MESSAGE_HEAD),
  };
}

function unpacked(content: Buffer, decompressHandlers: McapTypes.DecompressHandlers): Buffer {
  const size = content.readBigUInt64LE(16);
  const recorded = content.readUInt32LE(24);
  const compression = compressionOf(content);
  const nameEnd = CHUNK_HEAD + 4 + content.readUInt32LE(CHUNK_HEAD);
  const length = Number(content.readBigUInt64LE(nameEnd));
  const start = nameEnd + 8;
  if (start + length > content.length) throw new Error('Chunk records length exceeds remaining record size');
  const packed = content.subarray(start, start + length);
  const records = compression === '' || length === 0 ? packed : decompressed(compression, packed, size);
  const sum = recorded === 0 ? 0 : crc32(records);
  if (sum !== recorded) throw new Error(`Incorrect chunk CRC ${sum} (expected ${recorded})`);
  return records;

  function decompressed(name: string, bytes: Buffer, whole: bigint): Buffer {
    const decompress = decompressHandlers[name] as McapTypes.DecompressHandlers[string] | undefined;
    if (decompress === undefined) throw new Error(`Unsupported compression ${name}`);
    const out = decompress(bytes, whole);
    return Buffer.from(out.buffer, out.byteOffset, out.byteLength);
  }
}
