import {
  closeSync,
  existsSync,
  fdatasync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Memory, Place, RememberedThing } from '../contract/index.ts';
import { eraseFile, replaceFile, writeAll } from './erase.ts';
import { decodeAt, decodeRecords, encodeRecord, type Found, type Journal, type MemoryRecord } from './records.ts';

/** What is known of a picture that is kept. */
export interface Facts extends Pick<Memory, 'at' | 'stream' | 'input' | 'place' | 'things'> {
  readonly id: number;
  /** Name of the session that saw it. */
  readonly session: string;
}

/** A record of a picture. */
export type PictureRecord = MemoryRecord<Facts>;

/** Pictures of one file: forgetting one writes so many anew, the oldest go so many at a time. */
export const SEGMENT = 2048;

const NAME = /^(\d{10})\.log$/;

/** Number of the segment that a picture belongs to. */
export function segmentOf(id: number): number {
  return Math.floor(id / SEGMENT);
}

function pathOf(folder: string, segment: number): string {
  return join(folder, `${String(segment).padStart(10, '0')}.log`);
}

/** Segments that there are, the oldest first. What a rewriting that was cut off has left is removed. */
export function segmentsIn(folder: string): number[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.flatMap((name) => NAME.exec(name)?.slice(1).map(Number) ?? []).sort((a, b) => a - b);
}

/** Removes what was being written in place of a segment when the process died. */
export function clearLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) if (name.endsWith('.tmp')) eraseFile(join(folder, name));
}

export function readSegment(folder: string, segment: number): Journal<Facts> {
  return decodeRecords(readFileSync(pathOf(folder, segment)), isFacts);
}

/** Reads one record. @returns `undefined` where it is damaged by now */
export function readRecord(
  folder: string,
  segment: number,
  { offset, bytes }: Pick<Found<Facts>, 'offset' | 'bytes'>,
): Found<Facts> | undefined {
  const file = openSync(pathOf(folder, segment), 'r');
  try {
    const content = Buffer.alloc(bytes);
    readSync(file, content, 0, bytes, offset);
    return decodeAt(content, 0, isFacts);
  } finally {
    closeSync(file);
  }
}

/** Writes a segment anew with these records only; what it held beside them is overwritten. */
export function rewriteSegment(folder: string, segment: number, records: readonly PictureRecord[]): void {
  const path = pathOf(folder, segment);
  if (records.length === 0) eraseFile(path);
  else replaceFile(path, Buffer.concat(records.map(encodeRecord)));
}

export function eraseSegment(folder: string, segment: number): void {
  eraseFile(pathOf(folder, segment));
}

/** Appends records to the newest segment. What is appended is with the system at once, and on the disk after {@link syncBeside} or {@link close}. */
export class SegmentWriter {
  readonly #folder: string;
  #segment = -1;
  #file: number | undefined;
  #end = 0;
  #isDirty = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @returns where it lies */
  append(record: PictureRecord): Pick<Found<Facts>, 'offset' | 'bytes'> {
    this.#turnTo(segmentOf(record.facts.id));
    const content = encodeRecord(record);
    const offset = this.#end;
    writeAll(this.#file as number, content);
    this.#end += content.length;
    this.#isDirty = true;
    return { offset, bytes: content.length };
  }

  /** Puts what was appended on the disk, while others go on: nothing waits for it. */
  syncBeside(): void {
    const file = this.#file;
    if (!this.#isDirty || file === undefined) return;
    this.#isDirty = false;
    fdatasync(file, (error) => {
      // A file that was let go of meanwhile was on the disk before.
      if (error !== null && file === this.#file) throw error;
    });
  }

  /** Lets go of the file, when all that was appended is on the disk; to be called before it is rewritten. */
  close(): void {
    if (this.#file !== undefined) {
      fdatasyncSync(this.#file);
      closeSync(this.#file);
    }
    this.#isDirty = false;
    this.#file = undefined;
    this.#segment = -1;
  }

  #turnTo(segment: number): void {
    if (segment === this.#segment) return;
    this.close();
    const path = pathOf(this.#folder, segment);
    this.#end = existsSync(path) ? readSegment(this.#folder, segment).end : 0;
    this.#file = openSync(path, 'a', 0o600);
    // A record that was being written when the process died.
    ftruncateSync(this.#file, this.#end);
    this.#segment = segment;
  }
}

function isFacts(facts: unknown): facts is Facts {
  const { id, at, stream, input, session, place, things = [] } = (facts ?? {}) as Partial<Facts>;
  const known = Number.isSafeInteger(id) && Number.isSafeInteger(at) && Number.isSafeInteger(input);
  const isPlaced = (place === undefined || isPlace(place)) && Array.isArray(things) && things.every(isThing);
  return known && typeof stream === 'string' && typeof session === 'string' && isPlaced;
}

function isThing(thing: unknown): thing is RememberedThing {
  const { embedding, seen, place } = (thing ?? {}) as Partial<RememberedThing>;
  return typeof embedding === 'string' && Number.isFinite(seen) && (place === undefined || isPlace(place));
}

/** Whether this is a place with numbers in it. */
function isPlace(place: Partial<Place>): place is Place {
  const { frame, position, deviation, age } = place;
  const numbers = [...(Array.isArray(position) ? (position as unknown[]) : []), deviation, age];
  return typeof frame === 'string' && numbers.length === 5 && numbers.every(Number.isFinite);
}
