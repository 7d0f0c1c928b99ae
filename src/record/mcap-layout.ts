import { Opcode } from '@mcap/core';
import type { FileWindow } from './file-window.ts';

/** Bytes of a record before its content: opcode and length. */
export const RECORD_HEAD = 9;
/** Bytes of the magic at both ends of a file. */
export const MAGIC_BYTES = 8;
/** Bytes of a footer's content. */
const FOOTER_BYTES = 20;
/** Bytes that the search for a chunk looks at together. */
const SEARCH_BLOCK = 64 * 1024;
/** Bytes of a chunk before its records, with the longest name of a compression. */
const CHUNK_HEAD = RECORD_HEAD + 8 + 8 + 8 + 4 + 4 + 8 + 8;
/** A record, or a chunk when unpacked, that claims to be larger than this is taken for damaged: nothing is allocated. */
export const LARGEST = 1 << 29;
const COMPRESSIONS = ['', 'lz4', 'zstd'];

/** What is wrong with a size. */
export const claims = (bytes: number | bigint): string => `something claims to be ${bytes} bytes large`;

/** Where a record lies, by what stands before it. */
export interface RecordPlace {
  readonly opcode: number;
  readonly offset: number;
  /** Bytes of its content. */
  readonly length: number;
  /** Where the next one begins. */
  readonly end: number;
}

/** A place where no record stands. */
export interface NoRecord {
  readonly problem: string;
  /** It may well be one that the end of the file has cut off. */
  readonly cut: boolean;
}

/** What stands at a place of a file; `undefined` at its end. */
export async function placeAt(file: FileWindow, offset: number): Promise<RecordPlace | NoRecord | undefined> {
  const head = await file.read(offset, RECORD_HEAD);
  if (head === undefined) return undefined;
  const opcode = head[0];
  const length = Number(head.readBigUInt64LE(1));
  // 0x80 and above are for private use: not ours, but right.
  if (opcode === 0 || (opcode > 0x0f && opcode < 0x80))
    return { problem: `no record begins with ${opcode}`, cut: false };
  const end = offset + RECORD_HEAD + length;
  if (end > file.size) return { problem: claims(length), cut: length <= LARGEST };
  return { opcode, offset, length, end };
}

/** True when the whole record at a place is there already: reading it takes nothing away that was read before. */
export function isHeld(file: FileWindow, offset: number): boolean {
  const head = file.held(offset, RECORD_HEAD);
  return head !== undefined && file.held(offset, RECORD_HEAD + Number(head.readBigUInt64LE(1))) !== undefined;
}

/** True for the footer of a file that has come to its end: magic follows, and nothing else. */
export function isFooter({ opcode, length, end }: RecordPlace, size: number): boolean {
  return opcode === (Opcode.FOOTER as number) && length === FOOTER_BYTES && end + MAGIC_BYTES === size;
}

/**
 * The next place at or after an offset where a chunk begins, judged by its two lengths that must agree; `undefined` when
 * there is none. So reading goes on where a damaged length has hidden the next record.
 */
export async function findChunk(file: FileWindow, from: number): Promise<number | undefined> {
  for (let offset = from; offset < file.size; offset += SEARCH_BLOCK) {
    const length = Math.min(SEARCH_BLOCK + CHUNK_HEAD, file.size - offset);
    const block = await file.read(offset, length);
    if (block === undefined) return undefined;
    for (let at = block.indexOf(Opcode.CHUNK); at >= 0 && at < SEARCH_BLOCK; at = block.indexOf(Opcode.CHUNK, at + 1)) {
      if (isChunk(block, at, file.size - offset)) return offset + at;
    }
  }
  return undefined;
}

function isChunk(block: Buffer, at: number, left: number): boolean {
  const name = at + RECORD_HEAD + 28;
  if (name + 4 > block.length) return false;
  const length = block.readBigUInt64LE(at + 1);
  if (length > BigInt(left - at - RECORD_HEAD)) return false;
  const nameLength = block.readUInt32LE(name);
  if (nameLength > 4 || name + 4 + nameLength + 8 > block.length) return false;
  if (!COMPRESSIONS.includes(block.toString('latin1', name + 4, name + 4 + nameLength))) return false;
  const records = block.readBigUInt64LE(name + 4 + nameLength);
  return records + BigInt(28 + 4 + nameLength + 8) === length;
}

/** The summary at the end of a file: index and definitions once more. */
export interface SummaryPlace {
  readonly start: number;
  /** Where the footer begins. */
  readonly end: number;
  /** CRC-32 over it and the footer up to here; 0 where there is none. */
  readonly checksum: number;
}

/** Where the summary lies; `undefined` where there is none. */
export async function summaryOf(file: FileWindow): Promise<SummaryPlace | undefined> {
  const end = file.size - MAGIC_BYTES - FOOTER_BYTES - RECORD_HEAD;
  const footer = end < 0 ? undefined : await placeAt(file, end);
  if (footer === undefined || 'problem' in footer || !isFooter(footer, file.size)) return undefined;
  const content = await file.read(end + RECORD_HEAD, FOOTER_BYTES);
  if (content === undefined) return undefined;
  const start = Number(content.readBigUInt64LE(0));
  return start >= MAGIC_BYTES && start < end ? { start, end, checksum: content.readUInt32LE(16) } : undefined;
}
