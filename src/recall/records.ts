import { crc32 } from 'node:zlib';

/*
 * Records of a journal: a mark, the length of the body, its CRC-32, the body. What was cut off or damaged is passed over: the next
 * record begins at the next mark whose checksum is right.
 */

const MARK = Buffer.from('SRM1');
const HEAD_BYTES = 12;
/** More than any record has. */
const MOST_BYTES = 2 ** 22;

/** What is kept of one picture. */
export interface MemoryRecord<Facts> {
  readonly facts: Facts;
  readonly vector: Float32Array;
  /** JPEG; empty where there is none. */
  readonly thumbnail: Uint8Array;
}

/** A record where it lies. */
export interface Found<Facts> extends MemoryRecord<Facts> {
  /** Bytes from the beginning of the file. */
  readonly offset: number;
  readonly bytes: number;
}

export function encodeRecord({ facts, vector, thumbnail }: MemoryRecord<unknown>): Buffer {
  const text = Buffer.from(JSON.stringify(facts));
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32LE(text.length, 0);
  lengths.writeUInt32LE(vector.length, 4);
  const numbers = new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
  const body = Buffer.concat([lengths, text, numbers, thumbnail]);
  const head = Buffer.alloc(8);
  head.writeUInt32LE(body.length, 0);
  head.writeUInt32LE(crc32(body), 4);
  return Buffer.concat([MARK, head, body]);
}

/** What is read of a journal. */
export interface Journal<Facts> {
  readonly records: readonly Found<Facts>[];
  /** Bytes that are no record. */
  readonly damaged: number;
  /** Where the last record ends: what follows is one that was being written. */
  readonly end: number;
}

/** @param isFacts whether a record's facts are such */
export function decodeRecords<Facts>(content: Buffer, isFacts: (facts: unknown) => facts is Facts): Journal<Facts> {
  const records: Found<Facts>[] = [];
  let damaged = 0;
  let end = 0;
  for (let at = content.indexOf(MARK); at >= 0;) {
    const record = decodeAt(content, at, isFacts);
    if (record !== undefined) {
      damaged += at - end;
      records.push(record);
      end = at + record.bytes;
    }
    at = content.indexOf(MARK, record === undefined ? at + 1 : end);
  }
  return { records, damaged, end };
}

/** The record that begins there. */
export function decodeAt<Facts>(
  content: Buffer,
  at: number,
  isFacts: (facts: unknown) => facts is Facts,
): Found<Facts> | undefined {
  if (at + HEAD_BYTES + 8 > content.length) return undefined;
  const length = content.readUInt32LE(at + 4);
  const start = at + HEAD_BYTES;
  if (length < 8 || length > MOST_BYTES || start + length > content.length) return undefined;
  const body = content.subarray(start, start + length);
  if (crc32(body) !== content.readUInt32LE(at + 8)) return undefined;
  const [textBytes, dims] = [body.readUInt32LE(0), body.readUInt32LE(4)];
  const numbers = 8 + textBytes;
  if (numbers + 4 * dims > length) return undefined;
  const facts: unknown = JSON.parse(body.toString('utf8', 8, numbers));
  if (!isFacts(facts)) return undefined;
  // Copied, so that they begin where numbers may lie.
  const vector = new Float32Array(new Uint8Array(body.subarray(numbers, numbers + 4 * dims)).buffer);
  return { facts, vector, thumbnail: body.subarray(numbers + 4 * dims), offset: at, bytes: HEAD_BYTES + length };
}
