import { existsSync, readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { replaceFile } from './erase.ts';
import type { Placement } from './lists.ts';

/*
 * In which list each picture lies, so that a memory is opened without comparing all with all: a mark, a checksum, and the number of
 * the first picture, that of lists, the numbers of a vector; centroids, then a list for each number from the first on.
 */

const MARK = 0x31534c53;
const HEAD_BYTES = 20;

/** A {@link Placement} by the pictures' own numbers. */
export interface Snapshot extends Placement {
  /** Picture that the first of `lists` belongs to. */
  readonly first: number;
}

export function writeSnapshot(path: string, { first, centroids, lists }: Snapshot, dims: number): void {
  const content = Buffer.alloc(HEAD_BYTES + centroids.byteLength + lists.byteLength);
  content.writeUInt32LE(MARK, 0);
  content.writeUInt32LE(first, 8);
  content.writeUInt32LE(centroids.length / dims, 12);
  content.writeUInt32LE(dims, 16);
  content.set(new Uint8Array(centroids.buffer, centroids.byteOffset, centroids.byteLength), HEAD_BYTES);
  content.set(new Uint8Array(lists.buffer, lists.byteOffset, lists.byteLength), HEAD_BYTES + centroids.byteLength);
  content.writeUInt32LE(crc32(content.subarray(8)), 4);
  replaceFile(path, content);
}

/** @returns `undefined` where there is none that is whole and of vectors of so many numbers */
export function readSnapshot(path: string, dims: number): Snapshot | undefined {
  if (!existsSync(path)) return undefined;
  const content = readFileSync(path);
  if (content.length < HEAD_BYTES || content.readUInt32LE(0) !== MARK) return undefined;
  if (crc32(content.subarray(8)) !== content.readUInt32LE(4) || content.readUInt32LE(16) !== dims) return undefined;
  const lists = HEAD_BYTES + 2 * dims * content.readUInt32LE(12);
  // Copied, so that both begin where their numbers may lie.
  return {
    first: content.readUInt32LE(8),
    centroids: new Int16Array(Uint8Array.from(content.subarray(HEAD_BYTES, lists)).buffer),
    lists: new Int32Array(Uint8Array.from(content.subarray(lists)).buffer),
  };
}
